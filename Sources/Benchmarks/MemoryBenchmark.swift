import CKernels
import Kernels
import Layers
import Tensors

/// What a training step allocates once it is warm.
public enum MemoryBenchmark {
    public struct Result: Encodable, Sendable {
        public let job: String
        /// Steps that were watched, behind three that warm up.
        public let steps: Int
        /// Blocks and bytes for tensors that the pools had to ask the system for, a step.
        public let freshBlocks: Double
        public let freshBytes: Double
        /// Bytes that the process's heap grew by, a step: the tape's small objects come and go within it.
        public let heapGrowth: Double
        /// Bytes of tensors that the pools hold.
        public let poolBytes: Int

        private enum CodingKeys: String, CodingKey {
            case job, steps
            case freshBlocks = "fresh_blocks_per_step"
            case freshBytes = "fresh_bytes_per_step"
            case heapGrowth = "heap_growth_per_step"
            case poolBytes = "pool_bytes"
        }
    }

    public static func run(_ job: StepJob, steps: Int, pool: WorkerPool) throws -> Result {
        let parameters = Parameters(.seed(0))
        let stepper = Stepper(job, job.make(parameters.scope, .rows), parameters, pool)
        for _ in 0..<3 { try stepper.step() }
        let (before, heap) = (StoragePool.allocated, heapBytes)
        for _ in 0..<steps { try stepper.step() }
        let (count, after) = (Double(steps), StoragePool.allocated)
        return Result(
            job: job.name, steps: steps, freshBlocks: Double(after.blocks - before.blocks) / count,
            freshBytes: Double(after.bytes - before.bytes) / count, heapGrowth: Double(heapBytes - heap) / count,
            poolBytes: after.bytes)
    }

    /// What malloc has got from the system, mapped blocks included.
    private static var heapBytes: Int { Int(cantus_heap_bytes()) }
}

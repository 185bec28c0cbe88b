import Kernels
import Layers
import Tensors
import Training

/// Times the training steps, or single predictions, of the jobs.
public struct StepBenchmark: Sendable {
    /// What a job took, in the words of its JSON.
    public struct Result: Encodable, Sendable {
        public let job: String
        /// Of embedding tables; nil for predictions.
        public let tableRows: TableRows?
        /// The median.
        public let milliseconds: Double
        public let minimumMilliseconds: Double
        public let runs: Int
        public let threads: Int
        /// The most memory that the process has had so far, in MiB.
        public let peakMebibytes: Int
        /// Billions of floating-point operations a second in the matrix products, those that the way back leaves out
        /// because a gradient is zero or is not wanted counted too.
        public let gigaflops: Double
        /// The share of what the machine's matrix products reach at best.
        public let shareOfPeak: Double

        private enum CodingKeys: String, CodingKey {
            case job, runs, threads
            case tableRows = "table_rows"
            case milliseconds = "ms"
            case minimumMilliseconds = "min_ms"
            case peakMebibytes = "peak_mib"
            case gigaflops = "gflops"
            case shareOfPeak = "peak_share"
        }
    }

    /// What is timed.
    public enum Work: Hashable, Sendable {
        /// Forward, loss, backward and a step of Adam, on the whole batch.
        case training
        /// Forward for one row, without gradients.
        case inference
    }

    /// Which rows of embedding tables a step changes.
    public enum TableRows: String, Hashable, Sendable, Encodable {
        /// Those that the batch touched, as PyTorch's SparseAdam does.
        case touched
        /// All of them, as Adam does with dense gradients.
        case all
    }

    public let work: Work
    public let tableRows: TableRows
    public let repeats: Int
    private let pool: WorkerPool
    /// How long a job runs at least.
    private static let leastSeconds = 0.5
    /// Billions of operations a second that matrix products reach here.
    public let peak: Double

    public init(_ work: Work, tableRows: TableRows = .touched, repeats: Int, pool: WorkerPool) {
        (self.work, self.tableRows, self.repeats, self.pool) = (work, tableRows, repeats, pool)
        peak = MatrixPeak.gigaflops(pool: pool)
    }

    public func run(_ job: StepJob) throws -> Result {
        let parameters = Parameters(.seed(0))
        let model = job.make(parameters.scope, tableRows == .all ? .dense : .rows)
        let timing: Timing
        let operations: Double
        switch work {
        case .training:
            let stepper = Stepper(job, model, parameters, pool)
            timing = try Timing(repeats: repeats, leastSeconds: Self.leastSeconds) { try stepper.step() }
            operations = job.operations
        case .inference:
            let context = Context.serving
            timing = Timing(repeats: repeats, leastSeconds: Self.leastSeconds) {
                pool.sharingOperations {
                    Processor.flushingDenormals { withExtendedLifetime(model.predict(context)) {} }
                }
            }
            operations = 2 * Double(job.products) / Double(job.rows)
        }
        let gigaflops = operations / (timing.median * 1e6)
        return Result(
            job: job.name, tableRows: work == .training ? tableRows : nil, milliseconds: timing.median,
            minimumMilliseconds: timing.minimum, runs: timing.milliseconds.count, threads: pool.threadCount,
            peakMebibytes: ProcessMemory.peakMebibytes, gigaflops: gigaflops, shareOfPeak: gigaflops / peak)
    }
}

/// Training steps of one job on its batch, with Adam at a learning rate of 0.001, a replica a thread.
package final class Stepper {
    private let model: StepJob.Model
    private let replicas: Replicas
    private let rows: [Int32]
    private var time = 0

    package init(_ job: StepJob, _ model: StepJob.Model, _ parameters: Parameters, _ pool: WorkerPool) {
        self.model = model
        replicas = Replicas(
            pool.threadCount, parameters: parameters, optimizer: Adam(for: parameters), pool: pool)
        rows = (0..<Int32(job.rows)).map { $0 }
    }

    package func step() throws {
        time += 1
        _ = try replicas.step(
            replicas.shares(of: [rows], model.loss), learningRate: 1e-3, rules: GradientRules(), seed: UInt64(time),
            time: time)
    }
}

import Benchmarks
import Kernels
import Layers
import TestSupport
import Tensors
import Testing

@Suite struct StepJobTests {
    /// Each job trains on its batch: some steps of Adam make the loss smaller.
    @Test(arguments: StepJob.all.filter { !["lm.gpt.base", "lstm.large"].contains($0.name) }.map(\.name))
    func learns(name: String) throws { try learns(name, tables: .rows) }

    @Test(arguments: ["tag.conv1d", "lm.lstm"])
    func learnsWithDenseTables(name: String) throws { try learns(name, tables: .dense) }

    private func learns(_ name: String, tables: Parameter.GradientKind) throws {
        let job = try #require(StepJob.all.first { $0.name == name })
        let parameters = Parameters(.seed(0))
        let model = job.make(parameters.scope, tables)
        let rows = (0..<Int32(job.rows)).map { $0 }
        let before = model.loss(rows, .inference).scalar
        let stepper = Stepper(job, model, parameters, WorkerPool(threadCount: 2))
        for _ in 0..<3 { try stepper.step() }
        let after = model.loss(rows, .inference).scalar
        #expect(after.isFinite && after < before, "\(name): \(before) to \(after)")
        let first = model.predict(.inference)
        #expect(first.elements.allSatisfy(\.isFinite) && first.count > 0, "\(name)")
    }

    @Test func namesAreDifferent() {
        #expect(Set(StepJob.all.map(\.name)).count == StepJob.all.count)
        #expect(StepJob.all.allSatisfy { $0.operations > 0 && $0.rows > 0 })
    }

    /// A warm step takes its tensors from the pool. Other tests share it: what counts is that some try is quiet.
    @Test func warmStepsAllocateNothing() throws {
        let job = try #require(StepJob.all.first { $0.name == "forecast.lstm" })
        let pool = WorkerPool(threadCount: 1)
        let isQuiet = try (0..<20).contains { _ in
            try MemoryBenchmark.run(job, steps: 2, pool: pool).freshBlocks == 0
        }
        #expect(isQuiet)
    }

    @Test(arguments: ScalingBenchmark.layers) func layersScale(layer: String) throws {
        let result = try ScalingBenchmark.run(layer, .batch, value: 2, threads: 2, repeats: 1)
        #expect(result.milliseconds > 0 && result.nanosecondsPerThousand > 0 && result.value == 2)
    }
}

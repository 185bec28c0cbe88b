import Benchmarks
import Kernels
import Testing
import Text

@Suite struct MeasuringTests {
    @Test func timingOrdersItsRuns() {
        var runs = 0
        let timing = Timing(repeats: 7, warmUp: 2) { runs += 1 }
        #expect(runs == 9 && timing.milliseconds.count == 7)
        #expect(timing.milliseconds == timing.milliseconds.sorted())
        #expect(timing.median == timing.milliseconds[3] && timing.minimum == timing.milliseconds[0])
    }

    /// Long runs are cut short, but not below five.
    @Test func timingKeepsToItsSeconds() {
        var runs = 0
        _ = Timing(repeats: 100, warmUp: 0, seconds: 0) { runs += 1 }
        #expect(runs == 5)
    }

    /// Short runs are repeated for as long as is asked for.
    @Test func timingRunsForAWhile() {
        let timing = Timing(repeats: 2, leastSeconds: 0.05) { for _ in 0..<100 { _ = WorkerPool.coreCount } }
        #expect(timing.milliseconds.count > 2 && timing.milliseconds.reduce(0, +) >= 50)
    }

    @Test func matrixProductsHaveASpeed() {
        let speed = MatrixPeak.gigaflops(pool: WorkerPool(threadCount: 1))
        #expect(speed.isFinite && speed > 0.1 && speed < 10_000)
    }

    @Test(arguments: KernelBenchmark.Kind.allCases) func partsAreTimed(kind: KernelBenchmark.Kind) {
        let results = KernelBenchmark.run(kind, repeats: 1, pool: WorkerPool(threadCount: 1))
        #expect(Set(results.map(\.name)).count == results.count && results.count > 7)
        #expect(results.allSatisfy { $0.milliseconds > 0 && $0.kind == kind })
        #expect(results.allSatisfy { ($0.gigaflops != nil) == (kind == .products) })
    }

    @Test func madeUpTextIsTheSameEachTime() {
        let text = SyntheticText(words: 1200, vocabulary: 100)
        #expect(text.bytes == SyntheticText(words: 1200, vocabulary: 100).bytes)
        let lines = text.bytes.split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 100)
        #expect(lines.allSatisfy { $0.split(separator: UInt8(ascii: " ")).count == 12 })
    }

    @Test func textStagesAreTimed() throws {
        let lines = SyntheticText(words: 600).bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
        let results = try TextBenchmark.run(lines: lines, preset: .prose, repeats: 1)
        #expect(results.map(\.stage) == ["clean", "tokenize", "clean and tokenize"])
        #expect(results.allSatisfy { $0.bytes == lines.reduce(0) { $0 + $1.count } && $0.megabytesPerSecond > 0 })
    }
}

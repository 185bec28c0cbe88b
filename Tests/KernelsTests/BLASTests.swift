import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct BLASTests {
    /// Small ones, and such that our own kernels compute: with all sizes of tiles, several blocks of rows and parts of
    /// the inner dimension, and a short one.
    @Test(
        arguments: [
            (1, 1, 1), (3, 5, 7), (16, 33, 8), (64, 64, 100), (11, 1100, 131), (500, 40, 77), (245, 530, 16),
            (33, 130, 400),
        ], [(false, false), (false, true), (true, false), (true, true)])
    func products(_ size: (m: Int, k: Int, n: Int), _ transposed: (a: Bool, b: Bool)) {
        let (m, k, n) = size
        let a = randomFloats(m * k, seed: 1)
        let b = randomFloats(k * n, seed: 2)
        let before = randomFloats(m * n, seed: 3)
        var c = before
        var expected = before.map(Double.init)
        for row in 0..<m {
            for column in 0..<n {
                for inner in 0..<k {
                    let x = transposed.a ? a[inner * m + row] : a[row * k + inner]
                    let y = transposed.b ? b[column * k + inner] : b[inner * n + column]
                    expected[row * n + column] += 0.5 * Double(x) * Double(y)
                }
            }
        }
        // A matrix does not own its memory: the arrays must outlive the product.
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                c.withUnsafeMutableBufferPointer { c in
                    BLAS.multiply(
                        Matrix(a.baseAddress!, rows: transposed.a ? k : m, columns: transposed.a ? m : k),
                        transposingA: transposed.a,
                        Matrix(b.baseAddress!, rows: transposed.b ? n : k, columns: transposed.b ? k : n),
                        transposingB: transposed.b,
                        into: MutableMatrix(c.baseAddress!, rows: m, columns: n), adding: true, scale: 0.5)
                }
            }
        }
        #expect(relativeError(c.map(Double.init), expected) < 1e-5)
    }

    /// A bias comes to every row, beside what a product is added to.
    @Test(arguments: [(5, 3, 7), (70, 300, 83)]) func bias(_ size: (m: Int, k: Int, n: Int)) {
        let (m, k, n) = size
        let (a, b, bias) = (randomFloats(m * k, seed: 1), randomFloats(k * n, seed: 2), randomFloats(n, seed: 3))
        func product(adding: Bool, _ bias: UnsafePointer<Float>?) -> [Float] {
            var c = [Float](repeating: 0.25, count: m * n)
            a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    c.withUnsafeMutableBufferPointer { c in
                        BLAS.multiply(
                            Matrix(a.baseAddress!, rows: m, columns: k),
                            Matrix(b.baseAddress!, rows: n, columns: k), transposingB: true,
                            into: MutableMatrix(c.baseAddress!, rows: m, columns: n), adding: adding, bias: bias)
                    }
                }
            }
            return c
        }
        for adding in [false, true] {
            let plain = product(adding: adding, nil)
            let found = bias.withUnsafeBufferPointer { product(adding: adding, $0.baseAddress!) }
            let expected = plain.enumerated().map { Double($1) + Double(bias[$0 % n]) }
            #expect(relativeError(found.map(Double.init), expected) < 1e-6)
        }
    }

    /// A product that threads share out among them is that of one thread, to the last bit. Of 300 columns the first
    /// factor, if transposed, is rearranged; of the 100 that each thread has it is read where it lies.
    @Test(
        arguments: [(8, 700, 600), (600, 700, 8), (200, 700, 300), (400, 70, 300)],
        [(false, false), (true, false), (false, true)])
    func sharedProducts(_ size: (m: Int, k: Int, n: Int), transposing: (a: Bool, b: Bool)) {
        let (m, k, n) = size
        let (a, b) = (randomFloats(m * k, seed: 1), randomFloats(k * n, seed: 2))
        @Sendable func product() -> [Float] {
            var c = [Float](repeating: 0, count: m * n)
            a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    c.withUnsafeMutableBufferPointer { c in
                        BLAS.multiply(
                            Matrix(
                                a.baseAddress!, rows: transposing.a ? k : m, columns: transposing.a ? m : k),
                            transposingA: transposing.a,
                            Matrix(
                                b.baseAddress!, rows: transposing.b ? n : k, columns: transposing.b ? k : n),
                            transposingB: transposing.b,
                            into: MutableMatrix(c.baseAddress!, rows: m, columns: n))
                    }
                }
            }
            return c
        }
        let alone = product()
        let pool = WorkerPool(threadCount: 3)
        #expect(pool.sharingOperations { product() } == alone)
        // Within the pool's own run nothing is shared out: it would wait for itself.
        let inside = pool.sharingOperations { () -> [Float] in
            let result = Results()
            pool.run(2) { index in if index == 0 { result.values = product() } }
            return result.values
        }
        #expect(inside == alone)
    }

    private final class Results: @unchecked Sendable { var values: [Float] = [] }

    @Test func emptyInnerDimensionGivesZeros() {
        var c: [Float] = [1, 2]
        c.withUnsafeMutableBufferPointer { c in
            let base = c.baseAddress!
            BLAS.multiply(
                Matrix(base, rows: 1, columns: 0), Matrix(base, rows: 0, columns: 2),
                into: MutableMatrix(base, rows: 1, columns: 2))
        }
        #expect(c == [0, 0])
    }

    @Test func coreFitsTheProcessor() throws {
        let flags = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        guard ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"] == nil else { return }
        if flags.contains(" avx512dq ") {
            #expect(["SkylakeX", "Cooperlake", "SapphireRapids"].contains(BLAS.coreName))
        } else if flags.contains(" avx2 ") {
            #expect(["Haswell", "Zen"].contains(BLAS.coreName))
        }
    }
}

@Suite struct WorkerPoolTests {
    @Test(arguments: [1, 2, 3, 5], [0, 1, 2, 7, 1000]) func everyIndexRunsOnce(threads: Int, count: Int) {
        let pool = WorkerPool(threadCount: threads)
        nonisolated(unsafe) let calls = UnsafeMutablePointer<Int32>.allocate(capacity: max(count, 1))
        defer { calls.deallocate() }
        calls.initialize(repeating: 0, count: max(count, 1))
        for _ in 0..<20 { pool.run(count) { calls[$0] += 1 } }
        #expect((0..<count).allSatisfy { calls[$0] == 20 })
    }

    @Test func sleepersWake() {
        let pool = WorkerPool(threadCount: 2)
        for _ in 0..<3 {
            usleep(30_000)  // longer than a worker spins
            let results = OrderedResults<Int>(count: 2)
            pool.run(2) { results.set($0, $0 + 1) }
            #expect(results.values == [1, 2])
        }
    }

    @Test func rangesCoverWithoutOverlap() {
        #expect(WorkerPool.ranges(10, parts: 3) == [0..<3, 3..<6, 6..<10])
        #expect(WorkerPool.ranges(2, parts: 5) == [0..<1, 1..<2])
        #expect(WorkerPool.ranges(0, parts: 5).isEmpty)
    }
}

@Suite struct SeededGeneratorTests {
    @Test func sameSeedSameNumbers() {
        var (a, b, c) = (SeededGenerator(seed: 1), SeededGenerator(seed: 1), SeededGenerator(seed: 1, keys: 2))
        let first = (0..<10).map { _ in a.next() }
        #expect(first == (0..<10).map { _ in b.next() })
        #expect(first != (0..<10).map { _ in c.next() })
    }

    @Test func moments() {
        var generator = SeededGenerator(seed: 3)
        let uniform = (0..<100_000).map { _ in generator.uniform() }
        #expect(uniform.allSatisfy { (0..<1).contains($0) } && abs(uniform.reduce(0, +) / 1e5 - 0.5) < 0.004)
        let normal = (0..<100_000).map { _ in generator.normal() }
        #expect(abs(normal.reduce(0, +) / 1e5) < 0.013)
        #expect(abs(normal.reduce(0) { $0 + $1 * $1 } / 1e5 - 1) < 0.02)
    }
}

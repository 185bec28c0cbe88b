import Kernels
import Layers
import Tensors
import Training

/// How fast the parts of a training step are by themselves: matrix products, activations and optimizers.
public enum KernelBenchmark {
    /// The parts.
    public enum Kind: String, CaseIterable, Encodable, Sendable {
        /// Products as training steps have them, one on each thread.
        case products
        /// Functions of an element on one thread, and their gradients.
        case activations
        /// A step of each optimizer on all threads.
        case optimizers
    }

    public struct Result: Encodable, Sendable {
        public let kind: Kind
        public let name: String
        /// The median.
        public let milliseconds: Double
        /// Nanoseconds an element, or a weight; nil for products.
        public let nanosecondsPerElement: Double?
        /// Billions of floating-point operations a second of products.
        public let gigaflops: Double?
        /// The share of what the machine's matrix products reach at best.
        public let shareOfPeak: Double?

        private enum CodingKeys: String, CodingKey {
            case kind, name
            case milliseconds = "ms"
            case nanosecondsPerElement = "ns_per_element"
            case gigaflops = "gflops"
            case shareOfPeak = "peak_share"
        }
    }

    public static func run(_ kind: Kind, repeats: Int, pool: WorkerPool) -> [Result] {
        switch kind {
        case .products: products(repeats: repeats, pool: pool)
        case .activations: activations(repeats: repeats)
        case .optimizers: optimizers(repeats: repeats, pool: pool)
        }
    }

    // MARK: Products

    /// A product [rows, inner] [inner, columns], for which rows and inner are those of one of two replicas.
    private struct Product: Sendable {
        let name: String
        let rows, inner, columns: Int
        var transposingA = false
        var transposingB = false
    }

    /// A linear map and its two gradients.
    private static func layer(_ name: String, rows: Int, inputs: Int, outputs: Int) -> [Product] {
        [
            Product(name: name, rows: rows, inner: inputs, columns: outputs, transposingB: true),
            Product(name: "\(name), input's gradient", rows: rows, inner: outputs, columns: inputs),
            Product(
                name: "\(name), weight's gradient", rows: outputs, inner: rows, columns: inputs, transposingA: true),
        ]
    }

    private static let products: [Product] =
        [Product(name: "square of 1,024", rows: 1024, inner: 1024, columns: 1024)]
        + layer("feed-forward of lm.gpt.base", rows: 1024, inputs: 384, outputs: 1536)
        + layer("feed-forward of lm.gpt.small", rows: 384, inputs: 128, outputs: 512)
        + layer("output of lm.lstm", rows: 200, inputs: 200, outputs: 10_000)
        + layer("output of seq2seq.attention", rows: 320, inputs: 384, outputs: 5000)
        + [Product(name: "scores of 64 queries by 256 keys", rows: 64, inner: 64, columns: 256)]

    private static func products(repeats: Int, pool: WorkerPool) -> [Result] {
        let peak = MatrixPeak.gigaflops(pool: pool)
        return products.map { product in
            let (m, k, n) = (product.rows, product.inner, product.columns)
            let matrices = (0..<pool.threadCount).map { _ in
                (Tensor(repeating: 0.5, [m, k]), Tensor(repeating: 0.25, [k, n]), Tensor(zeros: [m, n]))
            }
            // Some milliseconds a run, so that the clock does not count.
            let rounds = max(1, 500_000_000 / (m * k * n))
            let timing = Timing(repeats: repeats) {
                pool.run(pool.threadCount) { index in
                    let (a, b, c) = matrices[index]
                    for _ in 0..<rounds {
                        BLAS.multiply(
                            Matrix(
                                a.pointer, rows: product.transposingA ? k : m, columns: product.transposingA ? m : k),
                            transposingA: product.transposingA,
                            Matrix(
                                b.pointer, rows: product.transposingB ? n : k, columns: product.transposingB ? k : n),
                            transposingB: product.transposingB,
                            into: MutableMatrix(c.mutablePointer, rows: m, columns: n))
                    }
                }
            }
            let milliseconds = timing.median / Double(rounds)
            let gigaflops = 2 * Double(m * k * n * pool.threadCount) / (milliseconds * 1e6)
            return Result(
                kind: .products, name: product.name, milliseconds: milliseconds, nanosecondsPerElement: nil,
                gigaflops: gigaflops, shareOfPeak: gigaflops / peak)
        }
    }

    // MARK: Activations

    /// So few elements that they stay in the second cache.
    private static let elements = 16_384

    private static func activations(repeats: Int) -> [Result] {
        let x = RandomBatch.normal([elements])
        let (y, dy, dx) = (Tensor(zeros: [elements]), Tensor(repeating: 0.5, [elements]), Tensor(zeros: [elements]))
        func result(_ name: String, _ work: () -> Void) -> Result {
            let rounds = 50
            let timing = Timing(repeats: repeats) { for _ in 0..<rounds { work() } }
            let milliseconds = timing.median / Double(rounds)
            return Result(
                kind: .activations, name: name, milliseconds: milliseconds,
                nanosecondsPerElement: milliseconds * 1e6 / Double(elements), gigaflops: nil, shareOfPeak: nil)
        }
        typealias Forward = (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
        typealias Gradient = (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
        let ofOutput: [(String, Forward, Gradient)] = [
            ("relu", Activations.relu, Activations.addReluGradient),
            ("sigmoid", Activations.sigmoid, Activations.addSigmoidGradient),
            ("tanh", Activations.tanh, Activations.addTanhGradient),
        ]
        let ofInput: [(String, Activations.OfInput)] = [
            ("leakyReLU", .leakyReLU(slope: 0.01)), ("relu6", .relu6), ("elu", .elu(alpha: 1)), ("gelu", .gelu),
            ("geluTanh", .geluTanh), ("silu", .silu), ("softplus", .softplus), ("hardSigmoid", .hardSigmoid),
        ]
        return ofOutput.flatMap { name, forward, gradient in
            [
                result(name) { forward(x.pointer, y.mutablePointer, elements) },
                result("\(name), gradient") { gradient(y.pointer, dy.pointer, dx.mutablePointer, elements) },
            ]
        }
            + ofInput.flatMap { name, function in
                [
                    result(name) { function.apply(x.pointer, into: y.mutablePointer, count: elements) },
                    result("\(name), derivative") {
                        function.apply(x.pointer, into: y.mutablePointer, slopes: dx.mutablePointer, count: elements)
                    },
                ]
            }
    }

    // MARK: Optimizers

    /// So many weights that they stay in no cache but the last.
    private static let weights = 1_000_000

    private static func optimizers(repeats: Int, pool: WorkerPool) -> [Result] {
        OptimizerDescription.Kind.allCases.map { kind in
            let parameters = Parameters(.seed(0))
            let weight = parameters.scope.parameter("weight", [weights], .normal(standardDeviation: 1))
            let gradients = Gradients(for: parameters)
            gradients.dense(weight).update(from: RandomBatch.normal([weights]).pointer, count: weights)
            let chunks = GradientChunk.cut(gradients, of: parameters)
            nonisolated(unsafe) let optimizer = OptimizerDescription(kind).optimizer(for: parameters)
            var steps = 0
            let timing = Timing(repeats: repeats) {
                steps += 1
                let time = steps
                optimizer.prepare(time: time)
                pool.run(chunks.count) { index in
                    optimizer.update(chunks[index], gradients, learningRate: 1e-4, gradientScale: 1, time: time)
                }
            }
            return Result(
                kind: .optimizers, name: kind.rawValue, milliseconds: timing.median,
                nanosecondsPerElement: timing.median * 1e6 / Double(weights), gigaflops: nil, shareOfPeak: nil)
        }
    }
}

import Kernels
import Layers
import Tensors
import Training

/// How the time of a training step grows with length, width, batch and threads: time over work should not bend upward.
public enum ScalingBenchmark {
    /// What is varied, the rest standing at its middle.
    public enum Axis: String, CaseIterable, Codable, Sendable {
        case length, width, batch, threads

        /// The values it takes.
        public var values: [Int] {
            switch self {
            case .length: [32, 64, 128, 256, 512, 1024, 2048]
            case .width: [32, 64, 128, 256, 512, 1024]
            case .batch: [1, 2, 4, 8, 16, 32, 64, 128]
            case .threads: [1, 2, 4, 8, 16]
            }
        }
    }

    public struct Result: Encodable, Sendable {
        public let layer: String
        public let axis: Axis
        public let value: Int
        /// The median of a training step.
        public let milliseconds: Double
        /// Nanoseconds for a thousand multiplications of the step's products.
        public let nanosecondsPerThousand: Double

        private enum CodingKeys: String, CodingKey {
            case layer, axis, value
            case milliseconds = "ms"
            case nanosecondsPerThousand = "ns_per_thousand_products"
        }
    }

    /// The layers that can be measured.
    public static let layers = ScaledLayer.allCases.map(\.rawValue)

    /// - Parameters:
    ///   - layer: One of `layers`.
    ///   - threads: For all axes but that of threads.
    public static func run(
        _ layer: String, _ axis: Axis, value: Int, threads: Int, repeats: Int
    ) throws -> Result {
        guard let layer = ScaledLayer(rawValue: layer) else { preconditionFailure("no layer \(layer) to scale") }
        let job = layer.job(
            rows: axis == .batch ? value : 16, steps: axis == .length ? value : 64, width: axis == .width ? value : 128)
        let pool = WorkerPool(threadCount: axis == .threads ? value : threads)
        let parameters = Parameters(.seed(0))
        let stepper = Stepper(job, job.make(parameters.scope, .rows), parameters, pool)
        let timing = try Timing(repeats: repeats, warmUp: 2, seconds: 3) { try stepper.step() }
        StoragePool.shared.trim()
        return Result(
            layer: layer.rawValue, axis: axis, value: value, milliseconds: timing.median,
            nanosecondsPerThousand: timing.median * 1e9 / (3 * Double(job.products)))
    }
}

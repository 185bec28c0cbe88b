import Layers
import Tensors

extension StepJob {
    /// Multiplications of a recurrent layer: gates times (inputs + hidden) times hidden, each row and step.
    static func recurrentProducts(gates: Int, rows: Int, steps: Int, inputs: Int, hidden: Int) -> Int {
        gates * rows * steps * (inputs + hidden) * hidden
    }

    static let meanSquared: @Sendable (Tensor, Tensor) -> Tensor = { MeanSquaredError()($0, targets: $1) }
    static let binary: @Sendable (Tensor, Tensor) -> Tensor = { BinaryCrossEntropy()($0, targets: $1) }
    static let classes: @Sendable (Tensor, IndexTensor) -> Tensor = { CrossEntropy()($0, targets: $1) }

    /// Forecasting, `[32, 168, 1]`: a recurrent layer of 64 units, its last step, one number.
    static let forecast: [StepJob] = [
        forecast("rnn", .rnn(.tanh), gates: 1), forecast("lstm", .lstm, gates: 4), forecast("gru", .gru, gates: 3),
    ]

    private static func forecast(_ name: String, _ kind: Recurrent.Kind, gates: Int) -> StepJob {
        StepJob(
            "forecast.\(name)", "[32, 168, 1], \(name) of 64, last step, 1",
            input: { RandomBatch.normal([32, 168, 1]) }, target: { RandomBatch.normal([32, 1]) },
            products: recurrentProducts(gates: gates, rows: 32, steps: 168, inputs: 1, hidden: 64), loss: meanSquared
        ) { scope in
            let encoder = Recurrent(kind, inputs: 1, hidden: 64, scope: scope["encoder"])
            let head = Linear(inputs: 64, outputs: 1, scope: scope["head"])
            return { x, context in head(encoder.last(x, context), context) }
        }
    }
}

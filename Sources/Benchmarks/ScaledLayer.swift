import Layers
import Tensors

/// A layer whose training step is measured in many sizes: `[N, T, W]` in, W features out, one number from their mean.
enum ScaledLayer: String, CaseIterable {
    case lstm, gru, conv1d, transformer

    func job(rows: Int, steps: Int, width: Int) -> StepJob {
        StepJob(
            rawValue, "[\(rows), \(steps), \(width)]", input: { RandomBatch.normal([rows, steps, width]) },
            target: { RandomBatch.normal([rows, 1]) }, products: products(rows: rows, steps: steps, width: width),
            loss: JobLoss.meanSquared
        ) { scope in
            let layer = layer(width: width, scope: scope["layer"])
            let head = Linear(inputs: width, outputs: 1, scope: scope["head"])
            return { x, context in head(layer(x, context).meanOverTime(), context) }
        }
    }

    private func layer(width: Int, scope: Scope) -> any Layer {
        switch self {
        case .lstm: Recurrent(.lstm(), inputs: width, hidden: width, scope: scope)
        case .gru: Recurrent(.gru, inputs: width, hidden: width, scope: scope)
        case .conv1d:
            Conv1D(inputs: width, outputs: width, window: SlidingWindow(size: 3, padding: .causal), scope: scope)
        case .transformer:
            TransformerEncoderBlock(
                TransformerOptions(width: width, heads: max(1, width / 64), feedForward: 4 * width), scope: scope)
        }
    }

    private func products(rows: Int, steps: Int, width: Int) -> Int {
        switch self {
        case .lstm: StepJob.products(.lstm(), rows: rows, steps: steps, inputs: width, hidden: width)
        case .gru: StepJob.products(.gru, rows: rows, steps: steps, inputs: width, hidden: width)
        case .conv1d: rows * steps * 3 * width * width
        case .transformer: rows * steps * (12 * width * width + 2 * steps * width)
        }
    }
}

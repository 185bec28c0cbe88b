import Layers
import TestSupport
import Tensors

/// Widths below and above a whole register, and one that fills registers exactly.
let normalizationCases: [LayerCase] =
    [5, 16, 37].flatMap { [layerNorm(width: $0), rmsNorm(width: $0)] }
    + [batchNorm, batchNormOfRows, runningBatchNorm]

private func layerNorm(width: Int) -> LayerCase {
    LayerCase(
        "LayerNorm of \(width)", time: .ignored, fixture: width == 5 ? "layer_norm" : nil,
        inputs: { [[$0.rows, $0.steps, width]] }
    ) { scope in
        let layer = LayerNorm(width: width, scope: scope)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: {
        Reference.layerNorm($0.x, $0["weight"], $0["bias"], epsilon: 1e-5)
    }
}

private func rmsNorm(width: Int) -> LayerCase {
    LayerCase(
        "RMSNorm of \(width)", time: .ignored, fixture: width == 5 ? "rms_norm" : nil,
        inputs: { [[$0.rows, $0.steps, width]] }
    ) { scope in
        let layer = RMSNorm(width: width, scope: scope)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: {
        Reference.rmsNorm($0.x, $0["weight"], epsilon: 1e-6)
    }
}

/// In training: by the batch's own statistics.
private let batchNorm = LayerCase(
    "BatchNorm", time: .kept, mixesRows: true, fixture: "batch_norm", inputs: { [[$0.rows, $0.steps, 5]] }
) { scope in
    let layer = BatchNorm(width: 5, scope: scope)
    return { x, lengths, context in layer(x[0], lengths: lengths, context) }
} reference: {
    Reference.batchNorm(
        $0.x, $0["weight"], $0["bias"], epsilon: 1e-5, steps: $0.size.steps, lengths: $0.lengths)
}

/// Without a time axis.
private let batchNormOfRows = LayerCase(
    "BatchNorm of rows", time: .ignored, mixesRows: true, fixture: "batch_norm_rows", inputs: { [[$0.rows, 19]] }
) { scope in
    let layer = BatchNorm(width: 19, epsilon: 1e-2, scope: scope)
    return { x, lengths, context in layer(x[0], lengths: lengths, context) }
} reference: {
    Reference.batchNorm(
        $0.x, $0["weight"], $0["bias"], epsilon: 1e-2, steps: 1, lengths: Array(repeating: 1, count: $0.size.rows))
}

/// Outside of training: by the running statistics.
private let runningBatchNorm = LayerCase(
    "BatchNorm by running statistics", time: .kept, fixture: "batch_norm_running",
    inputs: { [[$0.rows, $0.steps, 5]] }
) { scope in
    let layer = BatchNorm(width: 5, scope: scope)
    (layer.weight.isFrozen, layer.bias.isFrozen) = (true, true)
    return { x, lengths, _ in layer(x[0], lengths: lengths, .inference) }
} reference: {
    Reference.batchNorm(
        $0.x, $0["weight"], $0["bias"], statistics: ($0["running_mean"], $0["running_var"]), epsilon: 1e-5,
        steps: $0.size.steps, lengths: $0.lengths)
}

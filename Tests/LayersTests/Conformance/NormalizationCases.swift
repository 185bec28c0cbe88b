import Layers
import TestSupport
import Tensors

/// Widths below and above a whole register, and one that fills registers exactly.
let normalizationCases: [LayerCase] = [5, 16, 37].flatMap { [layerNorm(width: $0), rmsNorm(width: $0)] }

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

import Layers
import TestSupport
import Tensors

let transformerCases: [LayerCase] = blockCases + stackCases + positionCases

// MARK: Blocks

private let functions: [FeedForward.Function] = [.relu, .gelu, .geluTanh, .swiGLU, .elementwise(.silu)]

private let blockCases =
    TransformerOptions.NormPlacement.allCases.flatMap { norm in
        functions.map { encoderBlock(norm, $0) }
    } + [
        encoderBlock(.before, .gelu, mask: .causal, isRotary: true), decoderBlock(.before, .gelu),
        decoderBlock(.after, .relu),
    ]

private func options(
    _ norm: TransformerOptions.NormPlacement, _ activation: FeedForward.Function, isRotary: Bool = false
) -> TransformerOptions {
    TransformerOptions(
        width: 8, heads: 2, feedForward: 12, activation: activation, norm: norm,
        rotary: isRotary ? RotaryPositions(headWidth: 4, maximumSteps: 8) : nil)
}

private func fixture(
    _ part: String, _ norm: TransformerOptions.NormPlacement, _ activation: FeedForward.Function
) -> String? {
    // Of ReLU and GELU, PyTorch's own two, there is one with each place of the norms.
    let isMissing = [.relu, .gelu].contains(activation) && (norm == .before) != (activation == .gelu)
    return isMissing ? nil : "transformer_\(part)_\(norm)_\(activation)"
}

private func encoderBlock(
    _ norm: TransformerOptions.NormPlacement, _ activation: FeedForward.Function, mask: AttentionMask = .none,
    isRotary: Bool = false
) -> LayerCase {
    LayerCase(
        "TransformerEncoderBlock, norm \(norm), \(activation), mask \(mask)" + (isRotary ? ", rotary" : ""),
        time: .kept, fixture: mask == .none ? fixture("encoder", norm, activation) : nil,
        inputs: { [[$0.rows, $0.steps, 8]] }
    ) { scope in
        let layer = TransformerEncoderBlock(options(norm, activation, isRotary: isRotary), mask: mask, scope: scope)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: { call in
        let block = Reference.TransformerBlock(
            heads: 2, activation: activation, norm: norm, isCausal: mask == .causal, isRotary: isRotary)
        return block(call.sequences(0), { call[$0] }).masked.values
    }
}

private func decoderBlock(
    _ norm: TransformerOptions.NormPlacement, _ activation: FeedForward.Function
) -> LayerCase {
    LayerCase(
        "TransformerDecoderBlock, norm \(norm), \(activation)", time: .kept,
        fixture: fixture("decoder", norm, activation), inputs: { [[$0.rows, $0.steps, 8], [$0.rows, 4, 8]] }
    ) { scope in
        let layer = TransformerDecoderBlock(options(norm, activation), scope: scope)
        return { x, lengths, context in layer(x[0], memory: x[1], lengths: lengths, context) }
    } reference: { call in
        let block = Reference.TransformerBlock(heads: 2, activation: activation, norm: norm, isCausal: true)
        return block(call.sequences(0), memory: call.memory(1, steps: 4), { call[$0] }).masked.values
    }
}

// MARK: Stacks

private let stackCases = TransformerOptions.NormPlacement.allCases.flatMap { [encoder($0), decoder($0)] }

private func encoder(_ norm: TransformerOptions.NormPlacement) -> LayerCase {
    LayerCase(
        "TransformerEncoder, norm \(norm)", time: .kept, fixture: "transformer_encoder_stack_\(norm)",
        inputs: { [[$0.rows, $0.steps, 8]] }
    ) { scope in
        let layer = TransformerEncoder(options(norm, .gelu), blocks: 2, scope: scope)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: { call in
        let block = Reference.TransformerBlock(heads: 2, activation: .gelu, norm: norm)
        let result = (0..<2).reduce(call.sequences(0)) { x, index in block(x, { call["layers.\(index).\($0)"] }) }
        return call.finish(result, norm)
    }
}

/// Over a memory with the batch's own lengths.
private func decoder(_ norm: TransformerOptions.NormPlacement) -> LayerCase {
    LayerCase(
        "TransformerDecoder, norm \(norm)", time: .kept, fixture: "transformer_decoder_stack_\(norm)",
        inputs: { [[$0.rows, $0.steps, 8], [$0.rows, $0.steps, 8]] }
    ) { scope in
        let layer = TransformerDecoder(options(norm, .gelu), blocks: 2, scope: scope)
        return { x, lengths, context in
            layer(x[0], memory: x[1], lengths: lengths, memoryLengths: lengths, context)
        }
    } reference: { call in
        let block = Reference.TransformerBlock(heads: 2, activation: .gelu, norm: norm, isCausal: true)
        let result = (0..<2).reduce(call.sequences(0)) { x, index in
            block(x, memory: call.sequences(1), { call["layers.\(index).\($0)"] })
        }
        return call.finish(result, norm)
    }
}

extension LayerCase.Call {
    /// The norm behind a stack, where it has one.
    fileprivate func finish(_ x: Reference.Sequences, _ norm: TransformerOptions.NormPlacement) -> [Double] {
        var result = x
        if norm == .before {
            result.values = Reference.layerNorm(x.values, self["norm.weight"], self["norm.bias"], epsilon: 1e-5)
        }
        return result.masked.values
    }
}

// MARK: Positions

private let positionCases = [
    LayerCase(
        "LearnedPositions", time: .kept, fixture: "positions_learned", inputs: { [[$0.rows, $0.steps, 5]] }
    ) { scope in
        let layer = LearnedPositions(width: 5, maximumSteps: 8, scope: scope)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: { call in
        var result = call.sequences(0)
        for index in result.values.indices { result.values[index] += call["weight"][index % (call.size.steps * 5)] }
        return result.masked.values
    },
    LayerCase(
        "SinusoidalPositions", time: .kept, fixture: "positions_sinusoidal", inputs: { [[$0.rows, $0.steps, 6]] }
    ) { _ in
        let layer = SinusoidalPositions(width: 6, maximumSteps: 8)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: { call in
        var result = call.sequences(0)
        for index in result.values.indices {
            result.values[index] += Reference.wave(step: index / 6 % call.size.steps, feature: index % 6, width: 6)
        }
        return result.masked.values
    },
]

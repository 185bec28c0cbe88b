import Layers
import TestSupport
import Tensors

let attentionCases: [LayerCase] =
    scaledDotProductCases + multiHeadCases + [
        luong(.dot), luong(.general), additive, additivePooling,
        grouped(keyHeads: 2, mask: .none, isRotary: false), grouped(keyHeads: 1, mask: .causal, isRotary: true),
    ]

// MARK: Without parameters

private let scaledDotProductCases = [
    scaledDotProduct(heads: 2, keyHeads: 2, mask: .none, fixture: "attention"),
    scaledDotProduct(heads: 2, keyHeads: 2, mask: .none, fixture: "attention_lengths"),
    scaledDotProduct(heads: 4, keyHeads: 2, mask: .causal, fixture: "attention_causal"),
    scaledDotProduct(heads: 3, keyHeads: 1, mask: .none),
]

private func scaledDotProduct(heads: Int, keyHeads: Int, mask: AttentionMask, fixture: String? = nil) -> LayerCase {
    LayerCase(
        "ScaledDotProductAttention, \(heads) heads over \(keyHeads), mask \(mask)" + (fixture.map { ", \($0)" } ?? ""),
        time: .kept, fixture: fixture,
        inputs: {
            [
                [$0.rows, $0.steps, heads * 4], [$0.rows, $0.steps, keyHeads * 4], [$0.rows, $0.steps, keyHeads * 2],
            ]
        }
    ) { _ in
        let layer = ScaledDotProductAttention(heads: heads, keyHeads: keyHeads, mask: mask)
        return { x, lengths, context in
            layer(queries: x[0], keys: x[1], values: x[2], queryLengths: lengths, keyLengths: lengths, context)
        }
    } reference: { call in
        Reference.scaledDotProductAttention(
            queries: call.sequences(0), keys: call.sequences(1), values: call.sequences(2), heads: heads,
            keyHeads: keyHeads, isCausal: mask == .causal
        ).output
    }
}

// MARK: Multi-head

private let multiHeadCases = [
    multiHead(mask: .none, isRotary: false, fixture: "multi_head_attention"),
    multiHead(mask: .causal, isRotary: false, fixture: "multi_head_attention_causal"),
    multiHead(mask: .none, isRotary: true, fixture: "multi_head_attention_rotary"), multiHeadOverMemory,
]

private func multiHead(mask: AttentionMask, isRotary: Bool, fixture: String? = nil) -> LayerCase {
    LayerCase(
        "MultiHeadAttention, mask \(mask)" + (isRotary ? ", rotary" : ""), time: .kept, fixture: fixture,
        inputs: { [[$0.rows, $0.steps, 8]] }
    ) { scope in
        let rotary = isRotary ? RotaryPositions(headWidth: 4, maximumSteps: 8) : nil
        let layer = MultiHeadAttention(width: 8, heads: 2, mask: mask, rotary: rotary, scope: scope)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: { call in
        Reference.multiHeadAttention(
            call.sequences(0), heads: 2, isCausal: mask == .causal, isRotary: isRotary, { call[$0] }
        ).masked.values
    }
}

private let multiHeadOverMemory = LayerCase(
    "MultiHeadAttention over a memory", time: .kept, fixture: "multi_head_attention_memory",
    inputs: { [[$0.rows, $0.steps, 8], [$0.rows, 4, 8]] }
) { scope in
    let layer = MultiHeadAttention(width: 8, heads: 2, scope: scope)
    return { x, lengths, context in layer(x[0], memory: x[1], lengths: lengths, context) }
} reference: { call in
    Reference.multiHeadAttention(call.sequences(0), memory: call.memory(1, steps: 4), heads: 2, { call[$0] }).masked
        .values
}

private func grouped(keyHeads: Int, mask: AttentionMask, isRotary: Bool) -> LayerCase {
    LayerCase(
        "GroupedQueryAttention, 4 heads over \(keyHeads), mask \(mask)" + (isRotary ? ", rotary" : ""), time: .kept,
        fixture: isRotary ? "grouped_attention_rotary" : "grouped_attention", inputs: { [[$0.rows, $0.steps, 8]] }
    ) { scope in
        let rotary = isRotary ? RotaryPositions(headWidth: 2, maximumSteps: 8) : nil
        let layer = GroupedQueryAttention(
            width: 8, heads: 4, keyHeads: keyHeads, mask: mask, rotary: rotary, scope: scope)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: { call in
        let x = call.sequences(0)
        func mapped(_ name: String, heads: Int) -> Reference.Sequences {
            let result = Reference.linear(x.values, call["\(name).weight"], nil, inputs: 8)
            let isTurned = isRotary && name != "v_proj"
            return Reference.Sequences(
                isTurned ? Reference.rotated(result, steps: x.steps, width: 2 * heads, heads: heads) : result,
                steps: x.steps, lengths: x.lengths)
        }
        let attended = Reference.scaledDotProductAttention(
            queries: mapped("q_proj", heads: 4), keys: mapped("k_proj", heads: keyHeads),
            values: mapped("v_proj", heads: keyHeads), heads: 4, keyHeads: keyHeads, isCausal: mask == .causal)
        return Reference.linear(attended.output, call["out_proj.weight"], nil, inputs: 8)
    }
}

// MARK: Luong and Bahdanau

private func luong(_ score: LuongAttention.Score) -> LayerCase {
    let keyWidth = score == .dot ? 3 : 5
    return LayerCase(
        "LuongAttention, \(score)", time: .kept, fixture: "luong_\(score)",
        inputs: { [[$0.rows, $0.steps, 3], [$0.rows, $0.steps, keyWidth], [$0.rows, $0.steps, 2]] }
    ) { scope in
        let layer = LuongAttention(score, queryWidth: 3, keyWidth: keyWidth, scope: scope)
        return { x, lengths, context in
            layer(queries: x[0], keys: x[1], values: x[2], queryLengths: lengths, keyLengths: lengths, context)
        }
    } reference: { call in
        var queries = call.sequences(0)
        if score == .general { queries.values = Reference.linear(queries.values, call["weight"], nil, inputs: 3) }
        return Reference.scaledDotProductAttention(
            queries: queries, keys: call.sequences(1), values: call.sequences(2), heads: 1, keyHeads: 1,
            isCausal: false, scale: 1
        ).output
    }
}

private let additive = LayerCase(
    "AdditiveAttention", time: .kept, fixture: "additive_attention",
    inputs: { [[$0.rows, $0.steps, 3], [$0.rows, $0.steps, 4], [$0.rows, $0.steps, 2]] }
) { scope in
    let layer = AdditiveAttention(queryWidth: 3, keyWidth: 4, hidden: 5, scope: scope)
    return { x, lengths, context in
        let keys = layer.mapped(keys: x[1], lengths: lengths, context)
        return layer(queries: x[0], keys: keys, values: x[2], queryLengths: lengths, context)
    }
} reference: { call in
    var (queries, keys) = (call.sequences(0), call.sequences(1))
    queries.values = Reference.linear(queries.values, call["query.weight"], call["query.bias"], inputs: 3)
    keys.values = Reference.linear(keys.values, call["key.weight"], nil, inputs: 4)
    return Reference.additiveAttention(
        queries: queries, keys: keys, values: call.sequences(2), weight: call["score.weight"]
    ).output
}

private let additivePooling = LayerCase(
    "AdditivePooling", time: .summarized, fixture: "additive_pooling", inputs: { [[$0.rows, $0.steps, 3]] }
) { scope in
    let layer = AdditivePooling(width: 3, hidden: 5, scope: scope)
    return { x, lengths, context in layer(x[0], lengths: lengths, context) }
} reference: { call in
    let rows = call.size.rows
    var keys = call.sequences(0)
    keys.values = Reference.linear(keys.values, call["key.weight"], call["key.bias"], inputs: 3)
    let query = Reference.Sequences(
        [Double](repeating: 0, count: rows * 5), steps: 1, lengths: Array(repeating: 1, count: rows))
    return Reference.additiveAttention(
        queries: query, keys: keys, values: call.sequences(0), weight: call["score.weight"]
    ).output
}

extension LayerCase.Call {
    /// An input whose second axis is the time of the batch.
    func sequences(_ input: Int) -> Reference.Sequences {
        Reference.Sequences(inputs[input], steps: size.steps, lengths: lengths)
    }

    /// An input with a time axis of its own, all valid.
    func memory(_ input: Int, steps: Int) -> Reference.Sequences {
        Reference.Sequences(inputs[input], steps: steps, lengths: Array(repeating: steps, count: size.rows))
    }
}

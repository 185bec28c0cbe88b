import Layers
import TestSupport
import Tensors

let coreCases: [LayerCase] = [
    LayerCase("Linear", time: .ignored, fixture: "linear", inputs: { [[$0.rows, 5]] }) { scope in
        let layer = Linear(inputs: 5, outputs: 7, scope: scope)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: {
        Reference.linear($0.x, $0["weight"], $0["bias"], inputs: 5)
    },
    LayerCase("Linear, time-distributed", time: .ignored, fixture: "linear", inputs: { [[$0.rows, $0.steps, 5]] }) {
        scope in
        let layer = Linear(inputs: 5, outputs: 7, scope: scope)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: {
        Reference.linear($0.x, $0["weight"], $0["bias"], inputs: 5)
    },
    embedding(.rows), embedding(.dense), embeddingBag, dropout(of: .element), dropout(of: .row),
]

// MARK: Embeddings

/// Identifiers 0 to 5 that an input stands for: the table draws numbers. No gradient reaches them.
private func identifiers(_ x: [Double]) -> [Int] { x.map { Int(abs($0) * 20) % 6 } }

private func identifiers(_ x: Tensor, _ shape: Shape) -> IndexTensor {
    IndexTensor(identifiers(x.elements.map(Double.init)).map(Int32.init), shape)
}

private func embedding(_ gradientKind: Parameter.GradientKind) -> LayerCase {
    LayerCase("Embedding, gradient \(gradientKind)", time: .ignored, inputs: { [[$0.rows, $0.steps]] }) { scope in
        let layer = Embedding(entries: 6, width: 3, gradientKind: gradientKind, scope: scope)
        return { x, _, context in layer(identifiers(x[0], x[0].shape), context) }
    } reference: { call in
        identifiers(call.x).flatMap { call["weight"][$0 * 3..<($0 + 1) * 3] }
    }
}

private let embeddingBag = LayerCase("EmbeddingBag", time: .ignored, inputs: { [[$0.rows, $0.steps]] }) { scope in
    let layer = EmbeddingBag(entries: 6, width: 3, scope: scope)
    return { x, _, context in
        let (rows, steps) = (x[0].shape[0], x[0].shape[1])
        let offsets = IndexTensor((0...rows).map { Int32($0 * steps) }, [rows + 1])
        return layer(Bags(identifiers: identifiers(x[0], [rows * steps]), offsets: offsets), context)
    }
} reference: { call in
    let (all, steps) = (identifiers(call.x), call.size.steps)
    return (0..<call.size.rows).flatMap { row in
        (0..<3).map { feature in
            all[row * steps..<(row + 1) * steps].reduce(0) { $0 + call["weight"][$1 * 3 + feature] } / Double(steps)
        }
    }
}

// MARK: Dropout

private func dropout(of unit: Dropout.Unit) -> LayerCase {
    LayerCase(
        "Dropout of \(unit == .row ? "rows" : "single elements")", time: .ignored, mixesRows: true,
        inputs: { [[$0.rows, $0.steps, 3]] }
    ) { _ in
        let layer = Dropout(0.4, of: unit)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: { call in
        let mask = MaskSource().next(0.4, [call.size.rows, call.size.steps, 3], group: unit == .row ? 3 : 1)!
        return zip(call.x, mask).map(*)
    }
}

// MARK: LSTM

/// The LSTM of one direction: what each step puts out, and where it ends.
let lstmCases: [LayerCase] = [false, true].flatMap { isReversed in
    [lstm(time: .kept, isReversed: isReversed), lstm(time: .summarized, isReversed: isReversed)]
}

private func lstm(time: LayerCase.Time, isReversed: Bool) -> LayerCase {
    let name = "LSTM, \(time == .kept ? "outputs" : "last state")" + (isReversed ? ", reverse" : "")
    return LayerCase(name, time: time, inputs: { [[$0.rows, $0.steps, 3]] }) { scope in
        let layer = LSTM(inputs: 3, hidden: 5, direction: isReversed ? .reverse : .forward, scope: scope)
        return { x, lengths, context in
            let result = layer(x[0], lengths: lengths, context)
            return time == .kept ? result.output : .concatenated([result.state.hidden, result.state.cell])
        }
    } reference: { call in
        let suffix = isReversed ? "l0_reverse" : "l0"
        let result = Reference.lstm(
            x: call.x, rows: call.size.rows, steps: call.size.steps, inputs: 3, width: 5,
            inputWeight: call["weight_ih_\(suffix)"], hiddenWeight: call["weight_hh_\(suffix)"],
            inputBias: call["bias_ih_\(suffix)"], hiddenBias: call["bias_hh_\(suffix)"], lengths: call.lengths,
            reversed: isReversed)
        if time == .kept { return result.output }
        return (0..<call.size.rows).flatMap { row in
            let units = row * 5..<(row + 1) * 5
            return Array(result.hidden[units]) + Array(result.cell[units])
        }
    }
}

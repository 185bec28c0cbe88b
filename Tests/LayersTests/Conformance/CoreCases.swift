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
    LayerCase("Linear, time-distributed", time: .ignored, fixture: "linear", inputs: { [[$0.rows, $0.steps, 5]] }) { scope in
        let layer = Linear(inputs: 5, outputs: 7, scope: scope)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: {
        Reference.linear($0.x, $0["weight"], $0["bias"], inputs: 5)
    },
]

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

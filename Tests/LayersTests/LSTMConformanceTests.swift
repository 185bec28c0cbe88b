import Layers
import TestSupport
import Tensors
import Testing

/// One shape of the conformance table.
private struct Shapes: Sendable, CustomTestStringConvertible {
    let rows, steps, inputs, width: Int
    var lengths: [Int32]?
    var reversed = false
    var hasState = false

    var testDescription: String {
        "[\(rows), \(steps), \(inputs)] width \(width)" + (lengths.map { " lengths \($0)" } ?? "")
            + (reversed ? " reversed" : "") + (hasState ? " from a state" : "")
    }
}

private let table: [Shapes] = [
    Shapes(rows: 1, steps: 1, inputs: 1, width: 1),
    Shapes(rows: 1, steps: 5, inputs: 3, width: 4),
    Shapes(rows: 3, steps: 4, inputs: 2, width: 5),
    Shapes(rows: 3, steps: 4, inputs: 2, width: 5, hasState: true),
    Shapes(rows: 3, steps: 4, inputs: 2, width: 5, reversed: true, hasState: true),
    Shapes(rows: 4, steps: 5, inputs: 3, width: 3, lengths: [2, 5, 1, 3]),
    Shapes(rows: 4, steps: 5, inputs: 3, width: 3, lengths: [2, 5, 1, 3], reversed: true),
    Shapes(rows: 4, steps: 5, inputs: 3, width: 3, lengths: [2, 0, 1, 3], hasState: true),
    Shapes(rows: 4, steps: 5, inputs: 3, width: 3, lengths: [4, 4, 4, 4], reversed: true, hasState: true),
    Shapes(rows: 2, steps: 3, inputs: 2, width: 17, lengths: [0, 0], hasState: true),
]

@Suite struct LSTMConformanceTests {
    /// Outputs, states and gradients of inputs, state and weights against a plain LSTM in Double.
    @Test(arguments: table) private func conforms(_ shapes: Shapes) {
        let (n, t, i, h) = (shapes.rows, shapes.steps, shapes.inputs, shapes.width)
        var inputs: [Shape] = [[n, t, i], [4 * h, i], [4 * h, h], [4 * h], [4 * h]]
        if shapes.hasState { inputs += [[n, h], [n, h]] }
        GradientCase(shapes.testDescription, inputs) { x in
            let lengths = shapes.lengths.map { IndexTensor($0, [n]) }
            let state = shapes.hasState ? LSTM.State(hidden: x[5], cell: x[6]) : nil
            let result = LSTM.run(
                x[0], inputWeight: x[1], hiddenWeight: x[2], inputBias: x[3], hiddenBias: x[4], lengths: lengths,
                state: state, direction: shapes.reversed ? .reverse : .forward)
            return .concatenated([
                result.output.reshaped([1, n * t * h]), result.state.hidden.reshaped([1, n * h]),
                result.state.cell.reshaped([1, n * h]),
            ])
        } reference: { x in
            let result = Reference.lstm(
                x: x[0], rows: n, steps: t, inputs: i, width: h, inputWeight: x[1], hiddenWeight: x[2],
                inputBias: x[3], hiddenBias: x[4], hidden: shapes.hasState ? x[5] : nil,
                cell: shapes.hasState ? x[6] : nil, lengths: shapes.lengths?.map(Int.init), reversed: shapes.reversed)
            return result.output + result.hidden + result.cell
        }.check()
    }

    /// A row among longer ones comes to the bytes that it comes to alone.
    @Test(arguments: [LSTM.Direction.forward, .reverse]) func paddingChangesNothing(direction: LSTM.Direction) {
        let parameters = Parameters(.seed(1))
        let layer = LSTM(inputs: 3, hidden: 8, direction: direction, scope: parameters.scope)
        let lengths: [Int32] = [3, 7, 1, 5]
        let x = randomTensor([4, 7, 3], seed: 2, scale: 1)
        let batch = layer(x, lengths: IndexTensor(lengths, [4]), .inference)
        for row in 0..<4 {
            let length = Int(lengths[row])
            let alone = layer(Tensor(Array(x.elements[row * 21..<row * 21 + length * 3]), [1, length, 3]), .inference)
            let found = Tensor(Array(batch.output.elements[row * 56..<row * 56 + length * 8]), [1, length, 8])
            expectClose(found, alone.output, within: 1e-6, "row \(row)")
            #expect(batch.output.elements[(row * 7 + length) * 8..<(row + 1) * 56].allSatisfy { $0 == 0 })
        }
    }
}

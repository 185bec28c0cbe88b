import Layers
import TestSupport
import Tensors
import Testing

/// The LSTM against PyTorch: outputs, states and all gradients.
@Suite struct LSTMFixtureTests {
    @Test(arguments: ["lstm", "lstm_lengths", "lstm_reverse"]) func agrees(name: String) throws {
        let fixture = try Fixture("layers/\(name)")
        let parameters = Parameters(.uninitialized)
        let layer = LSTM(
            inputs: 5, hidden: 6, direction: name == "lstm_reverse" ? .reverse : .forward, scope: parameters.scope)
        for parameter in parameters {
            parameter.assign(try fixture[parameter.name.replacing("_reverse", with: "")])
        }
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let context = Context.training(tape: tape, gradients: gradients, seed: 0)
        let x = tape.watch(try fixture["x"])
        var state: LSTM.State?
        var lengths: IndexTensor?
        if name == "lstm" {
            state = LSTM.State(hidden: tape.watch(try fixture["h0"]), cell: tape.watch(try fixture["c0"]))
        } else {
            lengths = try fixture.integers("lengths")
        }
        let result = layer(x, lengths: lengths, state: state, context)
        expectClose(result.output, try fixture["output"], "output")
        expectClose(result.state.hidden, try fixture["h_n"], "h_n")
        expectClose(result.state.cell, try fixture["c_n"], "c_n")

        let loss = (result.output * (try fixture["upstream_output"])).sum()
            + (result.state.hidden * (try fixture["upstream_h_n"])).sum()
            + (result.state.cell * (try fixture["upstream_c_n"])).sum()
        tape.backward(from: loss)
        expectClose(tape.gradient(of: x), try fixture["grad_x"], "grad_x")
        if let state {
            expectClose(tape.gradient(of: state.hidden), try fixture["grad_h0"], "grad_h0")
            expectClose(tape.gradient(of: state.cell), try fixture["grad_c0"], "grad_c0")
        }
        for parameter in parameters {
            let expected = try fixture["grad_" + parameter.name.replacing("_reverse", with: "")]
            expectClose(gradients.gradient(of: parameter), expected, parameter.name)
        }
    }
}

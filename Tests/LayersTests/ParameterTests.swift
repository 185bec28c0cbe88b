import Layers
import TestSupport
import Tensors
import Testing

@Suite struct ParameterTests {
    @Test func namesAndOrderComeFromScopes() {
        let parameters = Parameters(.seed(1))
        _ = LSTM(inputs: 2, hidden: 3, scope: parameters.scope["encoder"])
        _ = LSTM(inputs: 2, hidden: 3, direction: .reverse, scope: parameters.scope["encoder"])
        _ = Linear(inputs: 6, outputs: 1, scope: parameters.scope["head"]["output"])
        #expect(parameters.map(\.name) == [
            "encoder.weight_ih_l0", "encoder.weight_hh_l0", "encoder.bias_ih_l0", "encoder.bias_hh_l0",
            "encoder.weight_ih_l0_reverse", "encoder.weight_hh_l0_reverse", "encoder.bias_ih_l0_reverse",
            "encoder.bias_hh_l0_reverse", "head.output.weight", "head.output.bias",
        ])
        #expect(parameters.weightCount == 2 * (24 + 36 + 12 + 12) + 7)
        #expect(parameters["head.output.bias"]?.shape == [1])
    }

    @Test func startFollowsFromSeedAndNameAlone() {
        func weights(seed: UInt64, extraLayerFirst: Bool) -> [Float] {
            let parameters = Parameters(.seed(seed))
            if extraLayerFirst { _ = Linear(inputs: 3, outputs: 3, scope: parameters.scope["other"]) }
            return Linear(inputs: 4, outputs: 2, scope: parameters.scope["head"]).weight.value.elements
        }
        #expect(weights(seed: 1, extraLayerFirst: false) == weights(seed: 1, extraLayerFirst: true))
        #expect(weights(seed: 1, extraLayerFirst: false) != weights(seed: 2, extraLayerFirst: false))
    }

    @Test func frozenParametersGetNoGradient() {
        let parameters = Parameters(.seed(1))
        let layer = Linear(inputs: 2, outputs: 2, scope: parameters.scope)
        layer.weight.isFrozen = true
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let output = layer(randomTensor([3, 2], seed: 1), .training(tape: tape, gradients: gradients, seed: 0))
        tape.backward(from: output.sum())
        #expect(gradients.gradient(of: layer.weight).elements == [0, 0, 0, 0])
        #expect(gradients.gradient(of: layer.bias).elements == [3, 3])
    }

    @Test func dropoutActsInTrainingAlone() {
        let x = Tensor(repeating: 1, [10, 20])
        let rows = Dropout(0.5, of: .row)
        #expect(rows(x, .inference).elements == x.elements)
        let gradients = Gradients(for: Parameters(.uninitialized))
        let context = Context.training(tape: Tape(), gradients: gradients, seed: 4)
        let first = rows(x, context).elements
        #expect((0..<10).allSatisfy { Set(first[$0 * 20..<$0 * 20 + 20]).count == 1 })
        #expect(Set(first) == [0, 2])
        #expect(rows(x, context).elements != first)  // every call draws anew
    }
}

import Foundation
import Layers
import TestSupport
import Tensors
import Testing

@Suite struct ActivationTests {
    private static let all = Activation.allCases + [.leakyReLU(slope: 0.2), .elu(alpha: 0.5)]

    @Test(arguments: all) func fixture(activation: Activation) throws {
        let file = try Fixture("layers/activations")
        let tape = Tape()
        let input = tape.watch(try file["input"])
        let output = activation(input)
        expectClose(output, try file["\(activation)"], "\(activation)")
        if activation == .step { return }
        tape.backward(from: (output * (try file["upstream"])).sum())
        expectClose(tape.gradient(of: input), try file["grad_\(activation)"], "gradient of \(activation)")
    }

    @Test func noGradientFlowsThroughAStep() {
        let tape = Tape()
        let x = tape.watch(randomTensor([3, 4], seed: 1))
        tape.backward(from: (x.step() * x).sum())
        // d(step(x) x) is that of the second factor alone.
        #expect(tape.gradient(of: x).elements == x.step().elements)
    }

    @Test(arguments: all) func aTextSaysAll(activation: Activation) throws {
        #expect(Activation("\(activation)") == activation)
        let text = try JSONEncoder().encode([activation])
        #expect(String(decoding: text, as: UTF8.self) == "[\"\(activation)\"]")
        #expect(try JSONDecoder().decode([Activation].self, from: text) == [activation])
    }

    @Test(arguments: ["", "Relu", "relu()", "relu(1)", "elu(", "elu(x)", "elu(nan)", "elu(1)(2)", "leakyReLU(0.1) "])
    func otherTextsAreRefused(text: String) throws {
        #expect(Activation(text) == nil)
        let json = try JSONEncoder().encode([text])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Activation].self, from: json) }
    }
}

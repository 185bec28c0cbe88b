import Layers
import TestSupport
import Tensors

/// Every activation that has a gradient; values against PyTorch are in `ActivationTests`.
let activationCases: [LayerCase] =
    (Activation.allCases + [.leakyReLU(slope: 0.2), .elu(alpha: 0.5)]).filter { $0 != .step }.map { activation in
        LayerCase("Activation \(activation)", time: .ignored, inputs: { [[$0.rows, $0.steps, 5]] }) { _ in
            { x, lengths, context in activation(x[0], lengths: lengths, context) }
        } reference: { call in
            if activation == .softmax { return Reference.softmax(call.x, columns: 5) }
            return call.x.map { Reference.activation(activation, $0).value }
        }
    }

import Layers
import Tensors

/// A recurrent network over the words.
struct RecurrentEncoder: TagEncoder {
    private enum Network: Sendable {
        case lstm(LSTM)
        case bidirectional(BidirectionalLSTM)
    }

    private let network: Network
    let features: Int

    init(inputs: Int, hidden: Int, isBidirectional: Bool, scope: Scope) {
        if isBidirectional {
            network = .bidirectional(BidirectionalLSTM(inputs: inputs, hidden: hidden, forgetBias: 1, scope: scope))
        } else {
            network = .lstm(LSTM(inputs: inputs, hidden: hidden, forgetBias: 1, scope: scope))
        }
        features = (isBidirectional ? 2 : 1) * hidden
    }

    static func plan(inputs: Int, hidden: Int, isBidirectional: Bool) -> [PlannedParameter] {
        (isBidirectional ? ["", "_reverse"] : [""]).flatMap { suffix in
            [
                ("weight_ih_l0\(suffix)", [4 * hidden, inputs]), ("weight_hh_l0\(suffix)", [4 * hidden, hidden]),
            ]
        }
    }

    func callAsFunction(_ x: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor {
        switch network {
        case .lstm(let lstm): lstm(x, lengths: lengths, context).state.hidden
        case .bidirectional(let lstm): lstm(x, lengths: lengths, context).hidden
        }
    }
}

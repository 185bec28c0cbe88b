import Layers
import Tensors

/// What decides about the parameters of a stack of recurrent networks.
struct RecurrentSizes: Sendable {
    enum Cell { case rnn, lstm, gru }

    let cell: Cell
    let isBidirectional: Bool
    let inputs: Int
    /// H.
    let hidden: Int
    let layers: Int

    private var directions: Int { isBidirectional ? 2 : 1 }

    /// Features of a step.
    var width: Int { directions * hidden }

    /// Features of a text.
    func features(_ pooling: TagRecipe.Model.Pooling) -> Int { (pooling == .all ? 3 : 1) * width }

    var plan: [PlannedParameter] {
        let gates = switch cell { case .rnn: 1; case .gru: 3; case .lstm: 4 }
        return (0..<layers).flatMap { layer in
            (isBidirectional ? ["", "_reverse"] : [""]).flatMap { suffix in
                [
                    ("weight_ih_l\(layer)\(suffix)", [gates * hidden, layer == 0 ? inputs : width]),
                    ("weight_hh_l\(layer)\(suffix)", [gates * hidden, hidden]),
                ]
            }
        }
    }

    func network(_ output: Recurrent.Output, scope: Scope) -> Recurrent {
        let kind: Recurrent.Kind =
            switch cell {
            case .rnn: .rnn(.tanh)
            case .gru: .gru
            case .lstm: .lstm(forgetBias: 1)
            }
        return Recurrent(
            kind, inputs: inputs, hidden: hidden, layers: layers,
            direction: isBidirectional ? .both(merge: .concatenate) : .forward, output: output,
            // Without gates, what a step hands on would grow or fade from the outset.
            hiddenInitializer: cell == .rnn ? .orthogonal() : nil, scope: scope)
    }

    /// The states of the uppermost layer behind the last step that each direction reads, `[N, directions H]`.
    func last(_ state: Recurrent.State) -> Tensor { .concatenated(Array(state.hidden.suffix(directions))) }
}

/// A stack of recurrent networks, and one row of features out of its steps.
struct RecurrentEncoder: TagEncoder {
    private let sizes: RecurrentSizes
    private let network: Recurrent
    private let pooling: TagRecipe.Model.Pooling

    init(_ sizes: RecurrentSizes, pooling: TagRecipe.Model.Pooling, scope: Scope) {
        (self.sizes, self.pooling) = (sizes, pooling)
        network = sizes.network(pooling == .last ? .lastStep : .everyStep, scope: scope)
    }

    var features: Int { sizes.features(pooling) }

    func callAsFunction(_ x: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor {
        let (output, state) = network(x, lengths: lengths, state: nil, context)
        return switch pooling {
        case .last: output
        case .mean: output.meanOverTime(lengths: lengths)
        case .max: output.maximumOverTime(lengths: lengths)
        case .all:
            .concatenated([
                sizes.last(state), output.meanOverTime(lengths: lengths), output.maximumOverTime(lengths: lengths),
            ])
        }
    }
}

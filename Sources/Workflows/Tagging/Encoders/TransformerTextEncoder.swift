import Layers
import Tensors

/// What decides about the parameters of a transformer over the words.
struct TransformerSizes: Sendable {
    let inputs: Int
    /// D.
    let width: Int
    let layers: Int
    let heads: Int
    let feedForward: Int
    let pooling: TagRecipe.Model.Pooling
    /// Words of a text, at most.
    let maximumLength: Int
    let dropout: Float

    var features: Int { (pooling == .all ? 2 : 1) * width }

    var plan: [PlannedParameter] {
        [("input.weight", [width, inputs])]
            + (0..<layers).flatMap { layer -> [PlannedParameter] in
                [
                    ("layers.\(layer).self_attn.in_proj_weight", [3 * width, width]),
                    ("layers.\(layer).linear1.weight", [feedForward, width]),
                ]
            }
    }
}

/// A linear map of the words' vectors, blocks of a transformer that are normalised before their parts, and one row of
/// features out of the steps.
///
/// Rotary positions tell the places: waves that are added would drown the words, whose vectors start far smaller.
struct TransformerTextEncoder: TagEncoder {
    private let input: Linear
    private let network: TransformerEncoder
    private let pooling: TagRecipe.Model.Pooling
    let features: Int

    init(_ sizes: TransformerSizes, scope: Scope) {
        input = Linear(inputs: sizes.inputs, outputs: sizes.width, scope: scope["input"])
        let rotary = RotaryPositions(headWidth: sizes.width / sizes.heads, maximumSteps: sizes.maximumLength)
        network = TransformerEncoder(
            TransformerOptions(
                width: sizes.width, heads: sizes.heads, feedForward: sizes.feedForward, dropout: sizes.dropout,
                rotary: rotary),
            blocks: sizes.layers, scope: scope)
        (pooling, features) = (sizes.pooling, sizes.features)
    }

    func callAsFunction(_ x: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor {
        let steps = network(input(x, context), lengths: lengths, context)
        return switch pooling {
        // Recipes with `last`, which a transformer does not have, are refused.
        case .mean, .last: steps.meanOverTime(lengths: lengths)
        case .max: steps.maximumOverTime(lengths: lengths)
        case .all: .concatenated([steps.meanOverTime(lengths: lengths), steps.maximumOverTime(lengths: lengths)])
        }
    }
}

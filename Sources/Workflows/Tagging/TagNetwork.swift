import Glibc
import Layers
import Tensors

/// One network of a tagger: an encoder over the vectors of the words, a linear layer on the features of the text.
///
/// - Input: `[N, T, D]`
/// - Output: logits `[N, L]`
struct TagNetwork: Sendable {
    private let wordDropout: Dropout
    private let embeddingDropout: Dropout
    private let encoder: any TagEncoder
    private let dropout: Dropout
    private let head: Linear

    /// - Parameter inputs: D.
    init(_ recipe: TagRecipe, inputs: Int, labels: Int, scope: Scope) {
        let model = recipe.model
        wordDropout = Dropout(Float(model.wordDropout), of: .row)
        embeddingDropout = Dropout(Float(model.embeddingDropout))
        encoder = recipe.encoder(inputs: inputs, scope: scope["encoder"])
        dropout = Dropout(Float(model.dropout))
        head = Linear(inputs: encoder.features, outputs: labels, scope: scope["head"])
    }

    /// The parameters that bound the size of all others.
    static func largestShapes(_ recipe: TagRecipe, inputs: Int, labels: Int) -> [PlannedParameter] {
        let encoder = recipe.encoderPlan(inputs: inputs)
        return encoder.parameters.map { ("encoder.\($0.name)", $0.shape) }
            + [("head.weight", [labels, encoder.features])]
    }

    /// Sets the last layer's bias so that an untrained network predicts each label with its frequency.
    func start(frequencies: [Float]) {
        let logOdds = frequencies.map { frequency in
            let bounded = min(max(Double(frequency), 1e-6), 1 - 1e-6)
            return Float(log(bounded / (1 - bounded)))
        }
        head.bias.assign(Tensor(logOdds, [frequencies.count]))
    }

    func callAsFunction(_ x: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor {
        let x = context.unobserved { embeddingDropout(wordDropout(x, context), context) }
        return head(dropout(encoder(x, lengths: lengths, context), context), context)
    }

    /// How much attention each word is given, `[N, T]`; nil where the encoder has none.
    func attention(_ x: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor? {
        encoder.attention(x, lengths: lengths, context)
    }
}

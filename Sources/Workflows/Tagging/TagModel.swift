import Glibc
import Kernels
import Layers
import Tensors

/// The network of a tagger: word vectors, a summary of the text, one logit a label.
///
/// - Input: a batch of N texts of at most T words
/// - Output: logits `[N, L]`
struct TagModel: Sendable {
    /// The sizes that follow from data and files.
    struct Sizes: Sendable {
        /// Rows for words and character n-grams together.
        let tableRows: Int
        /// Rows and width of pretrained vectors.
        let pretrained: (rows: Int, width: Int)?
        let labels: Int
    }

    private let words: EmbeddingBag
    private let pretrained: EmbeddingBag?
    private let wordDropout: Dropout
    private let embeddingDropout: Dropout
    private let encoder: any TagEncoder
    private let dropout: Dropout
    private let head: Linear

    init(_ recipe: TagRecipe, _ sizes: Sizes, scope: Scope) {
        let model = recipe.model
        words = EmbeddingBag(
            entries: sizes.tableRows, width: model.embedding, initializer: .normal(standardDeviation: 0.1),
            scope: scope["words"])
        pretrained = sizes.pretrained.map { size in
            EmbeddingBag(
                entries: size.rows, width: size.width, initializer: .zeros, scope: scope["pretrained"])
        }
        pretrained?.weight.isFrozen = recipe.embeddings.frozen
        let inputs = model.embedding + (sizes.pretrained?.width ?? 0)
        wordDropout = Dropout(Float(model.wordDropout), of: .row)
        embeddingDropout = Dropout(Float(model.embeddingDropout))
        encoder = recipe.encoder(inputs: inputs, scope: scope["encoder"])
        dropout = Dropout(Float(model.dropout))
        head = Linear(inputs: encoder.features, outputs: sizes.labels, scope: scope["head"])
    }

    /// The parameters that bound the size of all others, with their shapes: where a file holds these, the model is no
    /// larger than the file by more than a small factor.
    static func largestShapes(_ recipe: TagRecipe, _ sizes: Sizes) -> [PlannedParameter] {
        let model = recipe.model
        var shapes = [("words.weight", [sizes.tableRows, model.embedding])]
        if let size = sizes.pretrained { shapes.append(("pretrained.weight", [size.rows, size.width])) }
        let inputs = model.embedding + (sizes.pretrained?.width ?? 0)
        let encoder = recipe.encoderPlan(inputs: inputs)
        shapes += encoder.parameters.map { ("encoder.\($0.name)", $0.shape) }
        return shapes + [("head.weight", [sizes.labels, encoder.features])]
    }

    /// Sets the last layer's bias so that an untrained model predicts each label with its frequency.
    func start(frequencies: [Float]) {
        let logOdds = frequencies.map { frequency in
            let bounded = min(max(Double(frequency), 1e-6), 1 - 1e-6)
            return Float(log(bounded / (1 - bounded)))
        }
        head.bias.assign(Tensor(logOdds, [frequencies.count]))
    }

    /// Takes over pretrained vectors.
    func start(_ words: PretrainedWords) { pretrained?.weight.assign(words.table) }

    /// The logits of each label, `[N, L]`.
    func callAsFunction(_ batch: TextBatch, _ context: Context) -> Tensor {
        logits(vectors(of: batch, context), lengths: batch.lengths, context)
    }

    /// The vectors of the words, `[N, T, D]`.
    func vectors(of batch: TextBatch, _ context: Context) -> Tensor {
        var vectors = words(batch.bags, context)
        if let pretrained, let bags = batch.pretrainedBags {
            vectors = .concatenated([vectors, pretrained(bags, context)])
        }
        return vectors.reshaped([batch.rows, batch.steps, vectors.shape[1]])
    }

    /// The logits of texts whose words have these vectors, `[N, L]`.
    func logits(_ vectors: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor {
        let x = embeddingDropout(wordDropout(vectors, context), context)
        return head(dropout(encoder(x, lengths: lengths, context), context), context)
    }

    /// How much attention each word is given, `[N, T]`; nil where the model has none.
    func attention(_ vectors: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor? {
        encoder.attention(vectors, lengths: lengths, context)
    }
}

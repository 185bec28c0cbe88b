import Kernels
import Layers
import Tensors

/// The network of a tagger: word vectors, a summary of the text, one logit a label.
///
/// Of several networks, each with word vectors of its own and trained as if it were alone, the mean of the logits counts
/// (Lakshminarayanan et al. 2017, "Simple and scalable predictive uncertainty estimation using deep ensembles"). Their
/// word vectors stand side by side in one table, so that a word is looked up once.
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
    private let networks: [TagNetwork]
    /// The features of a word that each network has for itself.
    private let ownWidth: Int

    init(_ recipe: TagRecipe, _ sizes: Sizes, scope: Scope) {
        let model = recipe.model
        words = EmbeddingBag(
            entries: sizes.tableRows, width: model.networks * model.embedding,
            initializer: .normal(standardDeviation: 0.1), scope: scope["words"])
        pretrained = sizes.pretrained.map { size in
            EmbeddingBag(
                entries: size.rows, width: size.width, initializer: .zeros, scope: scope["pretrained"])
        }
        pretrained?.weight.isFrozen = recipe.embeddings.frozen
        ownWidth = model.embedding
        networks = Self.paths(model).map { path in
            TagNetwork(
                recipe, inputs: Self.inputs(model, sizes), labels: sizes.labels,
                scope: path.reduce(scope) { $0[$1] })
        }
    }

    /// The parameters that bound the size of all others, with their shapes: where a file holds these, the model is no
    /// larger than the file by more than a small factor.
    static func largestShapes(_ recipe: TagRecipe, _ sizes: Sizes) -> [PlannedParameter] {
        let model = recipe.model
        var shapes = [("words.weight", [sizes.tableRows, model.networks * model.embedding])]
        if let size = sizes.pretrained { shapes.append(("pretrained.weight", [size.rows, size.width])) }
        let network = TagNetwork.largestShapes(recipe, inputs: inputs(model, sizes), labels: sizes.labels)
        return shapes
            + paths(model).flatMap { path in
                network.map { ((path + [$0.name]).joined(separator: "."), $0.shape) }
            }
    }

    /// The scopes of the networks: the model's own where there is one.
    private static func paths(_ model: TagRecipe.Model) -> [[String]] {
        model.networks == 1 ? [[]] : (0..<model.networks).map { ["networks", "\($0)"] }
    }

    /// The features of a word that a network sees.
    private static func inputs(_ model: TagRecipe.Model, _ sizes: Sizes) -> Int {
        model.embedding + (sizes.pretrained?.width ?? 0)
    }

    /// Sets the last layers so that an untrained model predicts each label with its frequency.
    func start(frequencies: [Float]) { for network in networks { network.start(frequencies: frequencies) } }

    /// Takes over pretrained vectors.
    func start(_ words: PretrainedWords) { pretrained?.weight.assign(words.table) }

    /// The logits of each label, `[N, L]`.
    func callAsFunction(_ batch: TextBatch, _ context: Context) -> Tensor {
        logits(vectors(of: batch, context), lengths: batch.lengths, context)
    }

    /// The mean of the networks' losses.
    func loss(_ batch: TextBatch, _ context: Context, _ loss: (_ logits: Tensor) -> Tensor) -> Tensor {
        let vectors = vectors(of: batch, context)
        return mean(networks.indices.map { loss(logits(of: $0, vectors, lengths: batch.lengths, context)) })
    }

    /// The vectors of the words: those of each network, then the pretrained ones, `[N, T, D]`.
    func vectors(of batch: TextBatch, _ context: Context) -> Tensor {
        var vectors = words(batch.bags, context)
        if let pretrained, let bags = batch.pretrainedBags {
            vectors = .concatenated([vectors, pretrained(bags, context)])
        }
        return vectors.reshaped([batch.rows, batch.steps, vectors.shape[1]])
    }

    /// The logits of texts whose words have these vectors, `[N, L]`.
    func logits(_ vectors: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor {
        mean(networks.indices.map { logits(of: $0, vectors, lengths: lengths, context) })
    }

    private func logits(of network: Int, _ vectors: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor {
        networks[network](inputs(of: network, vectors, context), lengths: lengths, context)
    }

    /// What one network sees of the words' vectors.
    private func inputs(of network: Int, _ vectors: Tensor, _ context: Context) -> Tensor {
        guard networks.count > 1 else { return vectors }
        return context.unobserved {
            let own = vectors.columns(network * ownWidth..<(network + 1) * ownWidth)
            let shared = networks.count * ownWidth..<vectors.shape.columns
            return shared.isEmpty ? own : .concatenated([own, vectors.columns(shared)])
        }
    }

    /// How much attention each word is given, `[N, T]`, in the mean of the networks; nil where the model has none.
    func attention(_ vectors: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor? {
        let weights = networks.indices.compactMap {
            networks[$0].attention(inputs(of: $0, vectors, context), lengths: lengths, context)
        }
        return weights.isEmpty ? nil : mean(weights)
    }

    private func mean(_ tensors: [Tensor]) -> Tensor {
        tensors.count == 1 ? tensors[0] : (1 / Float(tensors.count)) * tensors.dropFirst().reduce(tensors[0], +)
    }
}

import Glibc
import Kernels
import Layers
import Tensors
import Text

/// The network of a tagger: word vectors, a summary of the text, one logit a label.
///
/// - Input: a batch of N texts of at most T words
/// - Output: logits `[N, L]`
struct TagModel: Sendable {
    /// What summarises the word vectors of a text.
    private enum Encoder: Sendable {
        case lstm(LSTM)
        case bidirectional(BidirectionalLSTM)
        case average
    }

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
    private let encoder: Encoder
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
        let features: Int
        switch (model.kind, model.bidirectional) {
        case (.average, _):
            (encoder, features) = (.average, inputs)
        case (.lstm, false):
            encoder = .lstm(
                LSTM(inputs: inputs, hidden: model.hidden, forgetBias: 1, scope: scope["encoder"]))
            features = model.hidden
        case (.lstm, true):
            encoder = .bidirectional(
                BidirectionalLSTM(inputs: inputs, hidden: model.hidden, forgetBias: 1, scope: scope["encoder"]))
            features = 2 * model.hidden
        }
        dropout = Dropout(Float(model.dropout))
        head = Linear(inputs: features, outputs: sizes.labels, scope: scope["head"])
    }

    /// The parameters that bound the size of all others, with their shapes: where a file holds these, the model is no
    /// larger than the file by more than a small factor.
    static func largestShapes(_ recipe: TagRecipe, _ sizes: Sizes) -> [(name: String, shape: [Int])] {
        let model = recipe.model
        var shapes = [("words.weight", [sizes.tableRows, model.embedding])]
        if let size = sizes.pretrained { shapes.append(("pretrained.weight", [size.rows, size.width])) }
        let inputs = model.embedding + (sizes.pretrained?.width ?? 0)
        var features = inputs
        if model.kind == .lstm {
            let inputShape = [4 * model.hidden, inputs]
            let hiddenShape = [4 * model.hidden, model.hidden]
            for suffix in model.bidirectional ? ["", "_reverse"] : [""] {
                shapes.append(("encoder.weight_ih_l0\(suffix)", inputShape))
                shapes.append(("encoder.weight_hh_l0\(suffix)", hiddenShape))
            }
            features = (model.bidirectional ? 2 : 1) * model.hidden
        }
        return shapes + [("head.weight", [sizes.labels, features])]
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

    func callAsFunction(_ batch: TextBatch, _ context: Context) -> Tensor {
        var vectors = words(batch.bags, context)
        if let pretrained, let bags = batch.pretrainedBags {
            vectors = .concatenated([vectors, pretrained(bags, context)])
        }
        vectors = vectors.reshaped([batch.rows, batch.steps, vectors.shape[1]])
        let x = embeddingDropout(wordDropout(vectors, context), context)
        let features =
            switch encoder {
            case .lstm(let lstm): lstm(x, lengths: batch.lengths, context).state.hidden
            case .bidirectional(let lstm): lstm(x, lengths: batch.lengths, context).hidden
            case .average: x.meanOverTime(lengths: batch.lengths)
            }
        return head(dropout(features, context), context)
    }
}

/// Texts of a batch as bags of table rows: word t of text n is bag n T + t; padding is an empty bag.
struct TextBatch {
    let rows: Int
    let steps: Int
    let lengths: IndexTensor
    let bags: Bags
    let pretrainedBags: Bags?

    /// - Parameter texts: The numbers of each text's words in `words`.
    init(_ texts: [[Int32]], words: TokenBags) {
        rows = texts.count
        steps = max(1, texts.map(\.count).max() ?? 0)
        lengths = IndexTensor(texts.map { Int32($0.count) }, [rows])
        bags = Self.bags(texts, steps: steps, words.words)
        pretrainedBags = words.pretrained.map { [steps] in Self.bags(texts, steps: steps, $0) }
    }

    private static func bags(_ texts: [[Int32]], steps: Int, _ words: WordBags) -> Bags {
        let rows = texts.count
        let offsets = IndexTensor(uninitialized: [rows * steps + 1])
        var total = 0
        for text in texts { for word in text { total += words[word].count } }
        let identifiers = IndexTensor(uninitialized: [total])
        var (bag, end) = (0, 0)
        offsets.mutablePointer[0] = 0
        for text in texts {
            for step in 0..<steps {
                if step < text.count {
                    for row in words[text[step]] {
                        identifiers.mutablePointer[end] = row
                        end += 1
                    }
                }
                bag += 1
                offsets.mutablePointer[bag] = Int32(end)
            }
        }
        return Bags(identifiers: identifiers, offsets: offsets)
    }
}

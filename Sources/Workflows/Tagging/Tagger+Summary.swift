import Layers
import Text

extension Tagger {
    /// The layers, with what each puts out for one text of `summaryWords` words.
    public func summary() -> Summary {
        var words = TokenBags(vocabulary, characterNGrams: recipe.characterNGrams, pretrained: pretrainedVocabulary)
        let unknown = words.number(of: Vocabulary.unknown)
        let batch = TextBatch([[Int32](repeating: unknown, count: summaryWords)], words: words)
        return parameters.summary { context in _ = model(batch, context) }
    }

    /// Words of the text that a summary is for.
    public var summaryWords: Int { min(10, recipe.text.maximumLength) }
}

import Layers
import Tensors
import Text

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

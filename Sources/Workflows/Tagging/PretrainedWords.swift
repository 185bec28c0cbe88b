import Files
import Kernels
import Tensors
import Text
import WordVectors

/// Word vectors that were trained elsewhere, on text without labels: transfer learning for taggers.
struct PretrainedWords: Sendable {
    /// The words, behind the two reserved entries.
    let vocabulary: Vocabulary
    /// `[entries, D]`; zeros for the reserved entries.
    let table: Tensor

    /// The width D of the vectors.
    var width: Int { table.shape[1] }

    /// What the elements' root mean square is brought to: files differ in scale by orders of magnitude, and the network's
    /// other inputs have about this size.
    private static let size = 0.25

    /// Reads the first words of a file of vectors, which are the most frequent ones.
    ///
    /// - Throws: `FileError` where the file is not one of vectors.
    init(contentsOf path: String, maximumWords: Int) throws {
        let vectors = try WordVectors(contentsOf: path)
        let count = min(vectors.count, maximumWords)
        let words = try (0..<count).map { try vectors.word(at: $0) }
        do {
            vocabulary = try Vocabulary(
                entries: [Vocabulary.padding, Vocabulary.unknown] + words, counts: [Int](repeating: 0, count: count + 2)
            )
        } catch let error as VocabularyError {
            throw FileError.malformed(path, .file, "the words cannot be numbered: \(error)")
        }
        let width = vectors.dimensions
        let table = Tensor(zeros: [count + 2, width])
        vectors.withUnsafeVectors { elements in
            guard let base = elements.baseAddress else { return }
            (table.mutablePointer + 2 * width).update(from: base, count: count * width)
        }
        if let place = Vector.firstNonFinite(table.pointer, count: table.count) {
            throw FileError.malformed(
                path, .file, "the vector of \"\(vocabulary[Int32(place / width)])\" has an element that is not finite")
        }
        let mean = Vector.sumOfSquares(table.pointer, count: table.count) / Double(max(count * width, 1))
        if mean > 0 {
            let scale = Float(Self.size / mean.squareRoot())
            Vector.scale(scale, table.pointer, into: table.mutablePointer, count: table.count)
        }
        self.table = table
    }
}

/// The words of texts as bags of table rows: of the tagger's own table, and of the pretrained one where there is one.
struct TokenBags: Sendable {
    private(set) var words: WordBags
    private(set) var pretrained: WordBags?

    init(_ vocabulary: Vocabulary, characterNGrams: CharacterNGrams?, pretrained: Vocabulary?) {
        words = WordBags(vocabulary, characterNGrams: characterNGrams)
        self.pretrained = pretrained.map { WordBags($0, characterNGrams: nil) }
    }

    /// The number of a word, the same in both tables: both meet the same words in the same order.
    mutating func number(of word: String) -> Int32 {
        let number = words.number(of: word)
        let same = pretrained?.number(of: word)
        assert(same == nil || same == number, "two tables number a word differently")
        return number
    }

    /// The numbers of each text's words.
    mutating func numbers(of texts: [[String]]) -> [[Int32]] { texts.map { $0.map { number(of: $0) } } }
}

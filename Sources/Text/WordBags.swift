/// Words as bags of table rows: a word's own row, where the vocabulary has it, and the rows of its character n-grams.
///
/// The table has a row for each vocabulary entry, in order, and behind them one for each n-gram bucket. A word that the
/// vocabulary lacks is its n-grams alone; without n-grams its bag is empty, and its vector zero.
public struct WordBags: Sendable {
    private let vocabulary: Vocabulary
    private let characterNGrams: CharacterNGrams?
    private var numbers: [String: Int32] = [:]
    private var rows: [Int32] = []
    private var ends: [Int32] = []

    public init(_ vocabulary: Vocabulary, characterNGrams: CharacterNGrams?) {
        (self.vocabulary, self.characterNGrams) = (vocabulary, characterNGrams)
    }

    /// Rows of the table.
    public var tableRows: Int { vocabulary.count + (characterNGrams?.buckets ?? 0) }

    /// Distinct words numbered so far.
    public var count: Int { ends.count }

    /// The number of a word; a new word is given the next one.
    public mutating func number(of word: String) -> Int32 {
        if let number = numbers[word] { return number }
        if vocabulary.contains(word) { rows.append(vocabulary.id(of: word)) }
        if let characterNGrams {
            let first = Int32(vocabulary.count)
            rows.append(contentsOf: characterNGrams.bucketIndices(of: word).lazy.map { first + $0 })
        }
        let number = Int32(ends.count)
        ends.append(Int32(rows.count))
        numbers[word] = number
        return number
    }

    /// The table rows of a numbered word.
    public subscript(number: Int32) -> ArraySlice<Int32> {
        rows[(number == 0 ? 0 : Int(ends[Int(number) - 1]))..<Int(ends[Int(number)])]
    }
}

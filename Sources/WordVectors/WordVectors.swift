import Files
import Kernels
import ModelFiles

/// Words and their vectors, and what one asks of them.
///
/// Words are numbered from 0, most frequent first where the source says so. Vectors that come from a safetensors file
/// are used where the file is mapped: opening costs neither a copy nor a pass over the data. What would take a pass is
/// checked when it is read, so that a damaged file gives a `FileError` from the query that meets the damage; that is
/// why look-ups throw. `validate` checks everything at once.
public struct WordVectors: Sendable {
    /// The number of words, V.
    public var count: Int { words.count }
    /// The length of a vector, D.
    public let dimensions: Int
    /// Vectors of character n-grams, from which unseen words get theirs.
    public let subwords: SubwordVectors?
    /// The name of the file in messages.
    public let path: String
    /// What the file says besides: the recipe and the history of the training. Kept when written to a safetensors
    /// file; the other formats have no place for it.
    public var metadata: [String: String]

    let words: WordTable
    /// `[V, D]`
    let elements: Column<Float>
    let storedCounts: Column<Int64>?
    let norms = RowNorms()

    /// Vectors from memory.
    ///
    /// - Parameters:
    ///   - words: V words, no two with the same bytes, none empty.
    ///   - counts: How often each occurred.
    ///   - elements: `[V, D]` in row-major order.
    /// - Throws: `FileError` of kind `.malformed` where there is no word, an empty one, one twice, or a vector with NaN
    ///   or infinity.
    /// - Precondition: the sizes fit.
    public init(
        words: [String], counts: [Int]? = nil, dimensions: Int, elements: [Float], subwords: SubwordVectors? = nil,
        metadata: [String: String] = [:]
    ) throws {
        var bytes: [UInt8] = []
        var offsets: [Int64] = [0]
        offsets.reserveCapacity(words.count + 1)
        for word in words {
            bytes.append(contentsOf: word.utf8)
            offsets.append(Int64(bytes.count))
        }
        try self.init(
            wordBytes: bytes, offsets: offsets, counts: counts?.map(Int64.init), dimensions: dimensions,
            elements: elements, subwords: subwords, metadata: metadata, path: "vectors in memory"
        ) { .malformed("vectors in memory", .file, $1) }
    }

    /// Vectors that a reader collected.
    ///
    /// - Parameter failure: Makes the error for a word, with its place, from what is wrong with it.
    init(
        wordBytes: [UInt8], offsets: [Int64], counts: [Int64]?, dimensions: Int, elements: [Float],
        subwords: SubwordVectors?, metadata: [String: String] = [:], path: String,
        failure: (_ index: Int, _ message: String) -> FileError
    ) throws {
        let count = offsets.count - 1
        precondition(
            dimensions > 0 && elements.count == count * dimensions && counts.map { $0.count == count } ?? true
                && subwords.map { $0.dimensions == dimensions } ?? true,
            "\(elements.count) elements for \(count) words of \(dimensions) dimensions")
        guard count > 0 else { throw FileError.malformed(path, .file, "no word found") }
        guard count <= Int(Int32.max) else {
            throw FileError.malformed(path, .file, "\(count) words found, at most \(Int32.max) expected")
        }
        if let empty = (0..<count).first(where: { offsets[$0] == offsets[$0 + 1] }) {
            throw failure(empty, "an empty word found")
        }
        do throws(WordTable.Duplicate) {
            words = try WordTable(bytes: wordBytes, offsets: offsets, path: path)
        } catch {
            let range = Int(offsets[error.second])..<Int(offsets[error.second + 1])
            let word = String(decoding: wordBytes[range], as: UTF8.self)
            throw failure(error.second, "word \(Self.quoted(word)) found twice, first as word \(error.first + 1)")
        }
        let nonFinite = elements.withUnsafeBufferPointer { Vector.firstNonFinite($0.baseAddress!, count: $0.count) }
        if let nonFinite {
            throw failure(
                nonFinite / dimensions, "\(elements[nonFinite]) found in dimension \(nonFinite % dimensions + 1), "
                    + "a finite number expected")
        }
        self.dimensions = dimensions
        self.elements = .array(elements)
        self.subwords = subwords
        self.metadata = metadata
        self.path = path
        storedCounts = counts.map { .array($0) }
    }

    /// Uses parts of a file as they are.
    init(
        words: WordTable, dimensions: Int, elements: Column<Float>, counts: Column<Int64>?, subwords: SubwordVectors?,
        metadata: [String: String], path: String
    ) {
        self.words = words
        self.dimensions = dimensions
        self.elements = elements
        self.subwords = subwords
        self.metadata = metadata
        self.path = path
        storedCounts = counts
    }
}

extension WordVectors {
    /// How often each word occurred in the corpus, where that is known.
    public var counts: [Int]? { storedCounts?.values.map { Int($0) } }

    /// The word with a number.
    ///
    /// - Throws: `FileError` where the file is damaged there.
    /// - Precondition: the number is in 0..<V.
    public func word(at index: Int) throws -> String {
        precondition(index >= 0 && index < count, "word \(index) of \(count)")
        return try words.word(index)
    }

    /// The number of a word, nil where it has none. Words are compared byte by byte.
    ///
    /// - Throws: `FileError` where the file is damaged on the way.
    public func index(of word: String) throws -> Int? { try words.index(of: word) }

    /// The vector with a number, `[D]`.
    ///
    /// - Precondition: the number is in 0..<V.
    public func vector(at index: Int) -> [Float] {
        precondition(index >= 0 && index < count, "vector \(index) of \(count)")
        return elements.withUnsafeFloats { Array($0[index * dimensions..<(index + 1) * dimensions]) }
    }

    /// The vector of a word, `[D]`: the stored one, or the mean of its n-grams' where there are subwords; nil for a
    /// word without either.
    ///
    /// - Throws: `FileError` where the file is damaged on the way.
    public func vector(of word: String) throws -> [Float]? {
        if let index = try index(of: word) { return vector(at: index) }
        return subwords?.vector(of: word)
    }

    /// Gives `body` all vectors, `[V, D]` in row-major order, without a copy.
    ///
    /// The pointer is valid during the call only.
    public func withUnsafeVectors<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
        try elements.withUnsafeFloats(body)
    }

    /// Looks through all words and vectors.
    ///
    /// - Throws: `FileError` of kind `.malformed` for the first damage: an empty word, one that is not UTF-8, two that
    ///   are the same, an order of words that is wrong, a count below zero, NaN or infinity.
    public func validate() throws {
        try words.withView { try $0.validate() }
        if let place = storedCounts?.values.firstIndex(where: { $0 < 0 }) {
            throw FileError.malformed(path, .file, "a count below zero found for \(try name(place))")
        }
        let damaged = elements.withUnsafeFloats { Vector.firstNonFinite($0.baseAddress!, count: $0.count) }
        if let damaged { throw try nonFinite(row: damaged / dimensions) }
        let bucket = subwords?.table.withUnsafeFloats { Vector.firstNonFinite($0.baseAddress!, count: $0.count) }
        if let bucket {
            throw FileError.malformed(
                path, .file, "a number that is not finite found in the vector of subword bucket \(bucket / dimensions)")
        }
    }

    func nonFinite(row: Int) throws -> FileError {
        .malformed(path, .file, "the vector of \(try name(row)) has no finite length; finite numbers expected")
    }

    private func name(_ index: Int) throws -> String { "word \(index + 1), \(Self.quoted(try words.word(index)))" }

    /// A word in a message: in quotation marks, without control characters, cut where it is long.
    static func quoted(_ word: String) -> String {
        let scalars = word.unicodeScalars
        var text = "\""
        for scalar in scalars.prefix(60) {
            let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
            if isControl { text += scalar.escaped(asASCII: true) } else { text.unicodeScalars.append(scalar) }
        }
        return text + (scalars.dropFirst(60).isEmpty ? "\"" : "…\"")
    }
}

import Files
import Kernels
import Text

/// Reads a corpus into a vocabulary and into word numbers: two passes over the file, and two more for each pass of
/// phrases.
struct CorpusReader {
    private let file: CorpusFile
    private let path: String
    private let pipeline: TextPipeline
    private let pool: WorkerPool
    private var phrases: [Phrases] = []

    init(path: String, pipeline: TextPipeline, pool: WorkerPool) throws {
        file = try CorpusFile(path: path)
        (self.path, self.pipeline, self.pool) = (InputFile.displayName(path), pipeline, pool)
    }

    /// Finds pairs of words and joins them from here on.
    mutating func joinPhrases(minimumCount: Int) throws -> Int {
        let vocabulary = try countWords().vocabulary(minimumCount: minimumCount)
        var counter = PairCounter()
        let compiled = try pipeline.compiled()
        try file.forEachGroup(of: 1) { blocks, _ in
            for block in blocks {
                try forEachText(of: block, compiled) { tokens in
                    var previous: Int32 = Vocabulary.unknownID
                    for token in tokens {
                        let id = vocabulary.id(of: token)
                        if previous != Vocabulary.unknownID, id != Vocabulary.unknownID { counter.add(previous, id) }
                        previous = id
                    }
                }
            }
        }
        let found = counter.phrases(counts: vocabulary.counts, minimumCount: minimumCount) { vocabulary[$0] }
        phrases.append(found)
        return found.count
    }

    /// Counts all words, on all threads.
    func countWords(progress: (_ bytes: Int) -> Void = { _ in }) throws -> VocabularyCounter {
        var total = VocabularyCounter()
        try file.forEachGroup(of: pool.threadCount) { blocks, bytes in
            let counters = Slots<Result<VocabularyCounter, any Error>>(count: blocks.count)
            let (pipeline, phrases) = (pipeline, phrases)
            pool.run(blocks.count) { index in
                counters[index] = Result {
                    var counter = VocabularyCounter()
                    let compiled = try pipeline.compiled()
                    if phrases.isEmpty {
                        try Self.forEachLine(of: blocks[index]) { line in
                            try compiled.forEachToken(ofUTF8: line) { counter.add(utf8: $0) }
                        }
                    } else {
                        try Self.forEachText(of: blocks[index], compiled, phrases) { tokens in
                            for token in tokens { counter.add(token) }
                        }
                    }
                    return counter
                }
            }
            for index in 0..<blocks.count { total.add(try counters[index]!.get()) }
            progress(bytes)
        }
        return total
    }

    /// Writes the corpus as word numbers: the vocabulary's identifiers less its two reserved entries.
    func encode(_ vocabulary: Vocabulary, progress: (_ bytes: Int) -> Void = { _ in }) throws -> EncodedCorpus {
        let encoded = try TemporaryFile()
        var count = 0
        try file.forEachGroup(of: pool.threadCount) { blocks, bytes in
            let parts = Slots<Result<[Int32], any Error>>(count: blocks.count)
            let (pipeline, phrases) = (pipeline, phrases)
            pool.run(blocks.count) { index in
                parts[index] = Result {
                    try Self.numbers(of: blocks[index], vocabulary, pipeline: pipeline, phrases: phrases)
                }
            }
            for index in 0..<blocks.count {
                let numbers = try parts[index]!.get()
                try numbers.withUnsafeBytes { try encoded.append($0) }
                count += numbers.count
            }
            progress(bytes)
        }
        return EncodedCorpus(encoded, count: count)
    }

    private static func numbers(
        of block: ArraySlice<UInt8>, _ vocabulary: Vocabulary, pipeline: TextPipeline, phrases: [Phrases]
    ) throws -> [Int32] {
        let compiled = try pipeline.compiled()
        var numbers: [Int32] = []
        numbers.reserveCapacity(block.count / 5)
        func add(_ id: Int32) { if id > Vocabulary.unknownID { numbers.append(id - 2) } }
        if phrases.isEmpty {
            try forEachLine(of: block) { line in
                try compiled.forEachToken(ofUTF8: line) { add(vocabulary.id(ofUTF8: $0)) }
                numbers.append(EncodedCorpus.end)
            }
        } else {
            try forEachText(of: block, compiled, phrases) { tokens in
                for token in tokens { add(vocabulary.id(of: token)) }
                numbers.append(EncodedCorpus.end)
            }
        }
        return numbers
    }

    private func forEachText(
        of block: ArraySlice<UInt8>, _ compiled: CompiledPipeline, _ body: ([String]) throws -> Void
    ) throws { try Self.forEachText(of: block, compiled, phrases, body) }

    private static func forEachText(
        of block: ArraySlice<UInt8>, _ compiled: CompiledPipeline, _ phrases: [Phrases],
        _ body: ([String]) throws -> Void
    ) throws {
        try forEachLine(of: block) { line in
            var tokens: [String] = []
            try compiled.forEachToken(ofUTF8: line) { tokens.append(String(decoding: $0, as: UTF8.self)) }
            for pass in phrases { tokens = pass.joined(tokens) }
            try body(tokens)
        }
    }

    private static func forEachLine(
        of block: ArraySlice<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) rethrows {
        try block.withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
                try body(UnsafeBufferPointer(rebasing: bytes[start..<end]))
                start = end + 1
            }
        }
    }
}

import Foundation
import Glibc
import Kernels
import Testing
import Text
import Workflows

/// Lines and pieces against a plain reader of whole texts.
@Suite struct TextReaderTests {
    struct Piece: Equatable {
        var bytes: [UInt8]
        var line: Int
        var offset: Int
        var isLast: Bool
    }

    private static let pieces = [
        "a", "bc", "é", "中", "👍", " ", "\t", "\n", "\r\n", "\r", "\u{A0}", "word", "longerword", "\u{FEFF}", "\u{0}",
    ]

    private static func randomText(_ generator: inout SeededGenerator) -> [UInt8] {
        let count = Int.random(in: 0...60, using: &generator)
        return Array((0..<count).map { _ in pieces.randomElement(using: &generator)! }.joined().utf8)
    }

    /// What the reader should make of files, from the definition.
    private static func expected(_ files: [[UInt8]], _ longest: Int) -> [Piece] {
        var found: [Piece] = []
        var line = 0
        for file in files {
            var lines = (file.starts(with: [0xEF, 0xBB, 0xBF]) ? file.dropFirst(3) : file[...])
                .split(separator: 0x0A, omittingEmptySubsequences: false)
            if lines.last?.isEmpty == true { lines.removeLast() }
            for content in lines {
                line += 1
                let start = content.startIndex
                var rest = content.last == 0x0D ? content.dropLast() : content
                while rest.count > longest {
                    let window = rest.prefix(longest)
                    var end = window.lastIndex { $0 == 0x20 || (9...13).contains($0) }.map { $0 + 1 } ?? window.endIndex
                    while rest[end] & 0xC0 == 0x80 { end -= 1 }
                    found.append(
                        Piece(bytes: Array(rest[..<end]), line: line, offset: rest.startIndex - start, isLast: false))
                    rest = rest[end...]
                }
                found.append(Piece(bytes: Array(rest), line: line, offset: rest.startIndex - start, isLast: true))
            }
        }
        return found
    }

    private static func pieces(_ reader: TextReader) throws -> [Piece] {
        var found: [Piece] = []
        while let piece = try reader.next(beforeReading: {}) {
            found.append(
                Piece(bytes: Array(piece.bytes), line: piece.line, offset: piece.offset, isLast: piece.isLast))
        }
        return found
    }

    @Test(arguments: [4, 5, 7, 16, 1000]) func randomFilesComeInPieces(longest: Int) throws {
        var generator = SeededGenerator(seed: UInt64(longest))
        let folder = NSTemporaryDirectory() + "cantus-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for _ in 0..<100 {
            let files = (0..<Int.random(in: 1...3, using: &generator)).map { _ in Self.randomText(&generator) }
            let paths = try files.enumerated().map { index, bytes in
                let path = folder + "/\(index)"
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                return path
            }
            let reader = try TextReader(paths: paths, longestPiece: longest)
            let found = try Self.pieces(reader)
            #expect(found == Self.expected(files, longest))
            #expect(reader.lines == found.count { $0.isLast })
        }
    }

    /// The same pieces when the bytes come one by one through a pipe.
    @Test func piecesDoNotDependOnHowTheInputArrives() throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<50 {
            let text = Self.randomText(&generator)
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            let (readEnd, writeEnd) = (ends[0], ends[1])
            let reader = try TextReader(paths: ["/dev/fd/\(readEnd)"], longestPiece: 6)
            var rest = text[...]
            // Each read finds one byte; behind the last one the pipe is closed.
            var found: [Piece] = []
            while let piece = try reader.next(beforeReading: {
                if let byte = rest.popFirst() {
                    _ = withUnsafeBytes(of: byte) { write(writeEnd, $0.baseAddress, 1) }
                } else {
                    close(writeEnd)
                }
            }) {
                found.append(
                    Piece(bytes: Array(piece.bytes), line: piece.line, offset: piece.offset, isLast: piece.isLast))
            }
            close(readEnd)
            #expect(found == Self.expected([text], 6))
        }
    }

    /// Tokens of a line in pieces are those of the whole line, wherever a piece can end at white space.
    @Test(arguments: Tokenizer.allCases) func tokensDoNotDependOnThePieces(tokenizer: Tokenizer) throws {
        var generator = SeededGenerator(seed: 3)
        let path = NSTemporaryDirectory() + "cantus-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let words = ["it's", "naïve,", "c#", "中文", "\"so\"", "-", "3.5", "👍🏽", "ไทย"]
        for _ in 0..<50 {
            let count = Int.random(in: 1...40, using: &generator)
            let line = (0..<count).map { _ in words.randomElement(using: &generator)! }.joined(separator: " ")
            try Data("\(line)\n\n\(line)".utf8).write(to: URL(fileURLWithPath: path))
            func output(_ longest: Int, _ stage: (TextReader, TextStages.Emit) throws -> Void) throws -> [UInt8] {
                var bytes: [UInt8] = []
                try stage(TextReader(paths: [path], longestPiece: longest)) { bytes += $0 }
                return bytes
            }
            let longest = Int.random(in: 20...60, using: &generator)
            for cleaner in [Cleaner([]), Cleaner(.prose), Cleaner([.caseFolding])] {
                let pipeline = TextPipeline(cleaner: cleaner, tokenizer: tokenizer)
                let tokens = try pipeline.tokens(of: line).joined(separator: " ")
                let found = try output(longest) { try TextStages.tokens($0, pipeline, emit: $1) }
                #expect(found == Array("\(tokens)\n\n\(tokens)\n".utf8))
                let cleaned = try cleaner.compiled().clean(line)
                let lines = try output(longest) { try TextStages.clean($0, cleaner, emit: $1) }
                #expect(lines == Array("\(cleaned)\n\n\(cleaned)\n".utf8))
            }
            let tokens = try tokenizer.compiled().tokens(in: line)
            let places = try output(longest) { try TextStages.tokenPlaces($0, tokenizer, emit: $1) }
            let expected =
                "line\tstart\tend\ttoken\n"
                + [1, 3].flatMap { number in
                    tokens.map { "\(number)\t\($0.range.lowerBound)\t\($0.range.upperBound)\t\($0.text)\n" }
                }.joined()
            #expect(places == Array(expected.utf8))
        }
    }
}

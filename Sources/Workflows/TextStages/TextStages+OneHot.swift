import Files
import Text

extension TextStages {
    /// How one-hot vectors are written.
    package enum OneHotForm: String, CaseIterable, Sendable {
        /// A table with a row for each 1: line (from 1), step (from 0), column (from 0). Rows of zeros have none.
        case sparse
        /// A row of 0 and 1 for each token, with spaces between; behind the rows of each text an empty line.
        case dense
    }

    /// Writes the tokens of all lines as one-hot vectors.
    ///
    /// - Parameter vocabulary: Token t stands in the column of its id; nil makes the vocabulary of all tokens in the
    ///   input, whose tokens then wait on the disk.
    package static func oneHot(
        _ reader: TextReader, _ pipeline: TextPipeline, vocabulary: Vocabulary?, form: OneHotForm,
        unknown: OneHot.UnknownTokens, emit: Emit
    ) throws {
        if let vocabulary {
            return try oneHot(reader, pipeline, in: vocabulary, form: form, unknown: unknown, emit: emit)
        }
        let spool = try TemporaryFile()
        try tokens(reader, pipeline) { try spool.append($0) }
        // What was spooled is tokens with spaces between.
        let spooled = TextPipeline(cleaner: Cleaner([]), tokenizer: .whitespace)
        let made = try Self.vocabulary(TextReader(spool.rewound()), spooled).vocabulary
        try oneHot(TextReader(spool.rewound()), spooled, in: made, form: form, unknown: unknown, emit: emit)
    }

    private static func oneHot(
        _ reader: TextReader, _ pipeline: TextPipeline, in vocabulary: Vocabulary, form: OneHotForm,
        unknown: OneHot.UnknownTokens, emit: Emit
    ) throws {
        let compiled = try pipeline.compiled()
        var block = OutputBlock()
        if form == .sparse { block.append("line\tstep\tcolumn\n") }
        var row = DenseRow(width: form == .dense ? vocabulary.count : 0)
        var step = 0
        while let piece = try reader.next(beforeReading: { try block.flush(emit) }) {
            try compiled.forEachToken(ofUTF8: piece.bytes) { token in
                let id = vocabulary.id(ofUTF8: token)
                let column = unknown == .zeros && id == Vocabulary.unknownID ? nil : Int(id)
                switch form {
                case .dense:
                    block.append(row.with(column))
                case .sparse:
                    if let column {
                        block.append(piece.line)
                        block.append("\t")
                        block.append(step)
                        block.append("\t")
                        block.append(column)
                        block.append("\n")
                    }
                }
                step += 1
                try block.flushIfFull(emit)
            }
            if piece.isLast {
                if form == .dense { block.append("\n") }
                step = 0
            }
            try block.flushIfFull(emit)
        }
        try block.flush(emit)
    }

    /// A row of the dense form, of which each token changes two places.
    private struct DenseRow {
        private var bytes: [UInt8]
        private var column: Int?

        init(width: Int) {
            bytes = [UInt8](repeating: UInt8(ascii: " "), count: width * 2)
            for index in 0..<width { bytes[index * 2] = UInt8(ascii: "0") }
            if width > 0 { bytes[width * 2 - 1] = UInt8(ascii: "\n") }
        }

        mutating func with(_ column: Int?) -> [UInt8] {
            if let last = self.column { bytes[last * 2] = UInt8(ascii: "0") }
            if let column { bytes[column * 2] = UInt8(ascii: "1") }
            self.column = column
            return bytes
        }
    }
}

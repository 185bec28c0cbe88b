import Text

/// The text pipeline one stage at a time, over inputs of any size.
///
/// Each stage reads one text a line and hands its output on in blocks. A line that the reader cuts into pieces stays
/// one text: the pieces are cleaned and split one by one, and what comes out of them is joined by a space. So line n
/// of the output belongs to line n of the input.
package enum TextStages {
    /// Takes a block of output; the memory is good during the call.
    package typealias Emit = (UnsafeRawBufferPointer) throws -> Void

    /// Writes each line cleaned.
    ///
    /// Line ends that cleaning brings forth, as from `&#10;`, become spaces. Without rules a line stays as it is.
    package static func clean(_ reader: TextReader, _ cleaner: Cleaner, emit: Emit) throws {
        let compiled = try cleaner.compiled()
        var block = OutputBlock()
        // The last byte of the line so far.
        var last: UInt8?
        while let piece = try reader.next(beforeReading: { try block.flush(emit) }) {
            if cleaner.rules.isEmpty {
                block.append(piece.bytes)
            } else {
                var text = try compiled.clean(String(decoding: piece.bytes, as: UTF8.self))
                text.withUTF8 { bytes in
                    guard let first = bytes.first else { return }
                    if let last, !isSpace(last), !isSpace(first) { block.append(" ") }
                    appendLine(bytes, to: &block)
                    last = bytes.last
                }
            }
            if piece.isLast {
                block.append("\n")
                last = nil
            }
            try block.flushIfFull(emit)
        }
        try block.flush(emit)
    }

    /// Writes the tokens of each line, a space between them.
    package static func tokens(_ reader: TextReader, _ pipeline: TextPipeline, emit: Emit) throws {
        let compiled = try pipeline.compiled()
        var block = OutputBlock()
        var isLineStart = true
        while let piece = try reader.next(beforeReading: { try block.flush(emit) }) {
            try compiled.forEachToken(ofUTF8: piece.bytes) { token in
                if !isLineStart { block.append(" ") }
                isLineStart = false
                block.append(token)
            }
            if piece.isLast {
                block.append("\n")
                isLineStart = true
            }
            try block.flushIfFull(emit)
        }
        try block.flush(emit)
    }

    /// Writes a table of the tokens and their places: line, first byte, byte behind the last, token.
    ///
    /// Places count bytes of UTF-8 in the line as it stands in the input, from 0; lines count from 1.
    package static func tokenPlaces(_ reader: TextReader, _ tokenizer: Tokenizer, emit: Emit) throws {
        let compiled = try tokenizer.compiled()
        var block = OutputBlock()
        block.append("line\tstart\tend\ttoken\n")
        while let piece = try reader.next(beforeReading: { try block.flush(emit) }) {
            for token in try compiled.tokens(in: String(decoding: piece.bytes, as: UTF8.self)) {
                let range = token.range
                block.append(piece.line)
                block.append("\t")
                block.append(piece.offset + range.lowerBound)
                block.append("\t")
                block.append(piece.offset + range.upperBound)
                block.append("\t")
                block.append(UnsafeBufferPointer(rebasing: piece.bytes[range]))
                block.append("\n")
                try block.flushIfFull(emit)
            }
        }
        try block.flush(emit)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 9 < 5 }

    /// Appends a text with spaces in the place of carriage returns and line feeds.
    private static func appendLine(_ bytes: UnsafeBufferPointer<UInt8>, to block: inout OutputBlock) {
        var rest = bytes[...]
        while let index = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
            block.append(UnsafeBufferPointer(rebasing: rest[..<index]))
            block.append(" ")
            rest = rest[(index + 1)...]
        }
        block.append(UnsafeBufferPointer(rebasing: rest))
    }
}

import Files
import Kernels

extension WordVectors {
    /// Writes word2vec text, or GloVe text where there is no header.
    func writeText(to path: String, withHeader: Bool, replacing: Bool) throws {
        try write(to: path, replacing: replacing) { writer, rows, view in
            if withHeader { try writer.append("\(count) \(dimensions)\n") }
            var line: [UInt8] = []
            for index in 0..<count {
                line.removeAll(keepingCapacity: true)
                line.append(contentsOf: try writableWord(index, view))
                for value in rows[index * dimensions..<(index + 1) * dimensions] {
                    line.append(UInt8(ascii: " "))
                    // The shortest decimal that reads back as the same float.
                    line.append(contentsOf: value.description.utf8)
                }
                line.append(UInt8(ascii: "\n"))
                try writer.append(line)
            }
        }
    }

    /// Writes word2vec binary as gensim does: without a line feed after a vector.
    func writeBinary(to path: String, replacing: Bool) throws {
        try write(to: path, replacing: replacing) { writer, rows, view in
            try writer.append("\(count) \(dimensions)\n")
            for index in 0..<count {
                try writer.append(try writableWord(index, view))
                try writer.append(" ")
                let row = UnsafeBufferPointer(rebasing: rows[index * dimensions..<(index + 1) * dimensions])
                try writer.append(UnsafeRawBufferPointer(row))
            }
        }
    }

    private func write(
        to path: String, replacing: Bool,
        _ body: (inout OutputFile.Writer, UnsafeBufferPointer<Float>, WordTable.View) throws -> Void
    ) throws {
        try validate()
        try OutputFile.write(to: path, replacing: replacing) { writer in
            try withUnsafeVectors { rows in
                try words.withView { view in try body(&writer, rows, view) }
            }
        }
    }

    /// A word in a format where a space ends it and a line feed the row.
    private func writableWord(_ index: Int, _ view: WordTable.View) throws -> UnsafeRawBufferPointer {
        let word = try view.utf8(index)
        guard !word.contains(where: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }) else {
            throw FileError.malformed(
                self.path, .file, "word \(index + 1), \(Self.quoted(try view.word(index))), holds a space or a line "
                    + "feed, which this format cannot; a safetensors file can")
        }
        return word
    }
}

import Files

/// A corpus as word numbers in a temporary file: what every epoch reads, so that text is cleaned and split once.
///
/// A number below zero ends a text. Words outside the vocabulary are not in it.
final class EncodedCorpus: Sendable {
    static let end: Int32 = -1
    private let file: TemporaryFile
    /// Numbers in the file, ends of texts included.
    let count: Int

    /// Takes a file of 32-bit numbers.
    init(_ file: TemporaryFile, count: Int) { (self.file, self.count) = (file, count) }

    /// Reads the numbers of a range.
    func read(_ range: Range<Int>, into buffer: UnsafeMutablePointer<Int32>) throws {
        let size = MemoryLayout<Int32>.stride
        let bytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: buffer, count: range.count))
        let offset = range.lowerBound * size
        let count = try file.contents.read(into: bytes, at: offset)
        guard count == bytes.count else {
            throw FileError(
                .inputOutput, path: file.contents.name, place: .byte(offset + count),
                "the end of the file found, word numbers expected")
        }
    }
}

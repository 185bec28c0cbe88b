import Files
import Glibc

/// A corpus as word numbers in a temporary file: what every epoch reads, so that text is cleaned and split once.
///
/// A number below zero ends a text. Words outside the vocabulary are not in it.
final class EncodedCorpus: Sendable {
    static let end: Int32 = -1
    private let descriptor: Int32
    /// Numbers in the file, ends of texts included.
    let count: Int

    /// Takes a file of 32-bit numbers over.
    init(descriptor: Int32, count: Int) { (self.descriptor, self.count) = (descriptor, count) }

    deinit { close(descriptor) }

    /// Reads the numbers of a range.
    func read(_ range: Range<Int>, into buffer: UnsafeMutablePointer<Int32>) throws {
        let size = MemoryLayout<Int32>.stride
        let raw = UnsafeMutableRawPointer(buffer)
        var done = 0
        while done < range.count * size {
            let got = pread(descriptor, raw + done, range.count * size - done, range.lowerBound * size + done)
            if got < 0, errno == EINTR { continue }
            guard got > 0 else {
                throw FileError(.inputOutput, path: "temporary file", "reading failed: \(InputFile.systemMessage())")
            }
            done += got
        }
    }
}

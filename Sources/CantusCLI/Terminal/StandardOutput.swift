import Cantus
import FoundationEssentials
import Glibc

/// Writing to standard output and standard error: unbuffered, whole, and silent where nobody reads any more.
///
/// Where standard output cannot take the result, for want of room on the disk, the process ends with EX_IOERR: a script
/// must not take half of it for the whole.
enum Standard {
    static func output(_ text: String) { write(text, to: STDOUT_FILENO) }

    static func error(_ text: String) { write(text, to: STDERR_FILENO) }

    /// Whether standard error is a terminal that can show a bar.
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb" }

    /// Whether standard output is a terminal that may show colour; NO_COLOR forbids it where it is not empty
    /// (no-color.org).
    static var outputIsColourful: Bool {
        isatty(STDOUT_FILENO) == 1 && environment("NO_COLOR") ?? "" == "" && environment("TERM") != "dumb"
    }

    /// The style of tables on standard output.
    static var tableStyle: TextTable.Style { outputIsColourful ? .ansi : .plain }

    /// One JSON object on a line.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        output(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
    }

    private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if written < 0 {
                    if errno == EINTR { continue }
                    guard descriptor == STDOUT_FILENO, errno != EPIPE else { return }
                    error("cantus: standard output: writing failed: \(String(cString: strerror(errno)))\n")
                    exit(EX_IOERR)
                }
                rest = rest.dropFirst(written)
            }
        }
    }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
    fileprivate var baseAddress: UnsafePointer<UInt8>? { base.baseAddress.map { $0 + startIndex } }
}

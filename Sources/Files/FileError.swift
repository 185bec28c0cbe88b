/// What is wrong with a file that was read or was to be written.
///
/// Every message names the file, the place where it went wrong (a line or a byte), what was found there and
/// what was expected. `kind` decides the exit code of the command line.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The class of the failure.
    public enum Kind: Hashable, Sendable {
        /// The input does not exist or cannot be opened.
        case missing
        /// The content is not what the format says.
        case malformed
        /// The output cannot be created, or stands already and may not be replaced.
        case cannotCreate
        /// Reading or writing failed half-way.
        case inputOutput
    }

    /// Where in the file.
    public enum Place: Hashable, Sendable {
        /// The whole file.
        case file
        /// A line; the first is 1.
        case line(Int)
        /// A byte; the first is 0.
        case byte(Int)
    }

    public let kind: Kind
    /// The path as the user gave it; `standard input` for `-`.
    public let path: String
    public let place: Place
    /// What was found and what was expected, as a clause without a full stop.
    public let message: String

    public init(_ kind: Kind, path: String, place: Place = .file, _ message: String) {
        self.kind = kind
        self.path = path
        self.place = place
        self.message = message
    }

    /// Content that is not what the format says.
    public static func malformed(_ path: String, _ place: Place, _ message: String) -> FileError {
        FileError(.malformed, path: path, place: place, message)
    }

    /// `questions.tsv:17: 1 field found, 2 expected`.
    public var description: String {
        switch place {
        case .file: "\(path): \(message)"
        case .line(let line): "\(path):\(line): \(message)"
        case .byte(let offset): "\(path), byte \(offset): \(message)"
        }
    }
}

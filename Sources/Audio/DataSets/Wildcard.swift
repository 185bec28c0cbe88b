import Glibc

/// A pattern of file names with wildcards, as a shell has them: `*`, `?`, `[0-4]` (fnmatch).
///
/// One without a slash is held to the file's name, one with slashes to as many folders above it.
public struct Wildcard: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ pattern: String) { description = pattern }

    public func matches(_ path: String) -> Bool {
        let depth = description.utf8.count { $0 == UInt8(ascii: "/") }
        let names = path.split(separator: "/", omittingEmptySubsequences: false).suffix(depth + 1)
        return fnmatch(description, names.joined(separator: "/"), FNM_PATHNAME) == 0
    }
}

import Cantus
import Yams

/// A recipe in YAML: `job`, `data`, `test` and `output`, and keys of the job's recipe, nested or joined by dots.
struct RecipeFile {
    private let path: String
    private var files: [String: RecipeSetting] = [:]
    /// The keys of the job's recipe, each with its line.
    private(set) var settings: [RecipeSetting] = []

    private static let fileKeys: Set = ["job", "data", "test", "output"]

    /// - Throws: `FileError` where there is no such file or it is not YAML, `RecipeError` where it names no job.
    init(contentsOf path: String) throws {
        self.path = InputFile.displayName(path)
        let bytes = try InputFile.bytes(at: path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileError.malformed(self.path, .file, "bytes that are not UTF-8 found, YAML expected")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw FileError.malformed(self.path, Self.place(of: error), "not YAML: \(error)".singleLine)
        }
        guard let mapping = root?.mapping else {
            throw FileError.malformed(self.path, .file, "keys and values expected, such as `job: tag`")
        }
        try collect(mapping, prefix: "")
        guard files["job"] != nil else { throw RecipeError("\(self.path): no job found, `job: tag` expected") }
    }

    var job: String { optional("job") ?? "" }

    /// Where a file key was given.
    func place(_ key: String) -> String { files[key]?.place ?? path }

    func optional(_ key: String) -> String? {
        guard case .text(let text) = files[key]?.value else { return nil }
        return text
    }

    func required(_ key: String) throws -> String {
        guard let text = optional(key) else {
            throw RecipeError("\(path): no \(key) found; give it in the recipe or as --\(key)")
        }
        return text
    }

    private mutating func collect(_ mapping: Node.Mapping, prefix: String) throws {
        var seen: Set<String> = []
        for (keyNode, valueNode) in mapping {
            let place = "\(path):\(keyNode.mark?.line ?? 1)"
            guard let name = keyNode.string else { throw RecipeError("\(place): a key that is not a text") }
            let key = prefix.isEmpty ? name : "\(prefix).\(name)"
            guard seen.insert(name).inserted else { throw RecipeError("\(place): the key \"\(key)\" stands twice") }
            if Self.fileKeys.contains(key), valueNode.scalar != nil {
                files[key] = RecipeSetting(key, .text(valueNode.string ?? ""), place: place)
            } else if let mapping = valueNode.mapping {
                try collect(mapping, prefix: key)
            } else {
                settings.append(RecipeSetting(key, try Self.value(valueNode, place: place), place: place))
            }
        }
    }

    private static func value(_ node: Node, place: String) throws -> ConfigurationValue {
        switch node {
        case .scalar(let scalar):
            // A quoted text is a text whatever it looks like; of others the recipe's own type decides.
            return .text(scalar.string)
        case .sequence(let sequence):
            return .list(try sequence.map { try value($0, place: place) })
        case .mapping(let mapping):
            var object: [String: ConfigurationValue] = [:]
            for (key, node) in mapping { object[key.string ?? ""] = try value(node, place: place) }
            return .object(object)
        case .alias:
            throw RecipeError("\(place): YAML aliases are not used in recipes")
        }
    }

    private static func place(of error: YamlError) -> FileError.Place {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): .line(mark.line)
        default: .file
        }
    }
}

extension String {
    /// The text on one line.
    fileprivate var singleLine: String {
        split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }.joined(separator: " ")
    }
}

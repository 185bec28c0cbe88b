import Cantus
import Yams

/// A recipe in YAML: `job`, `data`, `test` and `output`, and keys of the job's recipe, nested or joined by dots.
struct RecipeFile {
    private let path: String
    private var files: [String: RecipeSetting] = [:]
    /// The keys of the job's recipe, each with its line.
    private(set) var settings: [RecipeSetting] = []

    private static let fileKeys = ["job", "data", "test", "output"]

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
            throw FileError.malformed(self.path, Self.place(of: error), Self.message(of: error))
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

    /// A file key's value; nil where it is not given or empty.
    func optional(_ key: String) -> String? {
        guard case .text(let text) = files[key]?.value else { return nil }
        return text.nonEmpty
    }

    func required(_ key: String) throws -> String {
        guard let text = optional(key) else {
            throw RecipeError("\(place(key)): no \(key) found; give it in the recipe or as --\(key)")
        }
        return text
    }

    /// Checks the keys that stand outermost against those of a job's recipe.
    ///
    /// - Throws: `RecipeError` for one that looks like a misspelt `job`, `data`, `test` or `output`; the recipe itself
    ///   knows nothing of these, and would refuse it without the name that was meant.
    func checkOutermostKeys(against recipe: some Recipe) throws {
        let known = Set(RecipeSetting.flattened(try recipe.tree(), place: "").compactMap { $0.key.firstName })
        for setting in settings where !setting.key.contains(".") && !known.contains(setting.key) {
            guard let nearest = NearestName.of(setting.key, among: Self.fileKeys) else { continue }
            throw RecipeError("\(setting.place): unknown key \"\(setting.key)\"; the nearest is \"\(nearest)\"")
        }
    }

    private mutating func collect(_ mapping: Node.Mapping, prefix: String) throws {
        for (keyNode, valueNode) in mapping {
            let place = "\(path):\(keyNode.mark?.line ?? 1)"
            guard let name = keyNode.string else { throw RecipeError("\(place): a key that is not a text") }
            let key = prefix.isEmpty ? name : "\(prefix).\(name)"
            if Self.fileKeys.contains(key) {
                guard let scalar = valueNode.scalar else { throw RecipeError("\(place): \(key): a text expected") }
                files[key] = RecipeSetting(key, .text(scalar.string), place: place)
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

    private static func message(of error: YamlError) -> String {
        // Yams knows the group of keys only, and gives a line beside it.
        guard case .duplicatedKeysInMapping(let keys, _) = error else { return "not YAML: \(error)".singleLine }
        return keys.map { "the key \"\($0)\" stands twice" }.joined(separator: ", ")
    }
}

extension String {
    /// The part before the first dot.
    fileprivate var firstName: String? { split(separator: ".").first.map(String.init) }

    /// The text on one line.
    fileprivate var singleLine: String {
        split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }.joined(separator: " ")
    }
}

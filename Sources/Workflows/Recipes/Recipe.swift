import Files
import FoundationEssentials

/// All that a training depends on besides its data: one value with defaults, the only definition of each option.
///
/// Flags of the command line set the common keys, `--set key=value` any of them, a YAML file as many as it likes; the
/// whole recipe is written into the model file. Keys are the names of the properties, joined by dots:
/// `training.epochs`.
public protocol Recipe: Codable, Hashable, Sendable {
    /// The name of the job in files and commands.
    static var job: String { get }

    /// The names that a key may take, for keys whose values are names.
    static var choices: [String: [String]] { get }

    /// The recipe that settings start from; some settings decide about the defaults of others.
    static func defaults(for settings: [RecipeSetting]) -> Self

    /// Checks that the values make sense together.
    ///
    /// - Throws: `RecipeError` with the keys at fault.
    func validate() throws
}

/// One value for one key, and where it was given.
public struct RecipeSetting: Hashable, Sendable {
    public let key: String
    public let value: ConfigurationValue
    /// Where it was given, for messages: `--epochs`, `recipe.yaml:7`.
    public let place: String

    public init(_ key: String, _ value: ConfigurationValue, place: String) {
        (self.key, self.value, self.place) = (key, value, place)
    }

    /// Reads `key=value` as the command line gives it; whether the text is a number follows from the key.
    ///
    /// - Throws: `RecipeError` where there is no `=`.
    public init(assignment: String, place: String) throws {
        guard let sign = assignment.firstIndex(of: "="), sign != assignment.startIndex else {
            throw RecipeError("\(place): \"\(assignment)\" found, key=value expected")
        }
        self.init(
            String(assignment[..<sign]), .text(String(assignment[assignment.index(after: sign)...])), place: place)
    }
}

/// A recipe that cannot be: an unknown key, a value of the wrong kind, values that do not fit together.
public struct RecipeError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    /// The keys whose values do not fit, where it is not known yet where these were given.
    public let keys: [String]

    public init(_ description: String, keys: [String] = []) {
        self.description = description
        self.keys = keys
    }
}

extension Recipe {
    /// The defaults with settings applied in order; later ones win.
    ///
    /// - Throws: `RecipeError` that names the place, and for an unknown key the nearest known one.
    public init(settings: [RecipeSetting]) throws {
        var tree = try Self.defaults(for: settings).tree()
        for setting in settings { try Self.apply(setting, to: &tree) }
        self = try Self.decoded(from: tree, settings: settings)
        do {
            try validate()
        } catch let error as RecipeError {
            guard let setting = settings.last(where: { error.keys.contains($0.key) }) else { throw error }
            throw RecipeError("\(setting.place): \(error.description)")
        }
    }

    /// The recipe as JSON with sorted keys, as it stands in model files.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The recipe as a tree of keys and values.
    public func tree() throws -> ConfigurationValue {
        try JSONDecoder().decode(ConfigurationValue.self, from: JSONEncoder().encode(self))
    }

    private static func apply(_ setting: RecipeSetting, to tree: inout ConfigurationValue) throws {
        var known: [String] = []
        tree.collectKeys(into: &known)
        guard let old = tree[setting.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)] else {
            let nearest = NearestName.of(setting.key, among: known)
                ?? known.first { $0.hasSuffix(".\(setting.key)") }
            throw RecipeError(
                "\(setting.place): unknown key \"\(setting.key)\"" + (nearest.map { "; the nearest is \"\($0)\"" } ?? ""))
        }
        let value = try coerced(setting, like: old)
        tree[setting.key.split(separator: ".").map(String.init)] = value
    }

    /// The value in the kind of the default: text of a command line becomes a number where one is expected.
    private static func coerced(_ setting: RecipeSetting, like old: ConfigurationValue) throws -> ConfigurationValue {
        func wrong(_ expected: String) -> RecipeError {
            RecipeError("\(setting.place): \(setting.key) is \(setting.value), \(expected) expected")
        }
        switch (old, setting.value) {
        case (.number, .number), (.boolean, .boolean): return setting.value
        case (.number, .text(let text)):
            guard let number = Double(text), number.isFinite else { throw wrong("a number") }
            return .number(number)
        case (.boolean, .text(let text)):
            guard let boolean = Bool(text) else { throw wrong("true or false") }
            return .boolean(boolean)
        case (.number, _): throw wrong("a number")
        case (.boolean, _): throw wrong("true or false")
        case (.text, .text(let text)):
            if let choices = choices[setting.key], !choices.contains(text) {
                throw wrong("one of \(choices.joined(separator: ", "))")
            }
            return setting.value
        case (.text, _): throw wrong("a text")
        case (.object, _): throw wrong("one of the keys within it")
        case (.list, _), (.null, _): return setting.value
        }
    }

    /// Decodes a tree whose keys are known; what still fails is a value that its type refuses.
    private static func decoded(from tree: ConfigurationValue, settings: [RecipeSetting]) throws -> Self {
        do {
            return try JSONDecoder().decode(Self.self, from: JSONEncoder().encode(tree))
        } catch let error as DecodingError {
            let (path, found) =
                switch error {
                case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                    (context.codingPath, context.debugDescription)
                case .keyNotFound(_, let context): (context.codingPath, context.debugDescription)
                @unknown default: ([], "\(error)")
                }
            let key = path.filter { $0.intValue == nil }.map(\.stringValue).joined(separator: ".")
            let setting = settings.last { key == $0.key || key.hasPrefix($0.key + ".") }
            let value = setting?.value ?? .text("?")
            if let number = Double(setting?.value.plainText ?? ""), number != number.rounded() || number < 0 {
                throw RecipeError("\(setting?.place ?? "recipe"): \(key) is \(value), a whole number from 0 on expected")
            }
            throw RecipeError("\(setting?.place ?? "recipe"): \(key) is \(value): \(found)")
        }
    }
}

extension ConfigurationValue {
    fileprivate var plainText: String? {
        switch self {
        case .text(let text): text
        case .number(let number): "\(number)"
        default: nil
        }
    }

    /// The value at a path of keys.
    fileprivate subscript(path: [String]) -> ConfigurationValue? {
        get {
            guard let first = path.first else { return self }
            guard case .object(let object) = self else { return nil }
            return object[first]?[Array(path.dropFirst())]
        }
        set {
            guard let first = path.first else {
                if let newValue { self = newValue }
                return
            }
            guard case .object(var object) = self else { return }
            object[first]?[Array(path.dropFirst())] = newValue
            self = .object(object)
        }
    }

    /// The keys of all values, joined by dots.
    fileprivate func collectKeys(prefix: String = "", into keys: inout [String]) {
        guard case .object(let object) = self else {
            keys.append(prefix)
            return
        }
        for (key, value) in object.sorted(by: { $0.key < $1.key }) {
            value.collectKeys(prefix: prefix.isEmpty ? key : "\(prefix).\(key)", into: &keys)
        }
    }
}

extension RecipeSetting {
    /// The settings that a tree of keys comes to, as a YAML file holds one; groups become keys joined by dots.
    public static func flattened(_ tree: ConfigurationValue, prefix: String = "", place: String) -> [RecipeSetting] {
        guard case .object(let object) = tree else { return [RecipeSetting(prefix, tree, place: place)] }
        return object.sorted { $0.key < $1.key }.flatMap { key, value in
            flattened(value, prefix: prefix.isEmpty ? key : "\(prefix).\(key)", place: place)
        }
    }
}

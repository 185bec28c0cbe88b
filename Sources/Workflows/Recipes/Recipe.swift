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

    /// Groups of keys that depend on the key `kind` within them, and that a name stands for as well: `optimizer=sgd`
    /// means `optimizer.kind=sgd`.
    static var groupsByKind: [String] { get }

    /// The recipe that settings start from; some settings decide about the defaults of others.
    static func defaults(for settings: [RecipeSetting]) -> Self

    /// Checks that the values make sense together.
    ///
    /// - Throws: `RecipeError` with the keys at fault.
    func validate() throws

    /// What to do in place of setting a key that this recipe does not have; nil where nothing is known about it.
    func advice(onUnknown key: String) -> String?
}

extension Recipe {
    public func advice(onUnknown key: String) -> String? { nil }
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
    public static var groupsByKind: [String] { [] }

    /// The defaults with settings applied in order; later ones win.
    ///
    /// - Throws: `RecipeError` that names the place, and for an unknown key the nearest known one.
    public init(settings: [RecipeSetting]) throws {
        let settings = settings.map { $0.spelledOut(groupsByKind: Self.groupsByKind) }
        let usual = Self.defaults(for: settings)
        let defaults = try usual.tree()
        var tree = defaults
        for setting in settings {
            guard defaults[setting.key] != nil else { throw usual.unknownKey(setting, among: defaults.keys) }
            try Self.apply(setting, to: &tree, like: defaults)
        }
        self = try Self.decoded(from: tree, settings: settings, defaults: defaults)
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

    private func unknownKey(_ setting: RecipeSetting, among known: [String]) -> RecipeError {
        let nearest = NearestName.of(setting.key, among: known) ?? known.first { $0.hasSuffix(".\(setting.key)") }
        let advice = advice(onUnknown: setting.key) ?? nearest.map { "the nearest is \"\($0)\"" }
        return RecipeError("\(setting.place): unknown key \"\(setting.key)\"" + (advice.map { "; \($0)" } ?? ""))
    }

    /// Sets a key that the defaults have.
    private static func apply(
        _ setting: RecipeSetting, to tree: inout ConfigurationValue, like defaults: ConfigurationValue
    ) throws {
        guard let usual = defaults[setting.key] else { return }
        tree[setting.key] = try coerced(setting, like: usual)
    }

    /// The value in the kind of the default: text of a command line becomes a number where one is expected.
    private static func coerced(
        _ setting: RecipeSetting, like usual: ConfigurationValue
    ) throws -> ConfigurationValue {
        func wrong(_ expected: String) -> RecipeError {
            RecipeError("\(setting.place): \(setting.key) is \(setting.value), \(expected) expected")
        }
        switch (usual, setting.value) {
        case (.number, .number(let number)):
            guard number.isFinite else { throw wrong("a number") }
            return setting.value
        case (.number, .text(let text)):
            guard let number = Double(text), number.isFinite else { throw wrong("a number") }
            // Rounding to another whole number would go unnoticed.
            if let whole = UInt64(text), UInt64(exactly: number) != whole {
                throw wrong("a number of at most 53 bits")
            }
            return .number(number)
        case (.boolean, .boolean): return setting.value
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
        case (.list(let usual), _) where usual.first?.isNumber == true:
            return .list(
                try listed(setting.value).map { value in
                    try coerced(RecipeSetting(setting.key, value, place: setting.place), like: .number(0))
                })
        case (.list, .list), (.list, .text), (.null, _): return setting.value
        case (.list, _): throw wrong("a list or a name")
        }
    }

    /// The values of a list, which a command line gives with commas between.
    private static func listed(_ value: ConfigurationValue) -> [ConfigurationValue] {
        switch value {
        case .list(let values): values
        case .text(let text):
            text.split(separator: ",", omittingEmptySubsequences: false).map { .text(String($0)) }
        default: [value]
        }
    }

    /// Decodes a tree whose keys are known; what still fails is a value that its type refuses.
    private static func decoded(
        from tree: ConfigurationValue, settings: [RecipeSetting], defaults: ConfigurationValue
    ) throws -> Self {
        do {
            return try Self(tree)
        } catch let error as DecodingError {
            // Of a number that does not fit, Foundation's decoder does not tell the key: each setting is tried alone.
            var seen: Set<String> = []
            for setting in settings.reversed() where seen.insert(setting.key).inserted {
                var changed = defaults
                try apply(setting, to: &changed, like: defaults)
                do {
                    _ = try Self(changed)
                } catch let error as DecodingError {
                    throw refusal(of: setting, as: changed[setting.key], error)
                }
            }
            throw RecipeError("the recipe cannot be read: \(error)")
        }
    }

    /// Decodes a tree that has all keys.
    ///
    /// - Throws: `DecodingError`.
    init(_ tree: ConfigurationValue) throws {
        self = try JSONDecoder().decode(Self.self, from: JSONEncoder().encode(tree))
    }

    private static func refusal(
        of setting: RecipeSetting, as value: ConfigurationValue?, _ error: DecodingError
    ) -> RecipeError {
        let start = "\(setting.place): \(setting.key) is \(setting.value)"
        switch (value, error) {
        case (.number(let number), _):
            return RecipeError(
                number == number.rounded() && number >= 0
                    ? "\(start), a smaller number expected" : "\(start), a whole number from 0 on expected")
        case (.list(let values), .dataCorrupted) where values.allSatisfy(\.isNumber):
            // Foundation says no more than that the list is not what it should be.
            return RecipeError("\(start), whole numbers expected")
        case (_, .typeMismatch(_, let context)), (_, .valueNotFound(_, let context)),
            (_, .keyNotFound(_, let context)), (_, .dataCorrupted(let context)):
            return RecipeError("\(start): \(context.debugDescription)")
        default:
            return RecipeError("\(start): \(error)")
        }
    }
}

extension RecipeSetting {
    /// A name for a group as the group's kind.
    fileprivate func spelledOut(groupsByKind: [String]) -> RecipeSetting {
        guard case .text = value, groupsByKind.contains(key) else { return self }
        return RecipeSetting("\(key).kind", value, place: place)
    }
}

extension ConfigurationValue {
    fileprivate var isNumber: Bool {
        if case .number = self { true } else { false }
    }

    /// The value of a key, names joined by dots; setting one that is not there does nothing.
    subscript(key: String) -> ConfigurationValue? {
        get { self[key.split(separator: ".", omittingEmptySubsequences: false)[...]] }
        set { self[key.split(separator: ".", omittingEmptySubsequences: false)[...]] = newValue }
    }

    private subscript(path: ArraySlice<Substring>) -> ConfigurationValue? {
        get {
            guard let first = path.first else { return self }
            guard case .object(let object) = self else { return nil }
            return object[String(first)]?[path.dropFirst()]
        }
        set {
            guard let first = path.first else {
                if let newValue { self = newValue }
                return
            }
            guard case .object(var object) = self else { return }
            object[String(first)]?[path.dropFirst()] = newValue
            self = .object(object)
        }
    }

    /// The keys of all values, joined by dots, in the order of their names.
    var keys: [String] { RecipeSetting.flattened(self, place: "").map(\.key) }
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

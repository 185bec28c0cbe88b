/// A value of a recipe before its type is known: what a command line, a YAML file or a default gives.
public enum ConfigurationValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case list([ConfigurationValue])
    case object([String: ConfigurationValue])
}

extension ConfigurationValue: Codable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public init(from decoder: any Decoder) throws {
        if let values = try? decoder.container(keyedBy: Key.self) {
            var object: [String: ConfigurationValue] = [:]
            for key in values.allKeys { object[key.stringValue] = try values.decode(Self.self, forKey: key) }
            self = .object(object)
            return
        }
        if var values = try? decoder.unkeyedContainer() {
            var list: [ConfigurationValue] = []
            while !values.isAtEnd { list.append(try values.decode(Self.self)) }
            self = .list(list)
            return
        }
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let boolean = try? value.decode(Bool.self) {
            self = .boolean(boolean)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try value.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let object):
            var values = encoder.container(keyedBy: Key.self)
            for (key, value) in object.sorted(by: { $0.key < $1.key }) {
                try values.encode(value, forKey: Key(stringValue: key))
            }
        case .list(let list):
            var values = encoder.unkeyedContainer()
            for value in list { try values.encode(value) }
        case .null:
            var value = encoder.singleValueContainer()
            try value.encodeNil()
        case .boolean(let boolean):
            var value = encoder.singleValueContainer()
            try value.encode(boolean)
        case .number(let number):
            var value = encoder.singleValueContainer()
            // Whole numbers without a fraction, so that they decode as integers too.
            if let whole = Int64(exactly: number) { try value.encode(whole) } else { try value.encode(number) }
        case .text(let text):
            var value = encoder.singleValueContainer()
            try value.encode(text)
        }
    }
}

extension ConfigurationValue: CustomStringConvertible {
    public var description: String {
        switch self {
        case .null: "nothing"
        case .boolean(let boolean): "\(boolean)"
        case .number(let number): Int64(exactly: number).map(String.init) ?? "\(number)"
        case .text(let text): "\"\(text)\""
        case .list: "a list"
        case .object: "a group of keys"
        }
    }
}

/// What an option has to be besides of its type, and whether it is: recipes refuse those that are not.
package struct OptionLimit: Sendable {
    /// The option's key within its group, `momentum`; with the names of groups in front, `optimizer.momentum`.
    package let key: String
    package let value: String
    package let isMet: Bool
    /// What would be accepted, in words: `a number above 0`.
    package let expected: String

    init(_ key: String, _ value: some CustomStringConvertible, _ isMet: Bool, _ expected: String) {
        (self.key, self.value, self.isMet, self.expected) = (key, value.description, isMet, expected)
    }

    /// The same limit seen from outside of a group of options.
    func within(_ group: String) -> OptionLimit { OptionLimit("\(group).\(key)", value, isMet, expected) }

    static func fromZeroOn(_ key: String, _ value: Double) -> OptionLimit {
        OptionLimit(key, value, value >= 0, "a number from 0 on")
    }

    static func aboveZero(_ key: String, _ value: Double) -> OptionLimit {
        OptionLimit(key, value, value > 0, "a number above 0")
    }

    static func coefficient(_ key: String, _ value: Double) -> OptionLimit {
        OptionLimit(key, value, (0..<1).contains(value), "a number from 0 to below 1")
    }
}

import CICU

/// Why a text could not be cleaned or split.
public struct CleaningError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: Hashable, Sendable {
        /// The pattern is no regular expression; `offset` counts UTF-16 code units from its start.
        case pattern(offset: Int)
        /// The replacement names a capture group that the pattern does not have.
        case replacement(offset: Int)
        /// Matching took more time or space than a text of this length can need: the pattern backtracks without
        /// bounds.
        case exhausted
        /// ICU refused the text, or it is longer than 2^31 - 1 code units.
        case text
    }

    /// The name of the rule, or of the step.
    public let rule: String
    /// The regular expression; nil for other steps.
    public let pattern: String?
    public let reason: Reason
    /// ICU's name for the failure, or what is wrong, as a clause.
    public let detail: String

    init(rule: String, pattern: String? = nil, _ reason: Reason, detail: String) {
        self.rule = rule
        self.pattern = pattern
        self.reason = reason
        self.detail = detail
    }

    init(rule: String, pattern: String? = nil, _ reason: Reason, code: Int32) {
        self.init(rule: rule, pattern: pattern, reason, detail: String(cString: cantus_icu_error_name(code)))
    }

    public var description: String {
        let place = "cleaning rule \"\(rule)\"" + (pattern.map { ", pattern \"\($0)\"" } ?? "")
        return switch reason {
        case .pattern(let offset): "\(place): not a regular expression at offset \(offset): \(detail)"
        case .replacement(let offset): "\(place): the replacement is wrong at offset \(offset): \(detail)"
        case .exhausted: "\(place): matching was given up, the pattern backtracks too much: \(detail)"
        case .text: "\(place): the text cannot be processed: \(detail)"
        }
    }
}

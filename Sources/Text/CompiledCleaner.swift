import CICU

/// A cleaner that is ready to work: regular expressions compiled, working memory at hand.
///
/// One object is for one thread at a time. It is not `Sendable`; each thread makes its own from the `Cleaner`, which
/// takes microseconds.
public final class CompiledCleaner {
    private enum Step {
        case expression(RegularExpression)
        /// A step that never lengthens the text and so works in place.
        case inPlace((CodeUnits) -> Int)
        case compatibilityNormalization
        case caseFolding
        case technicalTerms
    }

    private let steps: [Step]
    /// Holds the cleaned text after `clean(utf8:)`.
    private(set) var text = CodeUnitBuffer()
    private var spare = CodeUnitBuffer()

    /// - Throws: `CleaningError` where a pattern or its replacement is wrong.
    public init(_ cleaner: Cleaner) throws {
        steps = try cleaner.rules.map { rule in
            switch rule {
            case .replacing(let name, let pattern, let replacement):
                .expression(try RegularExpression(name: name, pattern: pattern, replacement: replacement))
            case .stripMarkup: .inPlace(CleaningSteps.stripMarkup)
            case .stripURLs: .inPlace(CleaningSteps.stripURLs)
            case .stripMentions: .inPlace(CleaningSteps.stripMentions)
            case .stripDigits: .inPlace(CleaningSteps.stripDigits)
            case .stripPunctuation: .inPlace(CleaningSteps.stripPunctuation)
            case .collapseWhitespace: .inPlace(CleaningSteps.collapseWhitespace)
            case .keepWords: .inPlace(CleaningSteps.keepWords)
            case .compatibilityNormalization: .compatibilityNormalization
            case .caseFolding: .caseFolding
            case .keepTechnicalTerms: .technicalTerms
            }
        }
    }

    /// The cleaned text.
    ///
    /// - Throws: `CleaningError` where a regular expression backtracks without bounds.
    public func clean(_ text: String) throws -> String {
        if steps.isEmpty { return text }
        var text = text
        try text.withUTF8 { try clean(utf8: $0) }
        return self.text.makeString()
    }

    /// Leaves the cleaned text in `text`.
    package func clean(utf8 bytes: UnsafeBufferPointer<UInt8>) throws {
        // ICU counts in 32 bits; a step may lengthen a text, normalization 18 times at most.
        guard bytes.count <= Int(Int32.max) / 18 else {
            throw CleaningError(
                rule: "text", .text, detail: "\(bytes.count) bytes, at most \(Int32.max / 18) are expected in one text")
        }
        text.load(bytes)
        for step in steps {
            switch step {
            case .expression(let expression):
                if try expression.replaceMatches(in: text, into: spare) { swap(&text, &spare) }
            case .inPlace(let work):
                text.count = work(text.view)
            case .technicalTerms:
                TechnicalTerms.keep(in: text, into: spare)
                swap(&text, &spare)
            case .compatibilityNormalization:
                // ASCII is in NFKC.
                if !text.view.isASCII { try transform("compatibilityNormalization", cantus_nfkc) }
            case .caseFolding:
                if text.view.isASCII {
                    CleaningSteps.lowercaseASCII(text.view)
                } else {
                    try transform("caseFolding", cantus_fold_case)
                }
            }
        }
    }

    private typealias Transform = (
        UnsafePointer<UInt16>, Int32, UnsafeMutablePointer<UInt16>, Int32, UnsafeMutablePointer<Int32>
    ) -> Int32

    private func transform(_ rule: String, _ call: Transform) throws {
        spare.reserve(text.count + 64)
        while true {
            var code: Int32 = 0
            let length = call(text.units, Int32(text.count), spare.units, Int32(clamping: spare.capacity), &code)
            guard code <= 0 else { throw CleaningError(rule: rule, .text, code: code) }
            if length < 0 { return }
            if Int(length) <= spare.capacity {
                spare.count = Int(length)
                return swap(&text, &spare)
            }
            spare.reserve(Int(length))
        }
    }
}

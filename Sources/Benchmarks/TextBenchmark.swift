import Kernels
import Text

/// Times cleaning and tokenizing of text on one core.
public enum TextBenchmark {
    public struct Result: Encodable, Sendable {
        /// The preset of cleaning rules and its tokenizer.
        public let preset: String
        /// `clean`, `tokenize`, or `clean and tokenize`.
        public let stage: String
        public let bytes: Int
        public let milliseconds: Double
        /// Millions of bytes of input a second on one core, by the median.
        public let megabytesPerSecond: Double

        private enum CodingKeys: String, CodingKey {
            case preset, stage, bytes
            case milliseconds = "ms"
            case megabytesPerSecond = "mb_per_s"
        }
    }

    /// - Parameter lines: The text, line by line in UTF-8.
    public static func run(lines: [[UInt8]], preset: Cleaner.Preset, repeats: Int) throws -> [Result] {
        let bytes = lines.reduce(0) { $0 + $1.count }
        let pipeline = try TextPipeline(preset).compiled()
        let cleaner = try Cleaner(preset).compiled()
        let tokenizer = try TextPipeline(cleaner: Cleaner(.none), tokenizer: preset.tokenizer).compiled()
        var count = 0
        func result(_ stage: String, _ work: (UnsafeBufferPointer<UInt8>) throws -> Void) rethrows -> Result {
            let timing = try Timing(repeats: repeats, warmUp: 1) {
                for line in lines { try line.withUnsafeBufferPointer(work) }
            }
            return Result(
                preset: preset.rawValue, stage: stage, bytes: bytes, milliseconds: timing.median,
                megabytesPerSecond: Double(bytes) / (timing.median * 1000))
        }
        return [
            try result("clean") { try cleaner.clean(utf8: $0) },
            try result("tokenize") { try tokenizer.forEachToken(ofUTF8: $0) { count += $0.count } },
            try result("clean and tokenize") { try pipeline.forEachToken(ofUTF8: $0) { count += $0.count } },
        ]
    }
}

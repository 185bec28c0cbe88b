import FoundationEssentials

/// A seeded generator of random numbers (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// Real data, beside the package; tests that need it are skipped where it is missing.
enum TestData {
    static let titles = path("questions/stackoverflow_titles.tsv")

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func bytes(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: path))) }

    private static func path(_ name: String) -> String {
        let file = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return file.dropLast(4).joined(separator: "/") + "/shared/data/" + name
    }
}


import FoundationEssentials
import TestSupport

/// Real data, beside the package; tests that need it are skipped where it is missing.
enum TestData {
    static let titles = PackageRoot.sharedData("questions/stackoverflow_titles.tsv")

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func bytes(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: path))) }
}


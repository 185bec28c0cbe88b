import Files
import FoundationEssentials
import ModelFiles

/// A safetensors file that holds a model of this project: what all jobs' files have in common.
public struct ModelFile: Sendable {
    /// Keys of the metadata.
    public enum Key {
        /// The version of the layout; a reader refuses one that it does not know.
        public static let format = ModelMetadata.formatKey
        public static let job = ModelMetadata.jobKey
        public static let recipe = "cantus.recipe"
        public static let metrics = "cantus.metrics"
        public static let baselines = "cantus.baselines"
        public static let history = "cantus.history"
    }

    /// The layout that this version writes.
    public static let format = ModelMetadata.format

    public let tensors: SafetensorsFile
    public let job: String

    public var path: String { tensors.path }

    /// Opens a file of any job.
    ///
    /// - Throws: `FileError` where the file is not a model of this project.
    public init(contentsOf path: String) throws {
        tensors = try SafetensorsFile(contentsOf: path)
        job = try tensors.modelJob(writer: "`cantus` trained")
    }

    /// Opens a file of one job.
    public init(contentsOf path: String, job: String) throws {
        try self.init(contentsOf: path)
        guard self.job == job else { throw tensors.wrongJob(self.job, expected: job) }
    }

    /// A value that stands as JSON in the metadata.
    public func decoded<Value: Decodable>(_ type: Value.Type, _ key: String) throws -> Value {
        guard let json = tensors.metadata[key] else {
            throw FileError.malformed(path, .file, "no metadata \(key) found")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(json.utf8))
        } catch {
            throw FileError.malformed(path, .file, "metadata \(key) cannot be read as \(type)")
        }
    }

    /// Writes what all jobs have in common into the metadata.
    static func describe(
        _ file: inout SafetensorsFile, job: String, _ values: [(key: String, value: any Encodable)]
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        file.describeModel(job: job)
        for (key, value) in values {
            file.metadata[key] = String(decoding: try encoder.encode(value), as: UTF8.self)
        }
    }
}

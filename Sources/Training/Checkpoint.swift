import Files
import FoundationEssentials
import ModelFiles
import Tensors

/// The state of a training in a file, replaced in one step behind every epoch.
///
/// It is a safetensors file: the weights, the best weights so far and the optimizer's memory as tensors, the history
/// and the number of steps in the metadata. It also names what is trained (`identity`: recipe and data), so that a
/// training is never taken up with other settings than it was left with.
public struct Checkpoint: Sendable {
    public let path: String
    private let identity: String
    private let resumes: Bool

    /// - Parameters:
    ///   - identity: Tells one training from another: its recipe and a digest of its data.
    ///   - resumes: Whether a training takes up the state that it finds.
    public init(path: String, identity: String, resumes: Bool) {
        (self.path, self.identity, self.resumes) = (path, identity, resumes)
    }

    private static let identityKey = "cantus.checkpoint.identity"
    private static let stateKey = "cantus.checkpoint.state"

    /// Removes the file.
    public func remove() throws { try OutputFile.remove(path) }

    package func save(_ state: TrainingState, _ tensors: [(name: String, tensor: Tensor)]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = String(decoding: try encoder.encode(state), as: UTF8.self)
        var file = SafetensorsFile(metadata: [Self.identityKey: identity, Self.stateKey: json])
        for (name, tensor) in tensors { file.append(name, tensor) }
        try file.write(to: path, replacing: true)
    }

    /// The state, its tensors read into `tensors`; nil where training starts afresh.
    ///
    /// - Throws: `FileError` where the file is not a checkpoint of this training.
    package func load(into tensors: [(name: String, tensor: Tensor)]) throws -> TrainingState? {
        guard resumes, OutputFile.exists(path) else { return nil }
        let file = try SafetensorsFile(contentsOf: path)
        guard let found = file.metadata[Self.identityKey], let json = file.metadata[Self.stateKey] else {
            throw FileError.malformed(path, .file, "this file is not a checkpoint of a training")
        }
        guard found == identity else {
            throw FileError.malformed(
                path, .file,
                "this checkpoint belongs to a training with another recipe or other data; train as before to go on, "
                    + "or without --resume to start afresh")
        }
        guard let state = try? JSONDecoder().decode(TrainingState.self, from: Data(json.utf8)) else {
            throw FileError.malformed(path, .file, "the state of the training cannot be read")
        }
        for (name, tensor) in tensors { try file.read(name, into: tensor) }
        return state
    }
}

/// Where a training stands behind an epoch, besides its tensors.
package struct TrainingState: Codable, Sendable {
    package let history: History
    package let steps: Int
}

import TestSupport
import Testing

/// Sounds of the project's own making, and a small model of them.
enum AudioFixture {
    static let pattern = "{label}_{group}_{index}.wav"

    /// A folder of sounds, `sounds/rise_ann_0.wav` and so on.
    static func sounds(_ count: Int = 10) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try write(SweepSounds(count).files, to: folder)
        return folder
    }

    static func write(_ files: [(name: String, bytes: [UInt8])], to folder: TemporaryFolder) throws {
        try folder.makeFolder("sounds")
        for file in files { try folder.write(file.bytes, to: "sounds/\(file.name)") }
    }

    /// A training that takes a second.
    static func training(_ arguments: String...) -> [String] {
        [
            "audio", "train", "--data", "sounds", "--pattern", pattern, "--output", "model.safetensors", "--model",
            "conv1d", "--epochs", "8", "--set", "model.filters=16", "--set", "model.convolutions=2",
            "--set", "training.replicas=2",
        ] + arguments
    }

    struct Line: Decodable {
        let name: String
        let accuracy, macro_f1, file_accuracy, file_macro_f1: Double
        let labels: [String]
        let confusion, file_confusion: [[Int]]
    }

    struct Report: Decodable {
        struct Fold: Decodable {
            let name: String
            let model: Line
            let baselines: [Line]
        }
        struct Spread: Decodable { let name: String, mean, deviation, least: Double }
        struct Files: Decodable { let train, validation, test: Int }
        struct Part: Decodable { let value: String, files: Int, lines: [Line] }
        let model: Line
        let baselines: [Line]
        let folds: [Fold]
        let spreads: [Spread]
        let files: Files
        let parts: [Part]?
        let scored_part: String
        let seconds: Double
        let remarks: [String]
        let verdict: String
    }

    /// A folder with sounds and a model of them that all tests share.
    static func shared() throws -> (folder: TemporaryFolder, report: Cantus.Outcome) { try made.get() }

    private static let made = Result<(folder: TemporaryFolder, report: Cantus.Outcome), any Error> {
        let folder = try sounds()
        return (folder, try Cantus.run(training("--json"), in: folder))
    }
}

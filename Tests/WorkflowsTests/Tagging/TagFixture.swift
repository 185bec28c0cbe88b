import Files
import Kernels
import ModelFiles
import Tables
import TestSupport
import Testing
import Workflows

/// Small taggers and their files.
enum TagFixture {
    /// A recipe whose training takes milliseconds.
    static func recipe(
        _ kind: TagRecipe.Model.Kind = .bilstm, _ others: (key: String, value: String)...
    ) throws -> TagRecipe {
        try #require(try recipes(others).first { $0.model.kind == kind })
    }

    /// One such recipe for each kind.
    static func recipes(_ others: [(key: String, value: String)] = []) throws -> [TagRecipe] {
        let settings = [("model.kind", TagRecipe.allKinds)] + small + others
        return try TagRecipe.recipes(settings: settings.map { RecipeSetting($0.0, .text($0.1), place: "test") })
    }

    private static let small: [(key: String, value: String)] = [
        ("model.networks", "1"), ("model.embedding", "4"), ("model.hidden", "4"), ("model.filters", "3"),
        ("model.heads", "2"),
        ("model.feedForward", "8"), ("model.attention", "4"), ("subwords.buckets", "16"), ("training.epochs", "2"),
        ("training.batchSize", "16"), ("training.replicas", "1"),
    ]

    /// Rows as a file with tabs would give them.
    static func rows(_ rows: [(text: String, labels: String)]) throws -> LabeledTexts {
        let table = rows.reduce(into: "title\ttags\n") { $0 += "\($1.text)\t\($1.labels)\n" }
        return try LabeledTexts.read(path: "rows.tsv", bytes: Array(table.utf8))
    }

    /// Rows of which each has a word that no other has, `only17` in row 17, beside words that follow its label.
    static func tellingRows(_ count: Int) throws -> LabeledTexts {
        try rows(
            (0..<count).map { row in
                let label = ["a", "b", "c"][row % 3]
                let parity = row % 2 == 0 ? "even" : "odd"
                return ("only\(row) word\(label) some \(parity)", row % 7 == 0 ? "\(label)|d" : label)
            })
    }

    static let pool = WorkerPool(threadCount: 1)

    static func tagger(_ kind: TagRecipe.Model.Kind = .bilstm, networks: Int = 1) throws -> Tagger {
        try TagTraining(recipe(kind, ("model.networks", "\(networks)")), pool: pool)
            .run(try tellingRows(60), path: "rows.tsv", test: nil).tagger
    }
}

/// The parts of a tagger's file, to be changed and put together again.
struct TaggerParts {
    var metadata: [String: String]
    var floats: [String: (shape: [Int], values: [Float])] = [:]
    var integers: [String: [Int64]] = [:]
    var tables: [String: StringTable] = [:]

    init(_ tagger: Tagger) throws {
        self = try withTemporaryFile("tagger.safetensors") { path in
            try tagger.write(to: path, replacing: false)
            return try TaggerParts(SafetensorsFile(contentsOf: path))
        }
    }

    private init(_ file: SafetensorsFile) throws {
        metadata = file.metadata
        for name in ["labels", "vocabulary", "pretrained"] where file["\(name).offsets"] != nil {
            tables[name] = try StringTable(named: name, in: file)
        }
        for tensor in file.tensors {
            switch tensor.dataType {
            case .float32: floats[tensor.name] = (tensor.shape, try file.floats(tensor.name))
            case .int64 where !tensor.name.hasSuffix(".offsets"):
                integers[tensor.name] = try file.integers(tensor.name).map(Int64.init)
            default: break
            }
        }
    }

    /// Replaces a piece of the recipe's JSON, which must be there.
    mutating func changeRecipe(_ old: String, _ new: String) throws {
        let key = ModelFile.Key.recipe
        let recipe = try #require(metadata[key])
        try #require(recipe.contains(old), "\(old) in \(recipe)")
        metadata[key] = recipe.replacing(old, with: new)
    }

    /// One of several networks as a tagger by itself: its columns of the words' table, and its layers.
    func network(_ number: Int, of count: Int) throws -> TaggerParts {
        var parts = self
        try parts.changeRecipe("\"networks\":\(count)", "\"networks\":1")
        parts.floats = [:]
        for (name, tensor) in floats {
            if name == "words.weight" {
                let (rows, width) = (tensor.shape[0], tensor.shape[1] / count)
                var values: [Float] = []
                for row in 0..<rows {
                    let first = (row * count + number) * width
                    values += tensor.values[first..<first + width]
                }
                parts.floats[name] = ([rows, width], values)
            } else if !name.hasPrefix("networks.") {
                parts.floats[name] = tensor
            } else if name.hasPrefix("networks.\(number).") {
                parts.floats[String(name.dropFirst("networks.\(number).".count))] = tensor
            }
        }
        return parts
    }

    /// The tagger that these parts come to.
    func tagger() throws -> Tagger {
        try withTemporaryFile("tagger.safetensors") { path in
            var file = SafetensorsFile(metadata: metadata)
            for (name, tensor) in floats.sorted(by: { $0.key < $1.key }) {
                file.append(name, shape: tensor.shape, floats: tensor.values)
            }
            for (name, values) in integers { file.append(name, shape: [values.count], integers: values) }
            for (name, table) in tables { table.encode(named: name, into: &file) }
            try file.write(to: path, replacing: false, nonFinite: .allowed)
            return try Tagger(contentsOf: path)
        }
    }
}

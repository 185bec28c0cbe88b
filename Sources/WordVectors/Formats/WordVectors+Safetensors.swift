import Files
import FoundationEssentials
import ModelFiles
import Text

/// The project's own file: safetensors with `vectors` F32 `[V, D]`, the words as a string table `vocabulary`,
/// `vocabulary.sorted` I32 `[V]` (the words' numbers in the order of their UTF-8 bytes, so that a look-up is a binary
/// search in the mapped file), and, where there are such, `vocabulary.counts` I64 `[V]` and `subwords.vectors` F32
/// `[buckets, D]`.
extension WordVectors {
    /// The kind of model that the metadata of a file names.
    public static let job = "embed"

    private static let subwordsKey = "cantus.subwords"

    private enum Name {
        static let vectors = "vectors"
        static let bytes = "vocabulary.bytes"
        static let offsets = "vocabulary.offsets"
        static let sorted = "vocabulary.sorted"
        static let counts = "vocabulary.counts"
        static let subwords = "subwords.vectors"
    }

    /// The lengths of n-grams as they stand in the metadata.
    private struct NGramLengths: Codable {
        let minimumLength: Int
        let maximumLength: Int
    }

    /// Vectors from a safetensors file of this project, used where they lie.
    ///
    /// - Throws: `FileError` of kind `.malformed` where a part is missing or parts do not fit each other. What lies
    ///   within the parts is checked when it is read.
    public init(_ file: SafetensorsFile) throws {
        func malformed(_ message: String) -> FileError { .malformed(file.path, .file, message) }
        let job = try file.modelJob(writer: "`cantus embed` wrote")
        guard job == Self.job else { throw file.wrongJob(job, expected: Self.job) }
        func tensor(_ name: String, _ types: [SafetensorsFile.DataType]) throws -> SafetensorsFile.Tensor {
            guard let tensor = file[name] else { throw malformed("no tensor \"\(name)\" found") }
            guard types.contains(tensor.dataType) else {
                throw malformed("tensor \"\(name)\" of dtype \(tensor.dataType.rawValue) found, "
                    + "\(types[0].rawValue) expected")
            }
            return tensor
        }
        func matrix(_ name: String) throws -> SafetensorsFile.Tensor {
            let tensor = try tensor(name, [.float32, .float16, .bfloat16, .float64])
            guard tensor.shape.count == 2, tensor.shape.allSatisfy({ $0 > 0 }) else {
                throw malformed("tensor \"\(name)\" of shape \(tensor.shape) found, rows and columns expected")
            }
            return tensor
        }
        func list(_ name: String, _ type: SafetensorsFile.DataType, count: Int?) throws -> SafetensorsFile.Tensor {
            let tensor = try tensor(name, [type])
            guard tensor.shape.count == 1, count.map({ $0 == tensor.shape[0] }) ?? true else {
                let expected = count.map { "[\($0)]" } ?? "a list of one dimension"
                throw malformed("tensor \"\(name)\" of shape \(tensor.shape) found, \(expected) expected")
            }
            return tensor
        }

        let vectors = try matrix(Name.vectors)
        let (count, dimensions) = (vectors.shape[0], vectors.shape[1])
        guard count <= Int(Int32.max) else { throw malformed("\(count) words found, at most \(Int32.max) expected") }
        let bytes = Column<UInt8>.tensor(try list(Name.bytes, .uint8, count: nil))
        let offsets = Column<Int64>.tensor(try list(Name.offsets, .int64, count: count + 1))
        let words: WordTable
        if file[Name.sorted] != nil {
            let sorted = Column<Int32>.tensor(try list(Name.sorted, .int32, count: count))
            words = WordTable(bytes: bytes, offsets: offsets, sorted: sorted, path: file.path)
        } else {
            words = try WordTable(sorting: bytes, offsets: offsets, path: file.path)
        }
        var subwords: SubwordVectors?
        if file[Name.subwords] != nil {
            let table = try matrix(Name.subwords)
            guard table.shape[1] == dimensions, table.shape[0] <= Int(Int32.max) else {
                throw malformed("tensor \"\(Name.subwords)\" of shape \(table.shape) found, "
                    + "[buckets, \(dimensions)] expected")
            }
            let lengths = try file.metadata[Self.subwordsKey].flatMap {
                try? JSONDecoder().decode(NGramLengths.self, from: Data($0.utf8))
            }.unwrapped(malformed("no metadata \(Self.subwordsKey) with the lengths of n-grams found"))
            guard (1...lengths.maximumLength).contains(lengths.minimumLength) else {
                throw malformed("n-grams of \(lengths.minimumLength) to \(lengths.maximumLength) characters found")
            }
            subwords = SubwordVectors(
                characterNGrams: CharacterNGrams(
                    minimumLength: lengths.minimumLength, maximumLength: lengths.maximumLength,
                    buckets: table.shape[0]),
                dimensions: dimensions, table: try Column<Float>(table, in: file))
        }
        let own = [ModelMetadata.formatKey, ModelMetadata.jobKey, Self.subwordsKey]
        self.init(
            words: words, dimensions: dimensions, elements: try Column<Float>(vectors, in: file),
            counts: try file[Name.counts].map { _ in .tensor(try list(Name.counts, .int64, count: count)) },
            subwords: subwords, metadata: file.metadata.filter { !own.contains($0.key) }, path: file.path)
    }

    /// The tensors and metadata of the project's own file; large ones are not copied.
    ///
    /// - Throws: `FileError` where the file that these vectors come from is damaged.
    public func safetensorsFile() throws -> SafetensorsFile {
        try validate()
        var file = SafetensorsFile(metadata: metadata)
        file.describeModel(job: Self.job)
        append(elements, Name.vectors, rows: count, to: &file)
        file.append(Name.bytes, shape: [words.bytes.count], bytes: words.bytes.values)
        file.append(Name.offsets, shape: [count + 1], integers: words.offsets.values)
        file.append(Name.sorted, shape: [count], integers: words.sorted.values)
        if let storedCounts { file.append(Name.counts, shape: [count], integers: storedCounts.values) }
        if let subwords {
            append(subwords.table, Name.subwords, rows: subwords.characterNGrams.buckets, to: &file)
            let lengths = NGramLengths(
                minimumLength: subwords.characterNGrams.minimumLength,
                maximumLength: subwords.characterNGrams.maximumLength)
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            file.metadata[Self.subwordsKey] = String(decoding: try encoder.encode(lengths), as: UTF8.self)
        }
        return file
    }

    private func append(_ elements: Column<Float>, _ name: String, rows: Int, to file: inout SafetensorsFile) {
        let shape = [rows, dimensions]
        switch elements {
        case .array(let values): file.append(name, shape: shape, floats: values)
        case .tensor(let tensor):
            let owner = TensorOwner(tensor)
            // The bytes of a tensor stay where they are as long as the tensor lives, which the owner sees to.
            tensor.withUnsafeBytes { bytes in
                file.append(name, shape: shape, floats: bytes.assumingMemoryBound(to: Float.self), owner: owner)
            }
        }
    }
}

/// Keeps the memory of a tensor alive.
private final class TensorOwner: Sendable {
    let tensor: SafetensorsFile.Tensor

    init(_ tensor: SafetensorsFile.Tensor) { self.tensor = tensor }
}

extension Optional {
    fileprivate func unwrapped(_ error: @autoclosure () -> FileError) throws -> Wrapped {
        guard let self else { throw error() }
        return self
    }
}

extension WordTable {
    /// Sorts the words of a file that does not hold their order.
    fileprivate init(sorting bytes: Column<UInt8>, offsets: Column<Int64>, path: String) throws {
        let ends = offsets.values
        for (begin, end) in zip(ends, ends.dropFirst()) where begin < 0 || begin >= end || end > Int64(bytes.count) {
            throw FileError.malformed(
                path, .file, "a word from byte \(begin) to \(end) of the vocabulary found, "
                    + "a range within its \(bytes.count) bytes expected")
        }
        do throws(Duplicate) {
            try self.init(bytes: bytes.values, offsets: ends, path: path)
        } catch {
            throw FileError.malformed(path, .file, "word \(error.second + 1) is the same as word \(error.first + 1)")
        }
    }
}

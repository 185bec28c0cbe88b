import Files
import ModelFiles

/// A file format of word vectors.
public enum VectorFormat: String, Hashable, Sendable, CaseIterable {
    /// The project's own.
    case safetensors
    /// A line with the numbers of words and dimensions, then a line a word (Mikolov et al. 2013). fastText's `.vec`
    /// is the same.
    case word2vecText
    /// A line with the numbers of words and dimensions, then each word, a space and little-endian floats.
    case word2vecBinary
    /// A line a word, without a header (Pennington et al. 2014).
    case gloveText
    /// A model of fastText, with its subwords. It can only be read.
    case fastTextBinary

    /// The format to be written under a name: `.safetensors`, `.txt` and `.vec` (word2vec text), `.bin` (word2vec
    /// binary).
    ///
    /// - Throws: `FileError` of kind `.cannotCreate` for another extension.
    public static func written(to path: String) throws -> VectorFormat {
        switch Extension(path) {
        case .safetensors: .safetensors
        case .txt, .vec: .word2vecText
        case .bin: .word2vecBinary
        case nil: throw FileError(.cannotCreate, path: path, Extension.unknown(path))
        }
    }

    /// The endings of names that tell formats.
    enum Extension: String, CaseIterable {
        case safetensors, txt, bin, vec

        init?(_ path: String) {
            let name = path.split(separator: "/").last ?? ""
            guard let dot = name.lastIndex(of: ".") else { return nil }
            self.init(rawValue: name[name.index(after: dot)...].lowercased())
        }

        static func unknown(_ path: String) -> String {
            "a name without a known extension found; .safetensors, .txt, .bin or .vec expected"
        }
    }
}

/// What becomes of words that are not UTF-8, as there are some in word2vec files that cut words at a byte.
public enum InvalidText: Hashable, Sendable {
    /// They are an error with its place.
    case refused
    /// Each malformed sequence becomes U+FFFD.
    case replaced
}

extension WordVectors {
    /// Reads vectors in the format that the extension tells: `.safetensors`, `.txt` (word2vec text where the first
    /// line is two whole numbers, otherwise GloVe), `.vec` (word2vec text), `.bin` (fastText's own where it begins
    /// with its magic number, otherwise word2vec binary).
    ///
    /// - Throws: `FileError` of kind `.missing` or `.inputOutput` where the file cannot be read, `.malformed` where it
    ///   is not what its format says.
    public init(contentsOf path: String, invalidText: InvalidText = .refused) throws {
        switch VectorFormat.Extension(path) {
        case .safetensors: try self.init(try SafetensorsFile(contentsOf: path))
        case .txt: self = try VectorTextReader(path: path, header: .detected, invalidText: invalidText).read()
        case .vec: self = try VectorTextReader(path: path, header: .required, invalidText: invalidText).read()
        case .bin:
            let reader = try BlockReader(path: path)
            if try FastTextReader.begins(reader) {
                self = try FastTextReader(reader, invalidText: invalidText).read()
            } else {
                self = try VectorBinaryReader(reader, invalidText: invalidText).read()
            }
        case nil: throw FileError.malformed(path, .file, VectorFormat.Extension.unknown(path))
        }
    }

    /// Writes the vectors in one step: wholly or not at all.
    ///
    /// Only the safetensors file keeps counts, subwords and metadata. Floats in text are the shortest decimals that
    /// read back as the same.
    ///
    /// - Parameter format: The format; nil takes it from the extension.
    /// - Throws: `FileError` of kind `.cannotCreate` where the file exists and `replacing` is false, where it cannot be
    ///   created, or where its extension is not known; `.malformed` where these vectors come from a damaged file, or a
    ///   word cannot stand in the format because it holds a space or a line feed; `.inputOutput` where writing fails.
    /// - Precondition: the format is not `.fastTextBinary`.
    public func write(to path: String, format: VectorFormat? = nil, replacing: Bool) throws {
        let format = try format ?? VectorFormat.written(to: path)
        try OutputFile.check(path, replacing: replacing)
        switch format {
        case .safetensors: try safetensorsFile().write(to: path, replacing: replacing)
        case .word2vecText: try writeText(to: path, withHeader: true, replacing: replacing)
        case .gloveText: try writeText(to: path, withHeader: false, replacing: replacing)
        case .word2vecBinary: try writeBinary(to: path, replacing: replacing)
        case .fastTextBinary: preconditionFailure("fastText's binary format can only be read")
        }
    }
}

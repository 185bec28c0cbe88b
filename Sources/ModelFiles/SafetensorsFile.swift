import Files

/// Named tensors and text metadata in the safetensors format.
///
/// A value of this type comes from a file, from bytes in memory, or is put together with `append`. A file is mapped,
/// not read: opening a large one costs no copy, and data are copied only on access.
///
/// The layout is the published one: 8 bytes with the length of the header (little-endian), the header as JSON
/// (name to `dtype`, `shape`, `data_offsets`; `__metadata__` from text to text), then the data, little-endian and
/// row-major. Source: the format description in the README of github.com/huggingface/safetensors.
///
/// Reading is strict. Whatever is wrong with a file is a `FileError` of kind `.malformed` that names the byte. Names
/// that differ only in their Unicode normalization count as the same name.
public struct SafetensorsFile: Sendable {
    /// Texts that describe the tensors, for example what the model is and how its input is prepared.
    public var metadata: [String: String]
    /// The tensors in the order of the header, which for files that are written here is the order of `append`.
    public private(set) var tensors: [Tensor] = []
    /// The name of the file in messages.
    public let path: String
    private var index: [String: Int] = [:]

    /// A file without tensors, to be filled by `append`.
    public init(metadata: [String: String] = [:]) {
        self.metadata = metadata
        path = "model in memory"
    }

    /// Opens a file; `-` reads standard input.
    ///
    /// - Throws: `FileError` of kind `.missing` or `.inputOutput` where the file cannot be opened or read,
    ///   `.malformed` where it is not a sound safetensors file.
    public init(contentsOf path: String) throws {
        if path != "-", let file = try MappedFile(path: path) {
            try self.init(content: file.bytes, path: path) { .mapped(file, $0) }
        } else {
            try self.init(bytes: try InputFile.bytes(at: path), path: InputFile.displayName(path))
        }
    }

    /// Reads a file whose content is in memory; `path` names it in messages.
    ///
    /// - Throws: `FileError` of kind `.malformed` where the bytes are not a sound safetensors file.
    public init(bytes: [UInt8], path: String) throws {
        self = try bytes.withUnsafeBytes { content in
            try SafetensorsFile(content: content, path: path) { .slice(bytes, $0) }
        }
    }

    private init(content: UnsafeRawBufferPointer, path: String, _ contents: (Range<Int>) -> Tensor.Contents) throws {
        let header = try SafetensorsHeader(file: content, path: path)
        metadata = header.metadata
        index = header.index
        tensors = header.entries.map {
            Tensor(name: $0.name, dataType: $0.dataType, shape: $0.shape, contents: contents($0.bytes))
        }
        self.path = path
    }

    /// The tensor of this name, nil where there is none.
    public subscript(name: String) -> Tensor? { index[name].map { tensors[$0] } }
}

extension SafetensorsFile {
    /// Appends an F32 tensor in row-major order.
    ///
    /// - Precondition: the shape holds as many elements as there are values; the name is new.
    public mutating func append(_ name: String, shape: [Int], floats: [Float]) {
        append(Tensor(name: name, dataType: .float32, shape: shape, contents: .floats(floats)), count: floats.count)
    }

    /// Appends an F32 tensor in row-major order without copying it.
    ///
    /// - Parameter owner: keeps the memory alive; nobody may write it before the file has been written.
    /// - Precondition: the shape holds as many elements as there are values; the name is new.
    package mutating func append(_ name: String, shape: [Int], floats: UnsafeBufferPointer<Float>, owner: AnyObject) {
        let contents = Tensor.Contents.shared(SharedBytes(bytes: UnsafeRawBufferPointer(floats), owner: owner))
        append(Tensor(name: name, dataType: .float32, shape: shape, contents: contents), count: floats.count)
    }

    /// Appends an I32 tensor in row-major order.
    ///
    /// - Precondition: the shape holds as many elements as there are values; the name is new.
    public mutating func append(_ name: String, shape: [Int], integers: [Int32]) {
        append(Tensor(name: name, dataType: .int32, shape: shape, contents: .int32s(integers)), count: integers.count)
    }

    /// Appends an I64 tensor in row-major order.
    ///
    /// - Precondition: the shape holds as many elements as there are values; the name is new.
    public mutating func append(_ name: String, shape: [Int], integers: [Int64]) {
        append(Tensor(name: name, dataType: .int64, shape: shape, contents: .int64s(integers)), count: integers.count)
    }

    /// Appends a U8 tensor in row-major order.
    ///
    /// - Precondition: the shape holds as many elements as there are bytes; the name is new.
    public mutating func append(_ name: String, shape: [Int], bytes: [UInt8]) {
        append(Tensor(name: name, dataType: .uint8, shape: shape, contents: .uint8s(bytes)), count: bytes.count)
    }

    private mutating func append(_ tensor: Tensor, count: Int) {
        precondition(
            tensor.shape.allSatisfy { $0 >= 0 } && Self.elementCount(tensor.shape) == count,
            "tensor \(tensor.name): \(count) values do not fill shape \(tensor.shape)")
        precondition(
            tensor.shape.count <= SafetensorsHeader.maximumRank,
            "tensor \(tensor.name): shape \(tensor.shape) has more than \(SafetensorsHeader.maximumRank) dimensions")
        precondition(tensor.name != SafetensorsHeader.metadataKey, "a tensor may not be named \(tensor.name)")
        precondition(
            index.updateValue(tensors.count, forKey: tensor.name) == nil, "there are two tensors named \(tensor.name)")
        tensors.append(tensor)
    }
}

import ModelFiles

/// Values of one type one after the other: an array, or a tensor of a file that is used where it is mapped.
enum Column<Element: BitwiseCopyable & Sendable>: Sendable {
    case array([Element])
    /// The tensor's type must be `Element`; its data need not be aligned.
    case tensor(SafetensorsFile.Tensor)

    var count: Int {
        switch self {
        case .array(let values): values.count
        case .tensor(let tensor): tensor.byteCount / MemoryLayout<Element>.stride
        }
    }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch self {
        case .array(let values): try values.withUnsafeBytes(body)
        case .tensor(let tensor): try tensor.withUnsafeBytes(body)
        }
    }

    /// A copy as an array.
    var values: [Element] {
        if case .array(let values) = self { return values }
        return withUnsafeBytes { bytes in
            (0..<count).map { bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.stride, as: Element.self) }
        }
    }
}

extension Column<Float> {
    /// The floats of a tensor: in place where their type and alignment allow it, otherwise converted.
    init(_ tensor: SafetensorsFile.Tensor, in file: SafetensorsFile) throws {
        let isAligned = tensor.withUnsafeBytes {
            Int(bitPattern: $0.baseAddress) % MemoryLayout<Float>.alignment == 0
        }
        if tensor.dataType == .float32, isAligned {
            self = .tensor(tensor)
        } else {
            self = .array(try file.floats(tensor.name))
        }
    }

    func withUnsafeFloats<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result {
        switch self {
        case .array(let values): try values.withUnsafeBufferPointer(body)
        case .tensor(let tensor): try tensor.withUnsafeBytes { try $0.withMemoryRebound(to: Float.self, body) }
        }
    }
}

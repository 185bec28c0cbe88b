extension SafetensorsFile {
    /// One named tensor: its type, its shape and its bytes.
    public struct Tensor: Sendable {
        public let name: String
        public let dataType: DataType
        /// The extents, outermost first; empty for a scalar.
        public let shape: [Int]
        let contents: Contents

        /// The number of elements.
        public var elementCount: Int { byteCount / dataType.byteCount }

        /// The size of the data in bytes.
        public var byteCount: Int {
            switch contents {
            case .mapped(_, let range), .slice(_, let range): range.count
            case .shared(let owned): owned.bytes.count
            case .uint8s(let values): values.count
            case .floats(let values): values.count * MemoryLayout<Float>.stride
            case .int32s(let values): values.count * MemoryLayout<Int32>.stride
            case .int64s(let values): values.count * MemoryLayout<Int64>.stride
            }
        }

        /// Gives `body` the data as they stand in the file: row-major, little-endian, without a copy.
        ///
        /// The pointer is valid during the call only, and need not be aligned for the element type.
        public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
            switch contents {
            case .mapped(let file, let range):
                try withExtendedLifetime(file) { try body(UnsafeRawBufferPointer(rebasing: file.bytes[range])) }
            case .slice(let bytes, let range):
                try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
            case .shared(let owned): try withExtendedLifetime(owned.owner) { try body(owned.bytes) }
            case .uint8s(let values): try values.withUnsafeBytes(body)
            case .floats(let values): try values.withUnsafeBytes(body)
            case .int32s(let values): try values.withUnsafeBytes(body)
            case .int64s(let values): try values.withUnsafeBytes(body)
            }
        }

        /// Where the data begin in the file that was read, nil for a tensor that was appended.
        var fileOffset: Int? {
            switch contents {
            case .mapped(_, let range), .slice(_, let range): range.lowerBound
            case .shared, .uint8s, .floats, .int32s, .int64s: nil
            }
        }
    }
}

extension SafetensorsFile.Tensor {
    /// Where the bytes of a tensor are. Ranges count from the start of the file or array.
    enum Contents: Sendable {
        case mapped(MappedFile, Range<Int>)
        case slice([UInt8], Range<Int>)
        case shared(SharedBytes)
        case uint8s([UInt8])
        case floats([Float])
        case int32s([Int32])
        case int64s([Int64])
    }

    /// The coordinates of an element, `[2, 5]`, from its place in row-major order.
    func coordinates(of element: Int) -> [Int] {
        var rest = element
        var coordinates: [Int] = []
        for extent in shape.reversed() {
            coordinates.append(rest % extent)
            rest /= extent
        }
        return coordinates.reversed()
    }
}

// Data are used as they stand in the file, which is little-endian.
#if _endian(big)
    #error("safetensors files are read and written on little-endian processors only")
#endif

/// Bytes that belong to an object, which lives as long as they are referred to.
struct SharedBytes: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
    let owner: AnyObject
}

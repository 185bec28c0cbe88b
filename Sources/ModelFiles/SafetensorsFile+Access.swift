import Files

extension SafetensorsFile {
    /// The values of a floating-point tensor in row-major order; F16, BF16 and F64 are converted.
    ///
    /// - Parameter shape: what the shape must be; nil accepts any.
    /// - Throws: `FileError` of kind `.malformed` where there is no such tensor (the nearest name is given), where its
    ///   shape or type differs, or where an F64 value is too large for a `Float`.
    public func floats(_ name: String, shape: [Int]? = nil) throws -> [Float] {
        let tensor = try tensor(name, shape: shape, types: [.float32, .float16, .bfloat16, .float64])
        return try floats(of: tensor)
    }

    /// Gives `body` the values of a floating-point tensor in row-major order.
    ///
    /// An F32 tensor whose data are aligned is not copied; files that are written here always are. Other tensors are
    /// converted as in `floats`. The pointer is valid during the call only.
    ///
    /// - Parameter shape: what the shape must be; nil accepts any.
    /// - Throws: what `floats` throws, and what `body` throws.
    public func withUnsafeFloats<Result>(
        _ name: String, shape: [Int]? = nil, _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        let tensor = try tensor(name, shape: shape, types: [.float32, .float16, .bfloat16, .float64])
        if tensor.dataType == .float32 {
            let result: Result? = try tensor.withUnsafeBytes { bytes in
                guard Int(bitPattern: bytes.baseAddress) % MemoryLayout<Float>.alignment == 0 else { return nil }
                return try bytes.withMemoryRebound(to: Float.self, body)
            }
            if let result { return result }
        }
        return try floats(of: tensor).withUnsafeBufferPointer(body)
    }

    /// The values of an integer tensor in row-major order.
    ///
    /// - Parameter shape: what the shape must be; nil accepts any.
    /// - Throws: `FileError` of kind `.malformed` where there is no such tensor (the nearest name is given), or where
    ///   its shape or type differs.
    public func integers(_ name: String, shape: [Int]? = nil) throws -> [Int] {
        try integers(of: try integerTensor(name, shape: shape))
    }

    /// The values of an integer tensor in row-major order, as `Int32`.
    ///
    /// - Parameter shape: what the shape must be; nil accepts any.
    /// - Throws: what the reading as `Int` throws, and `FileError` of kind `.malformed` where a value does not fit.
    public func integers(_ name: String, shape: [Int]? = nil, as type: Int32.Type) throws -> [Int32] {
        try integers(of: try integerTensor(name, shape: shape))
    }

    /// The values of a U8 tensor in row-major order.
    ///
    /// - Parameter shape: what the shape must be; nil accepts any.
    /// - Throws: `FileError` of kind `.malformed` where there is no such tensor (the nearest name is given), or where
    ///   its shape or type differs.
    public func bytes(_ name: String, shape: [Int]? = nil) throws -> [UInt8] {
        try tensor(name, shape: shape, types: [.uint8]).withUnsafeBytes { [UInt8]($0) }
    }

    /// The values of a BOOL tensor in row-major order.
    ///
    /// - Parameter shape: what the shape must be; nil accepts any.
    /// - Throws: `FileError` of kind `.malformed` where there is no such tensor (the nearest name is given), where its
    ///   shape or type differs, or where a byte is neither 0 nor 1.
    public func booleans(_ name: String, shape: [Int]? = nil) throws -> [Bool] {
        let tensor = try tensor(name, shape: shape, types: [.bool])
        return try tensor.withUnsafeBytes { bytes in
            if let element = bytes.firstIndex(where: { $0 > 1 }) {
                throw malformed(tensor, element, "byte value \(bytes[element]) found, 0 or 1 expected")
            }
            return bytes.map { $0 == 1 }
        }
    }

    /// The tensor of this name, which must have this shape (nil accepts any) and one of these types.
    func tensor(_ name: String, shape: [Int]?, types: [DataType]) throws -> Tensor {
        guard let tensor = self[name] else {
            let nearest = NearestName.of(name, among: tensors.lazy.map(\.name))
            throw FileError.malformed(
                path, .file,
                "no tensor \(Quoted.name(name)) found"
                    + (nearest.map { "; the nearest name is \(Quoted.name($0))" } ?? ""))
        }
        if let shape, shape != tensor.shape {
            throw FileError.malformed(
                path, .file, "tensor \(Quoted.name(name)) of shape \(tensor.shape) found, \(shape) expected")
        }
        guard types.contains(tensor.dataType) else {
            throw FileError.malformed(
                path, .file,
                "tensor \(Quoted.name(name)) of dtype \(tensor.dataType.rawValue) found, "
                    + "\(DataType.list(types)) expected")
        }
        return tensor
    }

    /// What is wrong with one element of a tensor.
    func malformed(_ tensor: Tensor, _ element: Int, _ message: String) -> FileError {
        let place = tensor.fileOffset.map { FileError.Place.byte($0 + element * tensor.dataType.byteCount) }
        return .malformed(
            path, place ?? .file,
            "tensor \(Quoted.name(tensor.name)), element \(tensor.coordinates(of: element)): \(message)")
    }
}

extension SafetensorsFile {
    private func floats(of tensor: Tensor) throws -> [Float] {
        switch tensor.dataType {
        case .float16: return converted(tensor) { (_, half: UInt16) in Float(Float16(bitPattern: half)) }
        case .bfloat16: return converted(tensor) { (_, half: UInt16) in Float(bitPattern: UInt32(half) << 16) }
        case .float64:
            return try converted(tensor) { (element, double: Double) in
                let float = Float(double)
                guard float.isFinite || !double.isFinite else {
                    throw malformed(tensor, element, "\(double) found, which exceeds F32")
                }
                return float
            }
        default:
            return tensor.withUnsafeBytes { bytes in
                [Float](unsafeUninitializedCapacity: tensor.elementCount) { values, initializedCount in
                    UnsafeMutableRawBufferPointer(values).copyMemory(from: bytes)
                    initializedCount = tensor.elementCount
                }
            }
        }
    }

    private func integerTensor(_ name: String, shape: [Int]?) throws -> Tensor {
        try tensor(name, shape: shape, types: [.int64, .int32, .int16, .int8, .uint8])
    }

    @inline(__always)
    private func integers<Integer: FixedWidthInteger & BitwiseCopyable>(of tensor: Tensor) throws -> [Integer] {
        switch tensor.dataType {
        case .int64: try integers(of: tensor, stored: Int64.self)
        case .int32: try integers(of: tensor, stored: Int32.self)
        case .int16: try integers(of: tensor, stored: Int16.self)
        case .int8: try integers(of: tensor, stored: Int8.self)
        default: try integers(of: tensor, stored: UInt8.self)
        }
    }

    @inline(__always)
    private func integers<Stored: FixedWidthInteger & BitwiseCopyable, Integer: FixedWidthInteger & BitwiseCopyable>(
        of tensor: Tensor, stored: Stored.Type
    ) throws -> [Integer] {
        try converted(tensor) { (element, stored: Stored) in
            guard let integer = Integer(exactly: stored) else {
                throw malformed(tensor, element, "\(stored) found, which exceeds \(Integer.self)")
            }
            return integer
        }
    }

    /// Every element, converted from its place and its stored value.
    @inline(__always)
    private func converted<Stored: BitwiseCopyable, Value: BitwiseCopyable>(
        _ tensor: Tensor, _ convert: (Int, Stored) throws -> Value
    ) rethrows -> [Value] {
        try tensor.withUnsafeBytes { bytes in
            let count = tensor.elementCount
            return try [Value](unsafeUninitializedCapacity: count) { values, initializedCount in
                // The empty array of values may have no address.
                guard let source = bytes.baseAddress, let target = values.baseAddress else { return }
                for element in 0..<count {
                    let stored = (source + element * MemoryLayout<Stored>.stride).loadUnaligned(as: Stored.self)
                    (target + element).initialize(to: try convert(element, stored))
                }
                initializedCount = count
            }
        }
    }
}

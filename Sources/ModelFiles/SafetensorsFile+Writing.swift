import Files

extension SafetensorsFile {
    /// What becomes of NaN and infinity in F32 tensors that are written.
    public enum NonFiniteValues: Hashable, Sendable {
        /// They are an error that names tensor and element.
        case refused
        /// They are written.
        case allowed
    }

    /// Writes the file in one step: wholly or not at all.
    ///
    /// The same content gives the same bytes. The header lists `__metadata__` first, with its keys sorted, then the
    /// tensors in their order. The data stand sorted by element size, largest first, and start at a multiple of 64
    /// bytes, so that all data are aligned for their type.
    ///
    /// - Throws: `FileError` of kind `.malformed` where an F32 tensor holds a value that is refused, `.cannotCreate`
    ///   where the file exists and `replacing` is false or cannot be created, `.inputOutput` where writing fails.
    public func write(to path: String, replacing: Bool, nonFinite: NonFiniteValues = .refused) throws {
        let header = try header(path: path, nonFinite: nonFinite)
        try OutputFile.write(to: path, replacing: replacing) { writer in
            try writer.append(header)
            for tensor in tensorsInDataOrder {
                try tensor.withUnsafeBytes { try writer.append($0) }
            }
        }
    }

    /// The bytes that `write` puts into a file.
    ///
    /// - Throws: `FileError` of kind `.malformed` where an F32 tensor holds a value that is refused.
    public func serialized(nonFinite: NonFiniteValues = .refused) throws -> [UInt8] {
        var bytes = try header(path: path, nonFinite: nonFinite)
        bytes.reserveCapacity(bytes.count + tensors.reduce(0) { $0 + $1.byteCount })
        for tensor in tensorsInDataOrder {
            tensor.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}

extension SafetensorsFile {
    private static let dataAlignment = 64  // bytes, a cache line

    private var tensorsInDataOrder: [Tensor] { positionsInDataOrder.map { tensors[$0] } }

    private var positionsInDataOrder: [Int] {
        tensors.indices.sorted {
            let (left, right) = (tensors[$0].dataType.byteCount, tensors[$1].dataType.byteCount)
            return left == right ? $0 < $1 : left > right
        }
    }

    /// The length field and the header, padded with spaces.
    private func header(path: String, nonFinite: NonFiniteValues) throws -> [UInt8] {
        if nonFinite == .refused { try refuseNonFiniteValues(path: path) }
        var offsets = [Int](repeating: 0, count: tensors.count)
        var end = 0
        for position in positionsInDataOrder {
            offsets[position] = end
            end += tensors[position].byteCount
        }

        var json = "{"
        if !metadata.isEmpty {
            let members = metadata.sorted { $0.key < $1.key }.map { Self.quoted($0.key) + ":" + Self.quoted($0.value) }
            json += Self.quoted(SafetensorsHeader.metadataKey) + ":{" + members.joined(separator: ",") + "}"
        }
        for (tensor, offset) in zip(tensors, offsets) {
            if json.utf8.count > 1 { json += "," }
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            json += Self.quoted(tensor.name)
            json += ":{\"dtype\":\"\(tensor.dataType.rawValue)\",\"shape\":[\(shape)],"
            json += "\"data_offsets\":[\(offset),\(offset + tensor.byteCount)]}"
        }
        json += "}"

        let unpadded = SafetensorsHeader.lengthByteCount + json.utf8.count
        let padded = (unpadded + Self.dataAlignment - 1) / Self.dataAlignment * Self.dataAlignment
        let length = padded - SafetensorsHeader.lengthByteCount
        guard length <= SafetensorsHeader.maximumByteCount else {
            throw FileError.malformed(
                path, .file,
                "a header of \(length) bytes to be written, at most \(SafetensorsHeader.maximumByteCount) expected")
        }
        var header = withUnsafeBytes(of: UInt64(length).littleEndian) { [UInt8]($0) }
        header.reserveCapacity(padded)
        header.append(contentsOf: json.utf8)
        header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: padded - unpadded))
        return header
    }

    private func refuseNonFiniteValues(path: String) throws {
        for tensor in tensors where tensor.dataType == .float32 {
            try tensor.withUnsafeBytes { bytes in
                for element in 0..<tensor.elementCount {
                    let value = bytes.loadUnaligned(
                        fromByteOffset: element * MemoryLayout<Float>.stride, as: Float.self)
                    guard value.isFinite else {
                        throw FileError.malformed(
                            path, .file,
                            "tensor \(Quoted.name(tensor.name)), element \(tensor.coordinates(of: element)): "
                                + "\(value) to be written, a finite number expected")
                    }
                }
            }
        }
    }

    /// A text as a JSON string.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

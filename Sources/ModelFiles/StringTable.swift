import Files

/// A list of strings, such as a vocabulary or label names, held in a safetensors file as two tensors.
///
/// For a table named `vocabulary` of n strings: `vocabulary.bytes`, U8 `[b]`, holds the UTF-8 of all strings one after
/// the other, and `vocabulary.offsets`, I64 `[n + 1]`, where each string begins and, last, where the bytes end.
public struct StringTable: Hashable, Sendable {
    public var strings: [String]

    public init(_ strings: [String]) { self.strings = strings }

    /// Reads the table of this name.
    ///
    /// - Throws: `FileError` of kind `.malformed` where one of the two tensors is missing or of another type, where the
    ///   offsets do not rise from 0 to the number of bytes, or where a string is not valid UTF-8.
    public init(named name: String, in file: SafetensorsFile) throws {
        let text = try file.tensor(Self.bytesName(name), shape: nil, types: [.uint8])
        let offsets = try file.tensor(Self.offsetsName(name), shape: nil, types: [.int64])
        for tensor in [text, offsets] where tensor.shape.count != 1 {
            throw FileError.malformed(
                file.path, .file,
                "tensor \(Quoted.name(tensor.name)) of shape \(tensor.shape) found, a list of one dimension expected")
        }
        let count = offsets.elementCount - 1
        guard count >= 0 else {
            throw FileError.malformed(
                file.path, .file, "tensor \(Quoted.name(offsets.name)) is empty, at least the offset 0 expected")
        }
        strings = try text.withUnsafeBytes { bytes in
            try offsets.withUnsafeBytes { stored in
                func offset(_ element: Int) -> Int {
                    Int(stored.loadUnaligned(fromByteOffset: element * MemoryLayout<Int64>.stride, as: Int64.self))
                }
                guard offset(0) == 0 else {
                    throw file.malformed(offsets, 0, "\(offset(0)) found, 0 expected")
                }
                var strings: [String] = []
                strings.reserveCapacity(count)
                for element in 0..<count {
                    let (begin, end) = (offset(element), offset(element + 1))
                    guard end >= begin, end <= bytes.count else {
                        throw file.malformed(offsets, element + 1, "\(end) found, \(begin) to \(bytes.count) expected")
                    }
                    do throws(UTF8Text.Invalid) {
                        strings.append(try UTF8Text.decoded(UnsafeRawBufferPointer(rebasing: bytes[begin..<end])))
                    } catch {
                        throw file.malformed(text, begin + error.offset, "invalid UTF-8 found in string \(element)")
                    }
                }
                guard offset(count) == bytes.count else {
                    throw file.malformed(offsets, count, "\(offset(count)) found, \(bytes.count) expected")
                }
                return strings
            }
        }
    }

    /// Appends the two tensors of this table to a file.
    ///
    /// - Precondition: the file holds no table of this name yet.
    public func encode(named name: String, into file: inout SafetensorsFile) {
        var bytes: [UInt8] = []
        var offsets: [Int64] = [0]
        bytes.reserveCapacity(strings.reduce(0) { $0 + $1.utf8.count })
        offsets.reserveCapacity(strings.count + 1)
        for string in strings {
            bytes.append(contentsOf: string.utf8)
            offsets.append(Int64(bytes.count))
        }
        file.append(Self.bytesName(name), shape: [bytes.count], bytes: bytes)
        file.append(Self.offsetsName(name), shape: [offsets.count], integers: offsets)
    }

    private static func bytesName(_ name: String) -> String { name + ".bytes" }
    private static func offsetsName(_ name: String) -> String { name + ".offsets" }
}

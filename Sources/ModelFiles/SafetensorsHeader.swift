import Files

/// The header of a safetensors file, read and checked against the size of the file.
///
/// Layout: 8 bytes with the header's length N (little-endian), N bytes of JSON, the data. Every byte of the data
/// belongs to exactly one tensor.
struct SafetensorsHeader {
    /// One tensor; `bytes` counts from the start of the file.
    struct Entry {
        let name: String
        let dataType: SafetensorsFile.DataType
        let shape: [Int]
        let bytes: Range<Int>
        /// The byte of the file where the entry's data_offsets stand.
        fileprivate let offsetsByte: Int
    }

    /// The bytes of the field that holds the header's length.
    static let lengthByteCount = 8
    /// The longest header that the reference implementation reads.
    static let maximumByteCount = 100_000_000
    /// Array libraries stop at 64 dimensions or before.
    static let maximumRank = 64
    static let metadataKey = "__metadata__"

    private(set) var metadata: [String: String] = [:]
    /// In the order of the header.
    private(set) var entries: [Entry] = []
    /// The position of each tensor in `entries`.
    private(set) var index: [String: Int] = [:]

    private let path: String
    private let dataStart: Int

    /// Reads the header of the file whose whole content is `file`.
    ///
    /// - Throws: `FileError` of kind `.malformed`.
    init(file: UnsafeRawBufferPointer, path: String) throws {
        self.path = path
        guard file.count >= Self.lengthByteCount else {
            throw FileError.malformed(
                path, .byte(file.count), "the file ends here, the 8 bytes of the header's length were expected")
        }
        let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(Self.maximumByteCount) else {
            throw FileError.malformed(
                path, .byte(0), "a header of \(length) bytes found, at most \(Self.maximumByteCount) expected")
        }
        dataStart = Self.lengthByteCount + Int(length)
        guard dataStart <= file.count else {
            throw FileError.malformed(
                path, .byte(file.count), "the file ends here, a header up to byte \(dataStart) was expected")
        }
        guard length > 0, file[Self.lengthByteCount] == UInt8(ascii: "{") else {
            throw FileError.malformed(path, .byte(Self.lengthByteCount), "a header that begins with '{' was expected")
        }
        let header = UnsafeRawBufferPointer(rebasing: file[Self.lengthByteCount..<dataStart])
        var scanner = JSONScanner(header, origin: Self.lengthByteCount, path: path)
        try readTensors(&scanner)
        try scanner.end()
        try checkLayout(fileByteCount: file.count)
    }
}

extension SafetensorsHeader {
    private mutating func readTensors(_ scanner: inout JSONScanner) throws {
        var hasMetadata = false
        try scanner.object("an object") { scanner, key, byte in
            if key == Self.metadataKey {
                guard !hasMetadata else { throw duplicate(key, byte) }
                hasMetadata = true
                try readMetadata(&scanner)
                return
            }
            guard index.updateValue(entries.count, forKey: key) == nil else { throw duplicate(key, byte) }
            entries.append(try readEntry(named: key, &scanner, byte: byte))
        }
    }

    private mutating func readMetadata(_ scanner: inout JSONScanner) throws {
        try scanner.object("an object of texts") { scanner, key, byte in
            let value = try scanner.string("a text for \(quoted(key))")
            guard metadata.updateValue(value, forKey: key) == nil else { throw duplicate(key, byte) }
        }
    }

    private func readEntry(named name: String, _ scanner: inout JSONScanner, byte: Int) throws -> Entry {
        var dataType: SafetensorsFile.DataType?
        var shape: (extents: [Int], byte: Int)?
        var offsets: (bounds: [Int], byte: Int)?
        try scanner.object("the description of tensor \(quoted(name))") { scanner, key, byte in
            let valueByte = scanner.nextByte()
            switch key {
            case "dtype" where dataType == nil:
                let text = try scanner.string("a text for dtype")
                dataType = SafetensorsFile.DataType(rawValue: text)
                guard dataType != nil else {
                    let known = SafetensorsFile.DataType.list(SafetensorsFile.DataType.allCases)
                    throw malformed(valueByte, "dtype \(quoted(text)) found, \(known) expected")
                }
            case "shape" where shape == nil:
                shape = (try scanner.counts("a list of whole numbers", limit: Self.maximumRank), valueByte)
            case "data_offsets" where offsets == nil:
                offsets = (try scanner.counts("a list of two whole numbers", limit: 2), valueByte)
            case "dtype", "shape", "data_offsets":
                throw duplicate(key, byte)
            default:
                throw malformed(byte, "key \(quoted(key)) found, dtype, shape or data_offsets expected")
            }
        }
        guard let dataType else { throw missing("dtype", name, byte) }
        guard let shape else { throw missing("shape", name, byte) }
        guard let offsets else { throw missing("data_offsets", name, byte) }
        return try entry(name, dataType, shape: shape, offsets: offsets)
    }

    private func entry(
        _ name: String, _ dataType: SafetensorsFile.DataType, shape: (extents: [Int], byte: Int),
        offsets: (bounds: [Int], byte: Int)
    ) throws -> Entry {
        guard let count = SafetensorsFile.elementCount(shape.extents),
            case let (byteCount, overflow) = count.multipliedReportingOverflow(by: dataType.byteCount), !overflow
        else {
            throw malformed(shape.byte, "tensor \(quoted(name)) of shape \(shape.extents) exceeds \(Int.max) bytes")
        }
        guard offsets.bounds.count == 2, offsets.bounds[0] <= offsets.bounds[1] else {
            throw malformed(
                offsets.byte, "data_offsets \(offsets.bounds) found, a begin and an end that is not before it expected")
        }
        let (begin, end) = (offsets.bounds[0], offsets.bounds[1])
        guard end - begin == byteCount else {
            throw malformed(
                offsets.byte,
                "\(end - begin) bytes found for tensor \(quoted(name)), \(byteCount) expected for "
                    + "\(dataType.rawValue) of shape \(shape.extents)")
        }
        guard end <= Int.max - dataStart else {
            throw malformed(offsets.byte, "an offset of \(end) found, which no file can have")
        }
        return Entry(
            name: name, dataType: dataType, shape: shape.extents, bytes: dataStart + begin..<dataStart + end,
            offsetsByte: offsets.byte)
    }

    /// Every byte of the data must belong to exactly one tensor.
    private func checkLayout(fileByteCount: Int) throws {
        let sorted = entries.sorted {
            ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
        }
        var end = dataStart
        for entry in sorted {
            guard entry.bytes.lowerBound >= end else {
                throw malformed(
                    entry.offsetsByte,
                    "tensor \(quoted(entry.name)) begins at byte \(entry.bytes.lowerBound), inside another tensor "
                        + "that ends at byte \(end)")
            }
            guard entry.bytes.lowerBound == end else {
                throw malformed(
                    end, "\(entry.bytes.lowerBound - end) bytes found that belong to no tensor, tensor "
                        + "\(quoted(entry.name)) expected")
            }
            end = entry.bytes.upperBound
            guard end <= fileByteCount else {
                throw malformed(
                    fileByteCount,
                    "the file ends here, tensor \(quoted(entry.name)) was expected to end at byte \(end)")
            }
        }
        guard end == fileByteCount else {
            throw malformed(
                end, "\(fileByteCount - end) bytes found after the last tensor, the end of the file expected")
        }
    }

    private func malformed(_ byte: Int, _ message: String) -> FileError { .malformed(path, .byte(byte), message) }

    private func duplicate(_ key: String, _ byte: Int) -> FileError {
        malformed(byte, "key \(quoted(key)) found a second time")
    }

    private func missing(_ field: String, _ name: String, _ byte: Int) -> FileError {
        malformed(byte, "tensor \(quoted(name)) found without \(field)")
    }

    /// A name for a message: names from a hostile file may be of any length and hold control characters.
    private func quoted(_ name: String) -> String { Quoted.name(name) }
}

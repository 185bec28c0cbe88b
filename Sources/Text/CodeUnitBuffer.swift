/// UTF-16 code units whose memory is kept from text to text.
///
/// ICU works on UTF-16, so the cleaning steps and the tokenizer do too: a text is widened once, changed in place or
/// between two such buffers, and narrowed token by token.
final class CodeUnitBuffer {
    private(set) var units: UnsafeMutablePointer<UInt16>
    private(set) var capacity: Int
    var count = 0
    /// One token in UTF-8.
    private var scratch: UnsafeMutablePointer<UInt8>
    private var scratchCapacity = 256

    init() {
        capacity = 256
        units = .allocate(capacity: capacity)
        scratch = .allocate(capacity: scratchCapacity)
    }

    deinit {
        units.deallocate()
        scratch.deallocate()
    }

    /// The content as it is now; good until the buffer changes.
    @inline(__always)
    var view: CodeUnits { CodeUnits(units: units, count: count) }

    /// Makes room for `wanted` code units; what the buffer held may be lost.
    func reserve(_ wanted: Int) {
        guard wanted > capacity else { return }
        units.deallocate()
        capacity = max(wanted, capacity * 2)
        units = .allocate(capacity: capacity)
    }

    /// Replaces the content by a text in UTF-8. Bytes that are no UTF-8 become U+FFFD.
    func load(_ bytes: UnsafeBufferPointer<UInt8>) {
        reserve(bytes.count)
        let units = units
        let view = CodeUnits(units: units, count: bytes.count)
        var read = 0
        var write = 0
        while read < bytes.count {
            // Blocks of ASCII are widened at once.
            if bytes.count - read >= 16 {
                let block = UnsafeRawPointer(bytes.baseAddress! + read).loadUnaligned(as: SIMD16<UInt8>.self)
                if block.max() < 0x80 {
                    UnsafeMutableRawPointer(units + write).storeBytes(
                        of: SIMD16<UInt16>(truncatingIfNeeded: block), as: SIMD16<UInt16>.self)
                    read += 16
                    write += 16
                    continue
                }
            }
            let end = min(read + 16, bytes.count)
            while read < end {
                if bytes[read] < 0x80 {
                    units[write] = UInt16(bytes[read])
                    read += 1
                    write += 1
                } else {
                    let (value, length) = Self.decode(bytes, at: read)
                    read += length
                    write += view.store(value, at: write)
                }
            }
        }
        count = write
    }

    private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> (value: UInt32, length: Int) {
        var decoder = Unicode.UTF8.ForwardParser()
        var rest = UnsafeBufferPointer(rebasing: bytes[start..<min(start + 4, bytes.count)]).makeIterator()
        switch decoder.parseScalar(from: &rest) {
        case .valid(let encoded): return (Unicode.UTF8.decode(encoded).value, encoded.count)
        case .error(let length): return (0xFFFD, length)
        case .emptyInput: return (0xFFFD, 1)
        }
    }

    /// The text from code unit `start` up to `end` in UTF-8, in memory that the next call reuses.
    @inline(__always)
    func encode(_ start: Int, _ end: Int) -> UnsafeBufferPointer<UInt8> {
        let wanted = (end - start) * 3
        if scratchCapacity < wanted { growScratch(wanted) }
        let bytes = scratch
        let view = view
        let units = view.units
        var write = 0
        var read = start
        while read < end {
            let unit = units[read]
            if unit < 0x80 {
                bytes[write] = UInt8(truncatingIfNeeded: unit)
                write += 1
                read += 1
                continue
            }
            let (value, length) = view.character(at: read)
            // A lone surrogate, which only a replacement by a user could leave, has no UTF-8.
            let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
            for byte in UTF8.encode(scalar).unsafelyUnwrapped {
                bytes[write] = byte
                write += 1
            }
            read += length
        }
        return UnsafeBufferPointer(start: bytes, count: write)
    }

    private func growScratch(_ wanted: Int) {
        scratch.deallocate()
        scratchCapacity = max(wanted, scratchCapacity * 2)
        scratch = .allocate(capacity: scratchCapacity)
    }

    /// The content as a string.
    func makeString() -> String {
        let units = units
        let count = count
        if view.isASCII {
            return String(unsafeUninitializedCapacity: count) { bytes in
                for index in 0..<count { bytes[index] = UInt8(truncatingIfNeeded: units[index]) }
                return count
            }
        }
        return String(decoding: UnsafeBufferPointer(start: units, count: count), as: UTF16.self)
    }
}

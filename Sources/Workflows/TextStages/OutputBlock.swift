/// Output that is collected and handed on in blocks.
struct OutputBlock {
    private static let capacity = 1 << 16  // bytes
    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(Self.capacity * 2) }

    mutating func append(_ text: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: text) }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func append(_ text: [UInt8]) { bytes.append(contentsOf: text) }

    mutating func append(_ scalar: Unicode.Scalar) { bytes.append(UInt8(ascii: scalar)) }

    /// Appends a number that is not negative, in decimal digits.
    mutating func append(_ number: Int) {
        if number >= 10 { append(number / 10) }
        bytes.append(0x30 + UInt8(number % 10))
    }

    /// Hands on what there is once it fills a block.
    mutating func flushIfFull(_ emit: TextStages.Emit) throws {
        if bytes.count >= Self.capacity { try flush(emit) }
    }

    /// Hands on what there is.
    mutating func flush(_ emit: TextStages.Emit) throws {
        guard !bytes.isEmpty else { return }
        try bytes.withUnsafeBytes(emit)
        bytes.removeAll(keepingCapacity: true)
    }
}

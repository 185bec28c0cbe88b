/// How samples stand in a raw stream: little-endian, channels interleaved, without a header.
public struct PCMFormat: Codable, Hashable, Sendable {
    /// How one sample is written.
    public enum Encoding: String, Codable, CaseIterable, Sendable {
        /// Signed integers of 16 bits.
        case s16
        /// Signed integers of 24 bits in three bytes.
        case s24
        /// Signed integers of 32 bits.
        case s32
        /// Floats of 32 bits; full scale is -1 to 1.
        case f32

        public var byteCount: Int {
            switch self {
            case .s16: 2
            case .s24: 3
            case .s32, .f32: 4
            }
        }
    }

    public var encoding: Encoding
    /// Frames a second.
    public var sampleRate: Int
    public var channelCount: Int

    public init(encoding: Encoding, sampleRate: Int, channelCount: Int = 1) {
        precondition(sampleRate > 0 && channelCount > 0, "\(channelCount) channels at \(sampleRate) Hz")
        self.encoding = encoding
        self.sampleRate = sampleRate
        self.channelCount = channelCount
    }

    /// Bytes of one frame: a sample of every channel.
    public var frameByteCount: Int { encoding.byteCount * channelCount }

    /// One sample as a float.
    func sample(_ bytes: UnsafeRawPointer) -> Float {
        switch encoding {
        case .s16: Float(Int16(littleEndian: bytes.loadUnaligned(as: Int16.self))) / 32_768
        case .s24:
            // The upper three bytes of a 32-bit integer.
            Float(
                Int32(bitPattern: UInt32(bytes.load(as: UInt8.self)) << 8
                    | UInt32(bytes.load(fromByteOffset: 1, as: UInt8.self)) << 16
                    | UInt32(bytes.load(fromByteOffset: 2, as: UInt8.self)) << 24)) / 2_147_483_648
        case .s32: Float(Int32(littleEndian: bytes.loadUnaligned(as: Int32.self))) / 2_147_483_648
        case .f32: Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
        }
    }
}

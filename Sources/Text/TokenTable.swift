/// Tokens numbered in the order in which they were first seen.
///
/// Two tokens are one if their bytes are: `String` would take composed and decomposed forms for equal, which a reader
/// of the model file in another language would not. All bytes stand in one array, so that a vocabulary of a million
/// words takes few allocations, and look-up needs no `String`.
struct TokenTable: Sendable {
    private var bytes: [UInt8] = []
    /// Where each token starts in `bytes`, and at last where the next would.
    private var starts: [Int] = [0]
    private var hashes: [UInt32] = []
    /// Open addressing with linear probing; -1 marks a free slot. The size is a power of two.
    private var slots: [Int32]

    init(capacity: Int = 0) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
    }

    var count: Int { hashes.count }

    subscript(index: Int) -> String {
        String(decoding: bytes[starts[index]..<starts[index + 1]], as: UTF8.self)
    }

    /// Whether the bytes of one token come before those of another.
    func precedes(_ first: Int, _ second: Int) -> Bool {
        bytes[starts[first]..<starts[first + 1]].lexicographicallyPrecedes(bytes[starts[second]..<starts[second + 1]])
    }

    func index(of token: UnsafeBufferPointer<UInt8>) -> Int? {
        let slot = slot(of: token, hash: Self.hash(token))
        return slots[slot] < 0 ? nil : Int(slots[slot])
    }

    /// The token's number, a new one where it was not there.
    mutating func insert(_ token: UnsafeBufferPointer<UInt8>) -> Int {
        let hash = Self.hash(token)
        let slot = slot(of: token, hash: hash)
        if slots[slot] >= 0 { return Int(slots[slot]) }
        let index = count
        slots[slot] = Int32(index)
        hashes.append(hash)
        bytes.append(contentsOf: token)
        starts.append(bytes.count)
        if count * 2 > slots.count { grow() }
        return index
    }

    /// The slot that holds the token, or the free one where it belongs.
    @inline(__always)
    private func slot(of token: UnsafeBufferPointer<UInt8>, hash: UInt32) -> Int {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while true {
            let index = Int(slots[slot])
            if index < 0 || hashes[index] == hash && isEqual(index, token) { return slot }
            slot = (slot + 1) & mask
        }
    }

    @inline(__always)
    private func isEqual(_ index: Int, _ token: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = starts[index]
        guard starts[index + 1] - start == token.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            for offset in 0..<token.count where bytes[start + offset] != token[offset] { return false }
            return true
        }
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        let mask = slots.count - 1
        for (index, hash) in hashes.enumerated() {
            var slot = Int(hash) & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(index)
        }
    }

    /// FNV-1a over 64 bits, folded to 32.
    @inline(__always)
    private static func hash(_ token: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in token { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }
}

extension String {
    /// The bytes of a string of whatever make, without a copy where it has them at hand.
    @inline(__always)
    func withTokenBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        var copy = self
        return copy.withUTF8(body)
    }
}

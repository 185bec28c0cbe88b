/// Tokens numbered in the order in which they were first seen.
///
/// Two tokens are one if their bytes are: `String` would take composed and decomposed forms for equal, which a reader
/// of the model file in another language would not. All bytes stand in one array, so that a vocabulary of a million
/// words takes few allocations, and look-up needs no `String`.
struct TokenTable: Sendable {
    private var bytes: [UInt8] = []
    /// Where each token starts in `bytes`, and at last where the next would.
    private var starts: [Int] = [0]
    /// Open addressing with linear probing; the size is a power of two.
    private var slots: [Slot]

    /// A token's number plus 1, and its hash, which settles nearly every comparison without a look at the bytes.
    private struct Slot {
        var number: UInt32 = 0
        var hash: UInt32 = 0
    }

    init(capacity: Int = 0) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = [Slot](repeating: Slot(), count: size)
    }

    var count: Int { starts.count - 1 }

    subscript(index: Int) -> String {
        String(decoding: bytes[starts[index]..<starts[index + 1]], as: UTF8.self)
    }

    /// Whether the bytes of one token come before those of another.
    func precedes(_ first: Int, _ second: Int) -> Bool {
        bytes[starts[first]..<starts[first + 1]].lexicographicallyPrecedes(bytes[starts[second]..<starts[second + 1]])
    }

    func index(of token: UnsafeBufferPointer<UInt8>) -> Int? {
        let number = slots[slot(of: token, hash: Self.hash(token))].number
        return number == 0 ? nil : Int(number) - 1
    }

    /// The token's number, a new one where it was not there.
    mutating func insert(_ token: UnsafeBufferPointer<UInt8>) -> Int {
        let hash = Self.hash(token)
        let slot = slot(of: token, hash: hash)
        if slots[slot].number != 0 { return Int(slots[slot].number) - 1 }
        bytes.append(contentsOf: token)
        starts.append(bytes.count)
        slots[slot] = Slot(number: UInt32(count), hash: hash)
        if count * 2 > slots.count { grow() }
        return count - 1
    }

    /// The slot that holds the token, or the free one where it belongs.
    private func slot(of token: UnsafeBufferPointer<UInt8>, hash: UInt32) -> Int {
        // One access to each array: this is the innermost loop of counting and numbering a corpus.
        slots.withUnsafeBufferPointer { slots in
            starts.withUnsafeBufferPointer { starts in
                bytes.withUnsafeBufferPointer { bytes in
                    let mask = slots.count - 1
                    var slot = Int(hash) & mask
                    while slots[slot].number != 0 {
                        if slots[slot].hash == hash {
                            let index = Int(slots[slot].number) - 1
                            let start = starts[index]
                            if starts[index + 1] - start == token.count,
                                token.indices.allSatisfy({ token[$0] == bytes[start + $0] })
                            {
                                break
                            }
                        }
                        slot = (slot + 1) & mask
                    }
                    return slot
                }
            }
        }
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: old.count * 2)
        let mask = slots.count - 1
        for entry in old where entry.number != 0 {
            var slot = Int(entry.hash) & mask
            while slots[slot].number != 0 { slot = (slot + 1) & mask }
            slots[slot] = entry
        }
    }

    /// FNV-1a over 64 bits, folded to 32.
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

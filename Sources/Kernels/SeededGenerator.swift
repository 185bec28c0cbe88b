import Glibc

/// The project's only source of random numbers: xoshiro256++ (Blackman and Vigna 2021, "Scrambled linear pseudorandom
/// number generators"), seeded through SplitMix64.
///
/// The same seed gives the same numbers on every machine.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    @usableFromInline var state: (UInt64, UInt64, UInt64, UInt64)

    public init(seed: UInt64) {
        var mixer = seed
        func next() -> UInt64 {
            mixer &+= 0x9e37_79b9_7f4a_7c15
            return SeededGenerator.mix(mixer)
        }
        state = (next(), next(), next(), next())
    }

    /// A generator of its own for each purpose, place or time: streams with different keys are independent.
    public init(seed: UInt64, keys: UInt64...) { self.init(seed: Self.derive(seed, keys)) }

    /// A seed made from a seed and keys.
    public static func derive(_ seed: UInt64, _ keys: [UInt64]) -> UInt64 {
        keys.reduce(mix(seed &+ 0x9e37_79b9_7f4a_7c15)) { value, key in mix(value ^ mix(key &+ 0xd1b5_4a32_d192_ed03)) }
    }

    /// A key made from a name.
    public static func key(_ name: String) -> UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325) { hash, byte in (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }  // FNV-1a
    }

    @inlinable
    public mutating func next() -> UInt64 {
        @inline(__always) func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
            (value << bits) | (value >> (64 - bits))
        }
        let result = rotate(state.0 &+ state.3, 23) &+ state.0
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotate(state.3, 45)
        return result
    }

    /// A number in 0..<bound, each as likely as the next (Lemire 2019, without its correction: the bias is below
    /// bound / 2^64).
    @inlinable
    public mutating func index(below bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Shuffles as Fisher and Yates do. Spelled out because orders, and with them models, must not depend on the
    /// version of the standard library.
    @inlinable
    public mutating func shuffle(_ order: inout [some Any]) {
        for last in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(last, index(below: last + 1)) }
    }

    /// A number in [0, 1), uniformly, of 53 random bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number from the standard normal distribution (Box and Muller 1958).
    public mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    /// The finaliser of SplitMix64: every bit of the input reaches every bit of the output.
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

import Kernels

/// Short sounds of three classes that differ in their course over time alone: tones that rise, fall, or rise and fall.
///
/// Pitch, length and loudness are drawn at random, and there is noise beside them.
public struct SweepSounds {
    public static let labels = ["bump", "fall", "rise"]
    public static let sampleRate = 8_000
    /// Who made them, each with a pitch of its own.
    public static let groups = ["ann", "ben", "cas"]

    private let count: Int

    /// - Parameter count: Sounds of each class and group.
    public init(_ count: Int) { self.count = count }

    /// `label_group_index.wav` and its bytes.
    public var files: [(name: String, bytes: [UInt8])] {
        Self.labels.flatMap { label in
            Self.groups.flatMap { group in
                (0..<count).map { index in
                    ("\(label)_\(group)_\(index).wav", Self.wav(Self.samples(label, group, index)))
                }
            }
        }
    }

    /// One sound, the same every time.
    public static func samples(_ label: String, _ group: String, _ index: Int, seconds: Double? = nil) -> [Float] {
        var generator = SeededGenerator(
            seed: UInt64(index), keys: SeededGenerator.key(label), SeededGenerator.key(group))
        let length = seconds ?? 0.3 + 0.2 * generator.uniform()
        let count = Int(length * Double(sampleRate))
        let base = 300.0 * (1 + Double(groups.firstIndex(of: group) ?? 0) * 0.3) * (1 + 0.1 * generator.uniform())
        let level = 0.1 + 0.4 * generator.uniform()
        var phase = 0.0
        return (0..<count).map { place in
            let time = Double(place) / Double(count)
            let height = switch label {
                case "rise": time
                case "fall": 1 - time
                default: 1 - abs(2 * time - 1)
            }
            phase += base * (1 + 2 * height) / Double(sampleRate)
            phase -= phase.rounded(.down)
            // A triangle, which has overtones.
            return Float(level * (4 * abs(phase - 0.5) - 1) + 0.01 * generator.normal())
        }
    }

    /// A WAV file of 16 bits; samples of several channels stand side by side.
    public static func wav(
        _ samples: [Float], sampleRate: Int = SweepSounds.sampleRate, channels: Int = 1
    ) -> [UInt8] {
        func little(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> (8 * $0) & 255) } }
        let data = pcm(samples)
        return Array("RIFF".utf8) + little(36 + data.count, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + little(1, 2)
            + little(channels, 2) + little(sampleRate, 4) + little(2 * channels * sampleRate, 4)
            + little(2 * channels, 2) + little(16, 2)
            + Array("data".utf8) + little(data.count, 4) + data
    }

    /// Raw samples of 16 bits, little-endian.
    public static func pcm(_ samples: [Float]) -> [UInt8] {
        samples.flatMap { sample -> [UInt8] in
            let value = Int16(max(-32_767, min(32_767, (sample * 32_767).rounded())))
            return [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
        }
    }
}

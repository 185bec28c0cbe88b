import Audio
import CSndFile
import Files
import Kernels
import Testing

@Suite struct StreamTests {
    @Test(arguments: PCMFormat.Encoding.allCases)
    func rawStreamsAreRead(encoding: PCMFormat.Encoding) throws {
        let folder = try SoundFolder()
        let values: [Float] = [0, 0.5, -0.5, 0.25, -1, 0.125]
        var bytes: [UInt8] = []
        for value in values {
            let whole = Int64(value * 2_147_483_648)
            switch encoding {
            case .s16: bytes += (2..<4).map { UInt8(truncatingIfNeeded: whole >> (8 * $0)) }
            case .s24: bytes += (1..<4).map { UInt8(truncatingIfNeeded: whole >> (8 * $0)) }
            case .s32: bytes += (0..<4).map { UInt8(truncatingIfNeeded: whole >> (8 * $0)) }
            case .f32: bytes += (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
            }
        }
        try folder.write(bytes, to: "raw")
        let mono = PCMFormat(encoding: encoding, sampleRate: 8000)
        #expect(try SampleStream(raw: folder["raw"], format: mono).readAll() == values)
        let stereo = PCMFormat(encoding: encoding, sampleRate: 8000, channelCount: 2)
        #expect(try SampleStream(raw: folder["raw"], format: stereo).readAll() == [0.25, -0.125, -0.4375])
        // A stream that ends within a frame was cut.
        try folder.write(Array(bytes.dropLast()), to: "cut")
        let error = try #require(fileError { try SampleStream(raw: folder["cut"], format: mono).readAll() })
        #expect(error.place == .byte(bytes.count - 1))
    }

    @Test func rawFloatsMustBeFinite() throws {
        let folder = try SoundFolder()
        try folder.write([0, 0, 0, 0, 0, 0, 0xC0, 0x7F], to: "raw")
        let format = PCMFormat(encoding: .f32, sampleRate: 8000)
        let error = fileError { try SampleStream(raw: folder["raw"], format: format).readAll() }
        #expect(error?.message.contains("frame 1") == true)
    }

    /// From the lowest to the highest rate and back a tone stays what it is, and in its place.
    @Test(arguments: [(8000, 192_000), (192_000, 8000), (44_100, 16_000), (11_025, 48_000)])
    func resamplingKeepsATone(from: Int, to: Int) {
        let clip = AudioClip(samples: tone(440, seconds: 0.5, sampleRate: from), sampleRate: from)
        let resampled = clip.resampled(to: to)
        let expected = tone(440, seconds: 0.5, sampleRate: to)
        #expect(abs(Double(resampled.samples.count) - Double(clip.samples.count * to) / Double(from)) <= 1)
        let inner = expected.count / 10..<expected.count * 9 / 10
        #expect(inner.allSatisfy { abs(resampled.samples[$0] - expected[$0]) < 1e-3 })
    }

    @Test func whatTheNewRateCannotHoldIsTakenOut() {
        let clip = AudioClip(samples: tone(6000, seconds: 0.5, sampleRate: 16_000), sampleRate: 16_000)
        let resampled = clip.resampled(to: 8000).samples.dropFirst(200).dropLast(200)
        #expect(resampled.allSatisfy { abs($0) < 1e-3 })
    }

    /// A file in blocks and a clip at once are the same sound.
    @Test func blocksAreTheWhole() throws {
        let folder = try SoundFolder()
        try folder.write(
            tone(700, seconds: 5, sampleRate: 44_100), to: "x.flac", format: SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
            sampleRate: 44_100)
        let stream = try SampleStream(file: folder["x.flac"], sampleRate: 16_000)
        var (block, samples, largest) = ([Float](), [Float](), 0)
        while try stream.read(into: &block) {
            samples += block
            largest = max(largest, block.count)
        }
        #expect(largest < 17_000)
        #expect(samples == (try AudioClip.read(path: folder["x.flac"], sampleRate: 16_000)).samples)
        #expect(abs(samples.count - 80_000) <= 1)
    }
}

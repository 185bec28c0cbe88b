import Audio
import CSndFile
import Files
import TestSupport
import Testing

@Suite struct FormatTests {
    /// Container, encoding, and the largest error that the encoding may make.
    static let formats: [(String, Int, Float)] = [
        ("a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 1e-4), ("b.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 1e-6),
        ("c.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 0), ("d.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 0.01),
        ("e.wav", SF_FORMAT_WAV | SF_FORMAT_ULAW, 0.03), ("f.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 1e-4),
        ("g.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 1e-4), ("h.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0.1),
        ("i.caf", SF_FORMAT_CAF | SF_FORMAT_PCM_32, 1e-6), ("j.au", SF_FORMAT_AU | SF_FORMAT_PCM_16, 1e-4),
        ("k.opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 0.1),
    ]

    /// MPEG audio came into libsndfile with 1.1; where it was built without, there is nothing to test.
    private static let mp3 = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III
    private static let writesMP3: Bool = {
        var header = SF_INFO(
            frames: 0, samplerate: 44_100, channels: 1, format: Int32(mp3), sections: 0, seekable: 0)
        return sf_format_check(&header) != 0
    }()

    @Test(.enabled(if: writesMP3, "this libsndfile has no MP3"), arguments: [8000, 44_100])
    func mp3IsRead(rate: Int) throws {
        let folder = try SoundFolder()
        let samples = tone(440, seconds: 2, sampleRate: rate)
        try folder.write(samples, to: "a.mp3", format: Self.mp3, sampleRate: rate)
        let info = try AudioInfo.read(path: folder["a.mp3"])
        #expect(info.format.hasPrefix("MPEG") && info.sampleRate == rate)
        let clip = try AudioClip.read(path: folder["a.mp3"])
        // The encoder adds silence at both ends, and says so to those decoders that listen.
        #expect(clip.samples.count >= samples.count && clip.samples.count < samples.count + 5000)
        let settings = FeatureSettings(.spectrogram, sampleRate: rate)
        let features = try FeatureExtractor(settings).features(of: clip.samples)
        let frame = features.frame(features.frameCount / 2)
        let loudest = frame.indices.max { frame[$0] < frame[$1] }! - frame.startIndex
        #expect(loudest == Int((440 * Double(settings.transformLength) / Double(rate)).rounded()))
        // Cut in the middle it is a shorter sound, or an error that names it: frames stand for themselves in MPEG.
        let bytes = try folder.bytes("a.mp3")
        try folder.write(Array(bytes[..<(bytes.count / 2)]), to: "cut.mp3")
        do {
            #expect(try AudioClip.read(path: folder["cut.mp3"]).samples.count < clip.samples.count * 2 / 3)
        } catch let error as FileError { #expect(error.path == folder["cut.mp3"]) }
    }

    @Test(arguments: formats.indices)
    func everyFormatIsRead(index: Int) throws {
        let (name, format, tolerance) = Self.formats[index]
        let folder = try SoundFolder()
        let samples = tone(440, seconds: 0.5)
        try folder.write(samples, to: name, format: format)
        let clip = try AudioClip.read(path: folder[name])
        #expect(clip.sampleRate == 8000)
        #expect(clip.samples.count == samples.count)
        #expect(zip(clip.samples, samples).allSatisfy { abs($0 - $1) <= tolerance })
        let info = try AudioInfo.read(path: folder[name])
        #expect(info.frameCount == samples.count)
        #expect(info.channelCount == 1)
        #expect(info.seconds == 0.5)
    }

    @Test func theContentDecidesNotTheName() throws {
        let folder = try SoundFolder()
        try folder.write(tone(440, seconds: 0.1), to: "song.mp3", format: SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
        #expect(try AudioClip.read(path: folder["song.mp3"]).samples.count == 800)
        #expect(try AudioInfo.read(path: folder["song.mp3"]).format.hasPrefix("FLAC"))
    }

    @Test func channelsAreMixedToTheirMean() throws {
        let folder = try SoundFolder()
        let frames = (0..<1000).flatMap { frame in (0..<8).map { Float($0) / 100 + Float(frame) / 4000 } }
        try folder.write(frames, to: "eight.wav", format: SF_FORMAT_WAV | SF_FORMAT_FLOAT, channels: 8)
        let clip = try AudioClip.read(path: folder["eight.wav"])
        #expect(clip.samples.count == 1000)
        #expect(clip.samples.indices.allSatisfy { abs(clip.samples[$0] - (0.035 + Float($0) / 4000)) < 1e-6 })
        #expect(try AudioInfo.read(path: folder["eight.wav"]).channelCount == 8)
    }

    @Test func silenceAndClippedSoundsAreSounds() throws {
        let folder = try SoundFolder()
        try folder.write([Float](repeating: 0, count: 800), to: "s.wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_16)
        #expect(try AudioClip.read(path: folder["s.wav"]).samples == [Float](repeating: 0, count: 800))
        let loud: [Float] = [1, -1, 1, -1, 1]
        try folder.write(loud, to: "c.wav", format: SF_FORMAT_WAV | SF_FORMAT_FLOAT)
        #expect(try AudioClip.read(path: folder["c.wav"]).samples == loud)
    }

    /// What is written is read back, beyond full scale cut off.
    @Test(arguments: AudioClip.Container.allCases)
    func writtenClipsAreReadBack(container: AudioClip.Container) throws {
        let folder = try SoundFolder()
        let clip = AudioClip(samples: tone(300, seconds: 0.3, sampleRate: 11_025) + [1.5, -1.5], sampleRate: 11_025)
        try clip.write(to: folder["x"], as: container, replacing: false)
        let read = try AudioClip.read(path: folder["x"])
        #expect(read.sampleRate == 11_025)
        let expected = clip.samples.map { min(1, max(-1, $0)) }
        #expect(read.samples.count == expected.count)
        #expect(zip(read.samples, expected).allSatisfy { abs($0 - $1) < 1e-4 })
        let before = try folder.bytes("x")
        #expect(fileError { try clip.write(to: folder["x"], as: container, replacing: false) }?.kind == .cannotCreate)
        try clip.write(to: folder["x"], as: container, replacing: true)
        #expect(try folder.bytes("x") == before)
    }

    @Test(.enabled(if: PackageRoot.hasSharedData("speech/recordings"), "real recordings are not there"))
    func realRecordingsAreRead() throws {
        let path = PackageRoot.sharedData("speech/recordings")
        let list = try ClipList.read(path: path, pattern: NamePattern("{label}_{group}_{index}.wav"))
        #expect(list.labels == (0...9).map(String.init))
        #expect(list.groups.count == 5)
        #expect(list.clips.count == 2500)
        let clip = try AudioClip.read(path: list.clips[0].path, sampleRate: 16_000)
        #expect(clip.sampleRate == 16_000)
        #expect(clip.seconds > 0.1 && clip.seconds < 3)
        let split = try list.split(.testPattern(Wildcard("*_[0-4].wav")), seed: 1)
        #expect(split.test.count == 250)
        #expect(split.training.count == 2250)
    }
}

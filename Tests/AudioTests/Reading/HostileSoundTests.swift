import Audio
import CSndFile
import Files
import Testing

@Suite struct HostileSoundTests {
    private func sound(_ folder: SoundFolder, _ format: Int, _ name: String) throws -> [UInt8] {
        try folder.write(tone(440, seconds: 0.5), to: name, format: format)
        return try folder.bytes(name)
    }

    @Test func whatIsNotThereIsMissing() throws {
        let folder = try SoundFolder()
        #expect(fileError { try AudioClip.read(path: folder["none.wav"]) }?.kind == .missing)
        #expect(fileError { try AudioClip.read(path: folder.path) }?.kind == .missing)
        #expect(fileError { try AudioInfo.read(path: folder["none.wav"]) }?.kind == .missing)
    }

    @Test(arguments: [
        "", "not a sound at all, but a text that goes on for some time", "RIFF", "RIFF\u{0}\u{0}\u{0}\u{0}WAVE",
    ])
    func whatIsNoSoundIsRefused(content: String) throws {
        let folder = try SoundFolder()
        try folder.write(content, to: "x.wav")
        let error = try #require(fileError { try AudioClip.read(path: folder["x.wav"]) })
        #expect(error.kind == .malformed)
        #expect(error.path == folder["x.wav"])
    }

    /// Wherever a WAV or AIFF file is cut, an error names it.
    @Test(arguments: [SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_AIFF | SF_FORMAT_PCM_16])
    func cutFilesAreRefused(format: Int) throws {
        let folder = try SoundFolder()
        let bytes = try sound(folder, format, "whole")
        for count in [1, 11, 12, 20, 30, 43, 44, 45, 60, bytes.count / 2, bytes.count - 1] {
            try folder.write(Array(bytes[..<count]), to: "cut")
            let error = fileError { try AudioClip.read(path: folder["cut"]) }
            #expect(error?.kind == .malformed, "\(count) of \(bytes.count) bytes")
            #expect(error?.path == folder["cut"])
        }
    }

    @Test func theByteOfTheCutIsNamed() throws {
        let folder = try SoundFolder()
        let bytes = try sound(folder, SF_FORMAT_WAV | SF_FORMAT_PCM_16, "whole.wav")
        try folder.write(Array(bytes[..<5000]), to: "cut.wav")
        #expect(fileError { try AudioInfo.read(path: folder["cut.wav"]) }?.place == .byte(5000))
    }

    @Test func cutFLACFilesAreRefused() throws {
        let folder = try SoundFolder()
        let bytes = try sound(folder, SF_FORMAT_FLAC | SF_FORMAT_PCM_16, "whole.flac")
        for count in [10, 60, bytes.count / 2, bytes.count - 100] {
            try folder.write(Array(bytes[..<count]), to: "cut.flac")
            #expect(fileError { try AudioClip.read(path: folder["cut.flac"]) }?.kind == .malformed, "\(count)")
        }
    }

    /// Bytes that were overwritten anywhere give a sound or an error, never a crash, and no sample that is not finite.
    @Test(arguments: [SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                      SF_FORMAT_OGG | SF_FORMAT_VORBIS])
    func damagedBytesDoNoHarm(format: Int) throws {
        let folder = try SoundFolder()
        let bytes = try sound(folder, format, "whole")
        for place in Array(0..<64) + Array(stride(from: 64, to: bytes.count, by: bytes.count / 40)) {
            var damaged = bytes
            damaged[place] ^= 0xFF
            try folder.write(damaged, to: "damaged")
            do {
                let clip = try AudioClip.read(path: folder["damaged"])
                #expect(clip.samples.allSatisfy { $0.isFinite })
            } catch {
                #expect(error is FileError, "\(error)")
            }
        }
    }

    /// Programs that write to a pipe do not know the length, and promise the longest.
    @Test func lengthsThatNobodyKnewAreTaken() throws {
        let folder = try SoundFolder()
        var bytes = try sound(folder, SF_FORMAT_WAV | SF_FORMAT_PCM_16, "whole.wav")
        for place in [4, 40] { bytes.replaceSubrange(place..<place + 4, with: [255, 255, 255, 255]) }
        try folder.write(bytes, to: "piped.wav")
        #expect(try AudioClip.read(path: folder["piped.wav"]).samples.count == 4000)
    }

    @Test func zeroFramesAreRefused() throws {
        let folder = try SoundFolder()
        try folder.write([Float](), to: "empty.wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_16)
        let error = try #require(fileError { try AudioClip.read(path: folder["empty.wav"]) })
        #expect(error.kind == .malformed)
        #expect(error.message.contains("no frame"))
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func samplesThatAreNotFiniteAreRefused(value: Float) throws {
        let folder = try SoundFolder()
        var samples = tone(440, seconds: 4)
        samples[20_123] = value
        try folder.write(samples, to: "x.wav", format: SF_FORMAT_WAV | SF_FORMAT_FLOAT)
        let error = try #require(fileError { try AudioClip.read(path: folder["x.wav"]) })
        #expect(error.kind == .malformed)
        #expect(error.message.contains("20123"))
    }
}

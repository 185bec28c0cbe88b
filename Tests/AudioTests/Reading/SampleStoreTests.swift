import Audio
import CSndFile
import Kernels
import Testing

@Suite struct SampleStoreTests {
    /// Sounds in memory, in the file, and half in either are what was read, from several threads at once.
    @Test(arguments: [0, 300_000, 1 << 24])
    func soundsAreReadBack(capacity: Int) throws {
        let folder = try SoundFolder()
        let seconds = [40.0, 0.01, 70, 33]
        for (place, seconds) in seconds.enumerated() {
            try folder.write(
                tone(100 + Double(place), seconds: seconds), to: "\(place).wav", format: SF_FORMAT_WAV | SF_FORMAT_FLOAT
            )
        }
        let (store, path) = (SampleStore(capacity: capacity), folder.path)
        nonisolated(unsafe) var sounds = [StoredSound?](repeating: nil, count: seconds.count)
        sounds.withUnsafeMutableBufferPointer { sounds in
            nonisolated(unsafe) let sounds = sounds
            WorkerPool(threadCount: 2).run(seconds.count) { place in
                sounds[place] = try? store.keep(SampleStream(file: "\(path)/\(place).wav"))
            }
        }
        #expect(store.usesFile == (capacity < 1 << 24))
        for (place, seconds) in seconds.enumerated() {
            let (sound, expected) = (try #require(sounds[place]), tone(100 + Double(place), seconds: seconds))
            #expect(sound.sampleCount == expected.count && !sound.isSilent)
            for range in [0..<expected.count, 0..<1, expected.count / 3..<expected.count * 2 / 3, 5..<5] {
                let read = [Float](unsafeUninitializedCapacity: range.count) { buffer, count in
                    if let start = buffer.baseAddress { sound.read(range, into: start) }
                    count = range.count
                }
                #expect(read == Array(expected[range]))
            }
        }
        try store.check()
    }

    @Test func silenceIsSeen() throws {
        let folder = try SoundFolder()
        try folder.write(
            [Float](repeating: 0, count: 20_000), to: "a.wav", format: SF_FORMAT_WAV | SF_FORMAT_PCM_16)
        #expect(try SampleStore().keep(SampleStream(file: folder["a.wav"])).isSilent)
    }
}

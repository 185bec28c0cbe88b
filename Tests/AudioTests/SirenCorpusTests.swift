import Audio
import Foundation
import Kernels
import Testing

@Suite struct SirenCorpusTests {
    private let corpus = SirenCorpus(
        .init(seed: 4, sourceCount: 2, seconds: 0.5, sampleRate: 8000, signalToNoise: [-10, 20]))

    @Test func theSameSeedGivesTheSameBytes() throws {
        let folder = try SoundFolder()
        try corpus.write(to: folder["a"], replacing: false, pool: WorkerPool(threadCount: 2))
        try corpus.write(to: folder["b"], replacing: false, pool: WorkerPool(threadCount: 1))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder["a"]).sorted()
        #expect(names.count == 8 * 2 * 2 + 1)
        for name in names { #expect(try folder.bytes("a/\(name)") == folder.bytes("b/\(name)"), "\(name)") }
        let other = SirenCorpus(
            .init(seed: 5, sourceCount: 2, seconds: 0.5, sampleRate: 8000, signalToNoise: [-10, 20]))
        #expect(other.clip(other.entries[0]) != corpus.clip(corpus.entries[0]))
        #expect(fileError {
            try corpus.write(to: folder["a"], replacing: false, pool: WorkerPool(threadCount: 1))
        }?.kind == .cannotCreate)
    }

    @Test func theManifestIsADataSet() throws {
        let folder = try SoundFolder()
        try corpus.write(to: folder["a"], replacing: false, pool: WorkerPool(threadCount: 2))
        let list = try ClipList.read(path: folder["a/sirens.csv"])
        #expect(list.labels == ["other", "siren"])
        #expect(list.clips.count == 32)
        #expect(list.labelCounts == [20, 12])
        #expect(list.folds == ["1", "2"])
        #expect(list.groups.count == 16)
        #expect(Set(list.clips.map { $0.attributes["snr"] }) == ["-10", "20"])
        let folds = try list.folds(.eachFold, seed: 1)
        for fold in folds {
            let trained = Set(fold.training.map { list.clips[$0].group! })
            #expect(trained.isDisjoint(with: fold.test.map { list.clips[$0].group! }))
        }
        for clip in list.clips {
            let sound = try AudioClip.read(path: clip.path)
            #expect(sound.samples.count == 4000)
            let largest = sound.samples.map(abs).max()!
            #expect(largest > 0.24 && largest < 0.91)
        }
    }

    /// The pitch of a siren moves between its bounds: most of a clean yelp's power is in its partials, from 400 Hz on.
    @Test(arguments: [SirenCorpus.Kind.wail, .yelp, .hiLo])
    func sirensHaveTheirPitch(kind: SirenCorpus.Kind) throws {
        let clean = SirenCorpus(
            .init(seed: 2, sourceCount: 3, seconds: 1, sampleRate: 16_000, signalToNoise: [60]))
        let extractor = try FeatureExtractor(FeatureSettings(.spectrogram, sampleRate: 16_000))
        for entry in clean.entries where entry.kind == kind {
            let features = extractor.features(of: clean.clip(entry).samples)
            var loudest: [Double] = []
            for frame in 5..<features.frameCount - 5 {
                let lines = features.frame(frame)
                loudest.append(Double(lines.indices.max { lines[$0] < lines[$1] }! - lines.startIndex) * 31.25)
            }
            // Doppler moves 380 to 1,950 Hz by a tenth at most; echoes may let a partial stand out.
            #expect(loudest.count { $0 > 330 && $0 < 2200 } > loudest.count * 8 / 10)
            #expect(loudest.max()! - loudest.min()! > 50)
        }
    }
}

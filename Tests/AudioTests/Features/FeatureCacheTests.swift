import Audio
import Foundation
import Kernels
import Testing

@Suite struct FeatureCacheTests {
    private func names(_ folder: SoundFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder["cache"]).sorted()
    }

    @Test func sameSoundAndSettingsAreReadBack() throws {
        let folder = try SoundFolder()
        let cache = try FeatureCache(folder: folder["cache"])
        let extractor = try FeatureExtractor(FeatureSettings(.logMel, sampleRate: 8000))
        let sound = tone(440, seconds: 0.3)
        let features = cache.features(of: sound, with: extractor)
        #expect(features == extractor.features(of: sound))
        let kept = try names(folder)
        #expect(kept.count == 1)
        // The time of its last change tells that the file was read, not written anew.
        let path = folder["cache/\(kept[0])"]
        let before = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        #expect(try FeatureCache(folder: folder["cache"]).features(of: sound, with: extractor) == features)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date == before)
        // Another sound and other settings have files of their own.
        _ = cache.features(of: sound.map { $0 + 1e-6 }, with: extractor)
        var settings = extractor.settings
        settings.floor *= 2
        _ = try cache.features(of: sound, with: FeatureExtractor(settings))
        #expect(try names(folder).count == 3)
    }

    @Test func damagedFilesAreWrittenAnew() throws {
        let folder = try SoundFolder()
        let cache = try FeatureCache(folder: folder["cache"])
        let extractor = try FeatureExtractor(FeatureSettings(.mfcc, sampleRate: 8000))
        let sound = tone(440, seconds: 0.3)
        let features = cache.features(of: sound, with: extractor)
        let name = "cache/" + (try names(folder))[0]
        let bytes = try folder.bytes(name)
        for damage in [{ $0.removeLast() }, { $0[40] ^= 1 }, { $0[0] ^= 1 }, { $0 = [] }] as [(inout [UInt8]) -> Void] {
            var damaged = bytes
            damage(&damaged)
            try folder.write(damaged, to: name)
            #expect(cache.features(of: sound, with: extractor) == features)
            #expect(try folder.bytes(name) == bytes)
        }
    }

    @Test func whatCannotBeKeptIsComputedAndSaid() throws {
        let folder = try SoundFolder()
        let cache = try FeatureCache(folder: folder["cache"])
        let extractor = try FeatureExtractor(FeatureSettings(.logMel, sampleRate: 8000))
        #expect(cache.failure == nil)
        try FileManager.default.removeItem(atPath: folder["cache"])
        let sound = tone(440, seconds: 0.3)
        #expect(cache.features(of: sound, with: extractor) == extractor.features(of: sound))
        #expect(cache.failure?.kind == .cannotCreate)
    }

    /// Two threads that have the same sound do not get into each other's way.
    @Test func manyThreadsKeepTheSameSound() throws {
        let folder = try SoundFolder()
        let cache = try FeatureCache(folder: folder["cache"])
        let extractor = try FeatureExtractor(FeatureSettings(.logMel, sampleRate: 8000))
        let sounds = (0..<40).map { tone(100 + 50 * Double($0 % 4), seconds: 0.05) }
        WorkerPool(threadCount: 4).run(sounds.count) { place in
            _ = cache.features(of: sounds[place], with: extractor)
        }
        #expect(cache.failure == nil)
        #expect(try names(folder).count == 4)
    }

    @Test func aFileInThePlaceOfTheFolderIsRefused() throws {
        let folder = try SoundFolder()
        try folder.write("x", to: "cache")
        #expect(fileError { try FeatureCache(folder: folder["cache"]) }?.kind == .cannotCreate)
    }
}

import Files
import Glibc
import Synchronization

/// Keeps features in a folder, under a name made of the samples and of the settings: other sounds or other settings
/// have other names, and nothing stale is ever read.
///
///     let cache = try FeatureCache(folder: "features")
///     let features = cache.features(of: clip.samples, with: extractor)
///
/// A file that is damaged or of another version counts as not there, and is written anew. What cannot be written is
/// computed again: `failure` says why.
public final class FeatureCache: Sendable {
    public let folder: String
    /// The first failure of writing; one thread writes at a time, for two may have the same sound.
    private let writing = Mutex<FileError?>(nil)

    /// Why features could not be kept, where that was so; nothing is wrong with the features.
    public var failure: FileError? { writing.withLock { $0 } }

    /// - Throws: `FileError` where the folder neither exists nor can be made.
    public init(folder: String) throws {
        self.folder = folder
        var status = stat()
        guard mkdir(folder, 0o777) != 0 else { return }
        let message = InputFile.systemMessage()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw FileError(.cannotCreate, path: folder, "the folder cannot be made: \(message)")
        }
    }

    /// The features of one sound, from the folder where they are there, else computed and kept.
    public func features(
        of samples: [Float], with extractor: FeatureExtractor, workspace: FeatureExtractor.Workspace? = nil
    ) -> Features {
        let path = "\(folder)/\(name(samples, extractor.settings)).features"
        let frames = extractor.frameCount(sampleCount: samples.count)
        if let kept = Self.read(path, frames: frames, channels: extractor.channelCount) { return kept }
        let features = extractor.features(of: samples, workspace: workspace)
        writing.withLock { failure in
            do {
                try Self.keep(features, at: path)
            } catch {
                failure = failure ?? error as? FileError
            }
        }
        return features
    }

    private static func keep(_ features: Features, at path: String) throws {
        // A file that a crash cut short is found out by its checksum.
        try OutputFile.write(to: path, replacing: true, flushes: false) { writer in
            try features.values.withUnsafeBytes { values in
                try header(
                    features.frameCount, features.channelCount, checksum: ContentHash.of(values)
                ).withUnsafeBytes { try writer.append($0) }
                try writer.append(values)
            }
        }
    }

    /// 32 hexadecimal digits.
    private func name(_ samples: [Float], _ settings: FeatureSettings) -> String {
        // The settings in words: every one stands there with its name.
        var words = Array("\(settings)".utf8)
        words.append(0)
        let first = words.withUnsafeBytes { ContentHash.of($0) }
        let names = [first, first ^ 0x5851_f42d_4c95_7f2d].map { seed in
            let digits = String(samples.withUnsafeBytes { ContentHash.of($0, seed: seed) }, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return names.joined()
    }

    private static let magic: UInt64 = 0x3154_4145_4654_4e43  // "CNTFEAT1"

    private static func header(_ frames: Int, _ channels: Int, checksum: UInt64) -> [UInt64] {
        [magic.littleEndian, UInt64(frames).littleEndian, UInt64(channels).littleEndian, checksum.littleEndian]
    }

    private static func read(_ path: String, frames: Int, channels: Int) -> Features? {
        guard OutputFile.exists(path), let bytes = try? InputFile.bytes(at: path) else { return nil }
        let headerSize = 4 * MemoryLayout<UInt64>.size
        guard bytes.count == headerSize + 4 * frames * channels else { return nil }
        return bytes.withUnsafeBytes { bytes in
            let body = UnsafeRawBufferPointer(rebasing: bytes[headerSize...])
            let found = (0..<4).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) }
            guard found == header(frames, channels, checksum: ContentHash.of(body)) else { return nil }
            let values = [Float](unsafeUninitializedCapacity: frames * channels) { buffer, count in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: body)
                count = frames * channels
            }
            return Features(values: values, frameCount: frames, channelCount: channels)
        }
    }
}

/// A hash of bytes that tells contents apart; not one against someone who means harm.
enum ContentHash {
    /// Eight bytes at a time, each mixed in by a multiplication whose halves are folded together.
    static func of(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
            let product = a.multipliedFullWidth(by: b)
            return product.high ^ product.low
        }
        var hash = seed ^ 0x9e37_79b9_7f4a_7c15
        var offset = 0
        while offset + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            hash = mix(hash ^ word, 0xd1b5_4a32_d192_ed03) &+ 0x2545_f491_4f6c_dd1d
            offset += 8
        }
        var last: UInt64 = 0
        for place in offset..<bytes.count { last = last << 8 | UInt64(bytes[place]) }
        return mix(hash ^ last, 0xbf58_476d_1ce4_e5b9) ^ mix(UInt64(bytes.count) &+ hash, 0x94d0_49bb_1331_11eb)
    }
}

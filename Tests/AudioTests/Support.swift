import Audio
import CSndFile
import Files
import Foundation
import Kernels
import Testing

/// A new folder that goes when nobody refers to it any more.
final class SoundFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "cantus-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    subscript(name: String) -> String { path + "/" + name }

    func bytes(_ name: String) throws -> [UInt8] { try InputFile.bytes(at: self[name]) }

    /// Writes bytes, and makes the folders on the way.
    func write(_ bytes: [UInt8], to name: String) throws {
        let url = URL(fileURLWithPath: self[name])
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    /// Writes interleaved frames in any of libsndfile's formats.
    func write(_ samples: [Float], to name: String, format: Int, sampleRate: Int = 8000, channels: Int = 1) throws {
        try write([], to: name)
        var header = SF_INFO()
        header.samplerate = Int32(sampleRate)
        header.channels = Int32(channels)
        header.format = Int32(format)
        let handle = try #require(sf_open(self[name], Int32(SFM_WRITE), &header), "\(name) can be written")
        let count = samples.withUnsafeBufferPointer {
            sf_writef_float(handle, $0.baseAddress, sf_count_t($0.count / channels))
        }
        #expect(count == samples.count / channels)
        sf_close(handle)
    }
}

/// A sine of amplitude 0.5.
func tone(_ hertz: Double, seconds: Double, sampleRate: Int = 8000) -> [Float] {
    (0..<Int(seconds * Double(sampleRate))).map { place in
        Float(0.5 * sin(2 * .pi * hertz * Double(place) / Double(sampleRate)))
    }
}

/// The error of a file that `body` throws.
func fileError<Value>(_ body: () throws -> Value) -> FileError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? FileError
    }
}

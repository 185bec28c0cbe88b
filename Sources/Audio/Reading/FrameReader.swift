import Files
import Kernels

/// Where mono frames come from, block by block.
protocol FrameReader: AnyObject {
    /// The name of the source in messages.
    var name: String { get }
    /// Frames a second.
    var sampleRate: Int { get }
    /// Frames in all, where that is known beforehand.
    var expectedFrameCount: Int? { get }
    /// Replaces `output` by the next frames, mixed to mono, at least one; false at the end.
    func read(into output: inout [Float]) throws -> Bool
}

extension FrameReader {
    /// Fails at the first sample that is not finite.
    func checkFinite(_ samples: [Float], firstFrame: Int) throws {
        let place = samples.withUnsafeBufferPointer { samples in
            samples.baseAddress.flatMap { Vector.firstNonFinite($0, count: samples.count) }
        }
        guard let place else { return }
        let found = samples[place].isNaN ? "not a number" : "infinite"
        throw FileError.malformed(
            name, .file, "frame \(firstFrame + place) is \(found), finite samples were expected")
    }
}

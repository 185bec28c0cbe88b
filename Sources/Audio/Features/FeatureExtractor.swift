import Glibc
import Kernels

/// Computes features of sounds, as `FeatureSettings` say.
///
///     let extractor = try FeatureExtractor(FeatureSettings(.logMel, sampleRate: 16_000))
///     let features = extractor.features(of: clip.samples)        // [frames, channels]
///
/// Frames are transformed 32 at a time, two in each complex transform and sixteen of these side by side, so that every
/// loop runs over vectors. Nothing is allocated for a frame; a `Workspace` that is kept spares allocations for a clip.
public final class FeatureExtractor: Sendable {
    public let settings: FeatureSettings
    public var channelCount: Int { settings.channelCount }

    let transform: FourierTransform
    /// `transformLength` values: the window in the middle, zeros around it.
    let window: [Float]
    /// A factor on the power of each line of the spectrum; empty where all are 1.
    let emphasis: [Float]
    let filters: MelFilters
    /// `[melCount, coefficientCount]`
    let cosines: [Float]

    /// - Throws: `FeatureSettings.Invalid`
    public init(_ settings: FeatureSettings) throws(FeatureSettings.Invalid) {
        try settings.validate()
        self.settings = settings
        let isSpectral = settings.kind != .waveform
        let length = isSpectral ? settings.transformLength : 1
        transform = FourierTransform(length: length)
        var window = [Float](repeating: 0, count: length)
        if isSpectral {
            let start = (length - settings.windowLength) / 2
            window.replaceSubrange(
                start..<start + settings.windowLength, with: settings.window.values(count: settings.windowLength))
        }
        self.window = window
        emphasis = isSpectral && settings.preemphasis > 0 ? Self.emphasis(settings) : []
        let usesMel = settings.kind == .logMel || settings.kind == .mfcc
        filters = usesMel ? MelFilters(settings) : MelFilters()
        cosines = settings.kind == .mfcc
            ? CosineTransform.matrix(inputs: settings.melCount, outputs: settings.coefficientCount) : []
    }

    /// |1 - p e^(-i w)|^2 = 1 + p^2 - 2 p cos w of every line.
    private static func emphasis(_ settings: FeatureSettings) -> [Float] {
        let p = settings.preemphasis
        return (0...settings.transformLength / 2).map { line in
            let angle = 2 * Double.pi * Double(line) / Double(settings.transformLength)
            return Float(1 + p * p - 2 * p * cos(angle))
        }
    }

    /// Frames of a sound (see `FeatureSettings.frameCount`).
    public func frameCount(sampleCount: Int) -> Int { settings.frameCount(sampleCount: sampleCount) }

    /// The features of one sound, whose samples are finite.
    public func features(of samples: [Float], workspace: Workspace? = nil) -> Features {
        let frames = frameCount(sampleCount: samples.count)
        let workspace = workspace ?? Workspace(self)
        let values = [Float](unsafeUninitializedCapacity: frames * channelCount) { buffer, count in
            samples.withUnsafeBufferPointer { samples in
                if let output = buffer.baseAddress { extract(samples, into: output, workspace: workspace) }
            }
            count = frames * channelCount
        }
        return Features(values: values, frameCount: frames, channelCount: channelCount)
    }

    /// The features of many sounds, computed on all threads of a pool.
    public func features(of sounds: [[Float]], pool: WorkerPool) -> [Features] {
        var results = [Features?](repeating: nil, count: sounds.count)
        results.withUnsafeMutableBufferPointer { results in
            nonisolated(unsafe) let results = results
            // More parts than threads, so that long sounds at one end hold nobody up.
            let parts = WorkerPool.ranges(sounds.count, parts: 8 * pool.threadCount)
            pool.run(parts.count) { part in
                let workspace = Workspace(self)
                for index in parts[part] { results[index] = features(of: sounds[index], workspace: workspace) }
            }
        }
        return results.map { $0! }
    }

    /// Writes the features of one sound, `frameCount(sampleCount:)` frames, to `output`.
    ///
    /// - Parameter workspace: Of this extractor.
    public func extract(
        _ samples: UnsafeBufferPointer<Float>, into output: UnsafeMutablePointer<Float>, workspace: Workspace
    ) {
        extract(
            samples, frames: frameCount(sampleCount: samples.count), hop: settings.hopLength, into: output,
            workspace: workspace)
    }

    /// Writes the first frames of one sound, with another distance from one to the next: the sound is then stretched in
    /// time, its pitch stays.
    ///
    /// - Parameters:
    ///   - frames: As many as `FeatureSettings.frameCount(sampleCount:hop:)` says, or fewer.
    ///   - hop: Samples from a frame to the next; of no matter to waveforms.
    package func extract(
        _ samples: UnsafeBufferPointer<Float>, frames: Int, hop: Int, into output: UnsafeMutablePointer<Float>,
        workspace: Workspace
    ) {
        precondition(workspace.extractor === self, "a workspace of another extractor")
        guard let start = samples.baseAddress, frames > 0 else { return }
        switch settings.kind {
        case .waveform:
            output.update(from: start, count: frames)
        case .spectrogram, .logMel:
            spectra(samples, frames: frames, hop: hop, into: output, workspace: workspace)
        case .mfcc:
            let bands = workspace.bands(frames: frames)
            spectra(samples, frames: frames, hop: hop, into: bands, workspace: workspace)
            let count = settings.coefficientCount
            cosines.withUnsafeBufferPointer { cosines in
                BLAS.multiply(
                    Matrix(bands, rows: frames, columns: settings.melCount),
                    Matrix(cosines.baseAddress!, rows: settings.melCount, columns: count),
                    into: MutableMatrix(output, rows: frames, columns: count, stride: channelCount))
            }
            for order in 0..<settings.deltas {
                Deltas.compute(
                    output + order * count, into: output + (order + 1) * count, frames: frames, channels: count,
                    stride: channelCount)
            }
        }
    }
}

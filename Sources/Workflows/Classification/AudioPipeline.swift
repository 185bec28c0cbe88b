import Audio
import Kernels
import Synchronization
import Tensors

/// From the samples of chunks to what the model reads: features, normalised.
///
/// It is the only definition of that path: training, evaluation and prediction all go through it.
final class AudioPipeline: Sendable {
    let settings: FeatureSettings
    let normalization: AudioRecipe.Features.Normalization
    /// Fitted on the training part.
    let scaler: FeatureScaler
    private let extractor: FeatureExtractor
    /// Rooms for computing that nobody uses at the moment.
    private let idle = Mutex<[Idle]>([])

    /// A room that passes from thread to thread, one at a time.
    private struct Idle: @unchecked Sendable {
        let workspace: FeatureExtractor.Workspace
    }

    /// Deviations below this are silence, which is not blown up.
    private static let leastDeviation: Float = 1e-3

    /// - Throws: `FeatureSettings.Invalid`
    init(
        _ settings: FeatureSettings, normalization: AudioRecipe.Features.Normalization, scaler: FeatureScaler
    ) throws(FeatureSettings.Invalid) {
        (self.settings, self.normalization, self.scaler) = (settings, normalization, scaler)
        extractor = try FeatureExtractor(settings)
    }

    /// Fits the scaler on chunks of the training part.
    ///
    /// - Throws: `FeatureSettings.Invalid`
    convenience init(
        _ settings: FeatureSettings, normalization: AudioRecipe.Features.Normalization,
        fitting chunks: [ArraySlice<Float>], pool: WorkerPool
    ) throws(FeatureSettings.Invalid) {
        let channels = settings.channelCount
        let plain = FeatureScaler(
            means: [Float](repeating: 0, count: channels), deviations: [Float](repeating: 1, count: channels))
        let unscaled = try AudioPipeline(settings, normalization: normalization, scaler: plain)
        var fit = FeatureScaler.Fit()
        // So many at a time that memory does not grow with the data; in order, so that sums are always the same.
        for start in stride(from: 0, to: chunks.count, by: 256) {
            let part = chunks[start..<min(start + 256, chunks.count)]
            let features = Slots<Features>(count: part.count)
            pool.run(part.count) { place in features[place] = unscaled.features(of: part[part.startIndex + place]) }
            for place in 0..<part.count { fit.add(features[place]!) }
        }
        try self.init(settings, normalization: normalization, scaler: fit.scaler)
    }

    /// The features of a batch of chunks: `[N, T, C]`, zeros behind a chunk's end, and the frames of each.
    func batch(_ chunks: [ArraySlice<Float>]) -> (features: Tensor, lengths: IndexTensor) {
        let frames = chunks.map { extractor.frameCount(sampleCount: $0.count) }
        let (longest, channels) = (max(1, frames.max() ?? 0), settings.channelCount)
        let features = Tensor(uninitialized: [chunks.count, longest, channels])
        withWorkspace { workspace in
            for (row, chunk) in chunks.enumerated() {
                let target = features.mutablePointer + row * longest * channels
                compute(chunk, into: target, frames: frames[row], workspace)
                (target + frames[row] * channels).update(repeating: 0, count: (longest - frames[row]) * channels)
            }
        }
        return (features, IndexTensor(frames.map { Int32($0) }, [chunks.count]))
    }

    /// The features of one chunk.
    private func features(of chunk: ArraySlice<Float>) -> Features {
        let frames = extractor.frameCount(sampleCount: chunk.count)
        let values = [Float](unsafeUninitializedCapacity: frames * settings.channelCount) { buffer, count in
            withWorkspace { workspace in
                if let base = buffer.baseAddress { compute(chunk, into: base, frames: frames, workspace) }
            }
            count = frames * settings.channelCount
        }
        return Features(values: values, frameCount: frames, channelCount: settings.channelCount)
    }

    private func compute(
        _ chunk: ArraySlice<Float>, into output: UnsafeMutablePointer<Float>, frames: Int,
        _ workspace: FeatureExtractor.Workspace
    ) {
        chunk.withUnsafeBufferPointer { extractor.extract($0, into: output, workspace: workspace) }
        if normalization == .chunk { normalize(output, frames: frames) }
        scaler.apply(to: output, frames: frames)
    }

    /// Takes each channel's mean over the frames off, and divides all by the deviation that is left.
    private func normalize(_ values: UnsafeMutablePointer<Float>, frames: Int) {
        guard frames > 0 else { return }
        let channels = settings.channelCount
        var squares = 0.0
        for channel in 0..<channels {
            var sum = 0.0
            for frame in 0..<frames { sum += Double(values[frame * channels + channel]) }
            let mean = Float(sum / Double(frames))
            for frame in 0..<frames {
                let place = frame * channels + channel
                values[place] -= mean
                squares += Double(values[place]) * Double(values[place])
            }
        }
        let deviation = max(Float((squares / Double(frames * channels)).squareRoot()), Self.leastDeviation)
        Vector.scale(1 / deviation, values, into: values, count: frames * channels)
    }

    private func withWorkspace<Result>(_ body: (FeatureExtractor.Workspace) -> Result) -> Result {
        let room = idle.withLock { $0.popLast() } ?? Idle(workspace: FeatureExtractor.Workspace(extractor))
        defer { idle.withLock { $0.append(room) } }
        return body(room.workspace)
    }
}

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
    /// Where features of chunks that nothing changed are kept; nil for nowhere.
    private let cache: FeatureCache?
    private let extractor: FeatureExtractor
    /// Rooms for computing that nobody uses at the moment.
    private let idle = Mutex<[Idle]>([])

    /// Memory that one thread works in.
    struct Room {
        let workspace: FeatureExtractor.Workspace
        let batch = SoundBatch()
    }

    /// A room that passes from thread to thread, one at a time.
    private struct Idle: @unchecked Sendable {
        let room: Room
    }

    /// Deviations below this are silence, which is not blown up.
    private static let leastDeviation: Float = 1e-3

    /// - Throws: `FeatureSettings.Invalid`
    init(
        _ settings: FeatureSettings, normalization: AudioRecipe.Features.Normalization, scaler: FeatureScaler,
        cache: FeatureCache? = nil
    ) throws(FeatureSettings.Invalid) {
        (self.settings, self.normalization, self.scaler, self.cache) = (settings, normalization, scaler, cache)
        extractor = try FeatureExtractor(settings)
    }

    /// Fits the scaler on chunks of the training part.
    ///
    /// - Throws: `FeatureSettings.Invalid`
    convenience init(
        _ settings: FeatureSettings, normalization: AudioRecipe.Features.Normalization, fitting chunks: SoundChunks,
        cache: FeatureCache?, pool: WorkerPool
    ) throws(FeatureSettings.Invalid) {
        let channels = settings.channelCount
        let plain = FeatureScaler(
            means: [Float](repeating: 0, count: channels), deviations: [Float](repeating: 1, count: channels))
        let unscaled = try AudioPipeline(settings, normalization: normalization, scaler: plain, cache: cache)
        var fit = FeatureScaler.Fit()
        // So many at a time that memory does not grow with the data; in order, so that sums are always the same.
        for start in stride(from: 0, to: chunks.count, by: 256) {
            let features = Slots<Features>(count: min(256, chunks.count - start))
            pool.run(features.count) { place in features[place] = unscaled.features(of: start + place, in: chunks) }
            for place in 0..<features.count { fit.add(features[place]!) }
        }
        try self.init(settings, normalization: normalization, scaler: fit.scaler, cache: cache)
    }

    /// The same path, with features kept in a cache.
    func caching(in cache: FeatureCache?) throws(FeatureSettings.Invalid) -> AudioPipeline {
        try AudioPipeline(settings, normalization: normalization, scaler: scaler, cache: cache)
    }

    /// The features of a batch of chunks: `[N, T, C]`, zeros behind a chunk's end, and the frames of each.
    func batch(_ rows: [Int32], of chunks: SoundChunks) -> (features: Tensor, lengths: IndexTensor) {
        withRoom { room in
            room.batch.resize(rows.count, hop: settings.hopLength)
            for (place, row) in rows.enumerated() { chunks.read(Int(row), into: &room.batch.sounds[place]) }
            return features(of: room, longest: .max, cache: cache)
        }
    }

    /// The features of the sounds in a room, which are nobody else's.
    ///
    /// - Parameter longest: Frames of a sound that count; more are cut off.
    func batch(_ room: Room, longest: Int) -> (features: Tensor, lengths: IndexTensor) {
        features(of: room, longest: longest, cache: nil)
    }

    private func features(
        of room: Room, longest: Int, cache: FeatureCache?
    ) -> (features: Tensor, lengths: IndexTensor) {
        let (batch, channels) = (room.batch, settings.channelCount)
        let lengths = IndexTensor(uninitialized: [batch.count])
        var steps = 1
        for row in 0..<batch.count {
            let frames = min(longest, settings.frameCount(sampleCount: batch.sounds[row].count, hop: batch.hops[row]))
            lengths.mutablePointer[row] = Int32(frames)
            steps = max(steps, frames)
        }
        let features = Tensor(uninitialized: [batch.count, steps, channels])
        for row in 0..<batch.count {
            let (frames, target) = (Int(lengths.pointer[row]), features.mutablePointer + row * steps * channels)
            if let cache {
                let kept = cache.features(of: batch.sounds[row], with: extractor, workspace: room.workspace)
                kept.values.withUnsafeBufferPointer { values in
                    if let start = values.baseAddress { target.update(from: start, count: frames * channels) }
                }
            } else {
                batch.sounds[row].withUnsafeBufferPointer { samples in
                    extractor.extract(
                        samples, frames: frames, hop: batch.hops[row], into: target, workspace: room.workspace)
                }
            }
            if normalization == .chunk { normalize(target, frames: frames) }
            scaler.apply(to: target, frames: frames)
            (target + frames * channels).update(repeating: 0, count: (steps - frames) * channels)
        }
        return (features, lengths)
    }

    /// The features of one chunk.
    private func features(of index: Int, in chunks: SoundChunks) -> Features {
        let (features, lengths) = batch([Int32(index)], of: chunks)
        let (frames, channels) = (Int(lengths.pointer[0]), settings.channelCount)
        return Features(
            values: Array(UnsafeBufferPointer(start: features.pointer, count: frames * channels)), frameCount: frames,
            channelCount: channels)
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

    /// Lends a room to `body`.
    func withRoom<Result>(_ body: (Room) -> Result) -> Result {
        let room = idle.withLock { $0.popLast() } ?? Idle(room: Room(workspace: FeatureExtractor.Workspace(extractor)))
        defer { idle.withLock { $0.append(room) } }
        return body(room.room)
    }
}

import Audio
import Glibc
import Kernels
import Tensors

/// Batches of training chunks, each changed at random on its way to the model.
struct ChunkAugmentation: Sendable {
    private let augmentation: AudioRecipe.Augmentation
    private let pipeline: AudioPipeline
    private let chunks: AudioChunks
    /// Samples of a whole chunk; what changes make longer is cut.
    private let length: Int

    /// Noise is never softer than this beside a sound, in decibels.
    private static let mostSignalToNoise = 40.0

    init(_ recipe: AudioRecipe, _ pipeline: AudioPipeline, _ chunks: AudioChunks) {
        (augmentation, self.pipeline, self.chunks) = (recipe.augmentation, pipeline, chunks)
        length = recipe.chunking.chunkLength(sampleRate: pipeline.settings.sampleRate)
    }

    /// Chunks on their way into a step.
    struct Batch {
        /// `[N, T, C]`
        let features: Tensor
        /// The frames of each chunk, `[N]`.
        let lengths: IndexTensor
        /// The label of each chunk, `[N]`.
        let targets: IndexTensor
        /// Where chunks were mixed: the label of what was mixed in, `[N]`, and its share.
        let mixed: (targets: IndexTensor, share: Float)?
    }

    /// - Parameter seed: Decides the changes.
    func batch(_ rows: [Int32], seed: UInt64) -> Batch {
        var generator = SeededGenerator(seed: seed)
        var sounds = rows.map { changed(chunks.samples[Int($0)], &generator) }
        let labels = rows.map { chunks.labels[Int($0)] }
        var mixed: (targets: IndexTensor, share: Float)?
        if rows.count > 1, generator.uniform() < augmentation.mixing {
            let share = Float(generator.uniform() / 2)
            // Each chunk gets another of the batch, the same distance away.
            let distance = 1 + generator.index(below: rows.count - 1)
            let partners = rows.indices.map { ($0 + distance) % rows.count }
            sounds = zip(sounds, partners).map { Self.blended($0, sounds[$1], share: share) }
            mixed = (IndexTensor(partners.map { labels[$0] }, [rows.count]), share)
        }
        let (features, lengths) = pipeline.batch(sounds.map { $0[...] })
        mask(features, lengths, &generator)
        return Batch(
            features: features, lengths: lengths, targets: IndexTensor(labels, [rows.count]), mixed: mixed)
    }

    /// Blanks stretches of frames and bands of channels out.
    private func mask(_ features: Tensor, _ lengths: IndexTensor, _ generator: inout SeededGenerator) {
        let (steps, channels) = (features.shape[1], features.shape[2])
        for row in 0..<features.shape[0] {
            let frames = Int(lengths.pointer[row])
            let masks = FeatureMasks(
                timeCount: augmentation.timeMasks, timeWidth: Int(augmentation.timeMaskShare * Double(frames)),
                channelCount: augmentation.frequencyMasks,
                channelWidth: Int(augmentation.frequencyMaskShare * Double(channels)))
            masks.apply(
                to: features.mutablePointer + row * steps * channels, frames: frames, channels: channels,
                using: &generator)
        }
    }

    /// (1 - share) x + share other, as long as the longer one.
    private static func blended(_ samples: [Float], _ other: [Float], share: Float) -> [Float] {
        var result = samples + [Float](repeating: 0, count: max(0, other.count - samples.count))
        let padded = other + [Float](repeating: 0, count: max(0, samples.count - other.count))
        Augmentation.blend(padded, into: &result, share: share)
        return result
    }

    /// A chunk at another speed and level, with silence around it, and noise.
    private func changed(_ chunk: ArraySlice<Float>, _ generator: inout SeededGenerator) -> [Float] {
        func uniform(_ range: ClosedRange<Double>) -> Double {
            range.lowerBound + generator.uniform() * (range.upperBound - range.lowerBound)
        }
        let most = log(1 + augmentation.speed)
        let factor = exp(uniform(-most...most))
        var samples = Self.played(chunk, factor: factor)
        let longest = augmentation.shiftSeconds * Double(pipeline.settings.sampleRate)
        let (before, after) = (Int(uniform(0...longest)), Int(uniform(0...longest)))
        samples = [Float](repeating: 0, count: before) + samples + [Float](repeating: 0, count: after)
        if samples.count > length { samples.removeLast(samples.count - length) }
        Augmentation.applyGain(
            decibels: uniform(-augmentation.gainDecibels...augmentation.gainDecibels), to: &samples)
        if generator.uniform() < augmentation.noise {
            let ratio = uniform(augmentation.leastSignalToNoise...Self.mostSignalToNoise)
            Augmentation.addNoise(to: &samples, signalToNoise: ratio, using: &generator)
        }
        return samples
    }

    /// A sound that is played `factor` times as fast, as long as it then is.
    private static func played(_ chunk: ArraySlice<Float>, factor: Double) -> [Float] {
        let count = max(1, Int(Double(chunk.count) / factor))
        guard count > chunk.count else {
            var samples = Array(chunk)
            Augmentation.changeSpeed(of: &samples, factor: factor)
            let start = (samples.count - count) / 2
            return Array(samples[start..<start + count])
        }
        let before = (count - chunk.count) / 2
        var samples = [Float](repeating: 0, count: before) + chunk
        samples += [Float](repeating: 0, count: count - samples.count)
        Augmentation.changeSpeed(of: &samples, factor: factor)
        return samples
    }
}

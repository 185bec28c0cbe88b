import Audio
import Glibc
import Kernels
import Tensors

/// Batches of training chunks, each changed at random on its way to the model.
struct ChunkAugmentation: Sendable {
    private let augmentation: AudioRecipe.Augmentation
    private let pipeline: AudioPipeline
    private let training: AudioChunks
    /// Samples of a whole chunk; what changes make longer is cut.
    private let length: Int
    /// Frames of a whole chunk.
    private let longest: Int

    /// Noise is never softer than this beside a sound, in decibels.
    private static let mostSignalToNoise = 40.0
    /// Noise keeps up to this share of its last sample, in its own sign (low frequencies prevail) or the other.
    private static let mostColour = 0.95

    init(_ recipe: AudioRecipe, _ pipeline: AudioPipeline, _ training: AudioChunks) {
        (augmentation, self.pipeline, self.training) = (recipe.augmentation, pipeline, training)
        length = recipe.chunking.chunkLength(sampleRate: pipeline.settings.sampleRate)
        longest = pipeline.settings.frameCount(sampleCount: length)
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
        guard augmentation.changesAnything else {
            let (features, lengths) = pipeline.batch(rows, of: training.chunks)
            let targets = IndexTensor(rows.map { training.labels[Int($0)] }, [rows.count])
            return Batch(features: features, lengths: lengths, targets: targets, mixed: nil)
        }
        var generator = SeededGenerator(seed: seed)
        return pipeline.withRoom { room in
            let batch = room.batch
            batch.resize(rows.count, hop: pipeline.settings.hopLength)
            let targets = IndexTensor(uninitialized: [rows.count])
            for (place, row) in rows.enumerated() {
                training.chunks.read(Int(row), into: &batch.chunk)
                change(batch, place, &generator)
                targets.mutablePointer[place] = training.labels[Int(row)]
            }
            let mixed = mix(batch, targets, &generator)
            let (features, lengths) = pipeline.batch(room, longest: longest)
            mask(features, lengths, &generator)
            return Batch(features: features, lengths: lengths, targets: targets, mixed: mixed)
        }
    }

    /// Makes one sound of the chunk: at another speed, tempo and level, with silence around it, and noise.
    private func change(_ batch: SoundBatch, _ place: Int, _ generator: inout SeededGenerator) {
        func uniform(_ range: ClosedRange<Double>) -> Double {
            range.lowerBound + generator.uniform() * (range.upperBound - range.lowerBound)
        }
        func factor(_ most: Double) -> Double { exp(uniform(-log(1 + most)...log(1 + most))) }
        let speed = factor(augmentation.speed)
        // Frames that lie further apart pass by faster, at the same pitch.
        if augmentation.tempo > 0, pipeline.settings.kind != .waveform {
            let hop = Double(pipeline.settings.hopLength) * factor(augmentation.tempo)
            batch.hops[place] = max(1, Int(hop.rounded()))
        }
        let longest = augmentation.shiftSeconds * Double(pipeline.settings.sampleRate)
        let (before, after) = (Int(uniform(0...longest)), Int(uniform(0...longest)))
        batch.sounds[place].removeAll(keepingCapacity: true)
        batch.sounds[place].append(contentsOf: repeatElement(0, count: before))
        Augmentation.play(batch.chunk, factor: speed, appendingTo: &batch.sounds[place])
        batch.sounds[place].append(contentsOf: repeatElement(0, count: after))
        if batch.sounds[place].count > length { batch.sounds[place].removeLast(batch.sounds[place].count - length) }
        Augmentation.applyGain(
            decibels: uniform(-augmentation.gainDecibels...augmentation.gainDecibels), to: &batch.sounds[place])
        if generator.uniform() < augmentation.noise {
            let ratio = uniform(augmentation.leastSignalToNoise...Self.mostSignalToNoise)
            let colour = uniform(-Self.mostColour...Self.mostColour)
            Augmentation.addNoise(
                to: &batch.sounds[place], signalToNoise: ratio, colour: colour, using: &generator)
        }
    }

    /// Mixes each sound with another of the batch: (1 - share) x + share other, as long as the longer one.
    private func mix(
        _ batch: SoundBatch, _ targets: IndexTensor, _ generator: inout SeededGenerator
    ) -> (targets: IndexTensor, share: Float)? {
        let count = batch.count
        guard count > 1, generator.uniform() < augmentation.mixing else { return nil }
        let share = Float(generator.uniform() / 2)
        // All partners are the same distance away.
        let distance = 1 + generator.index(below: count - 1)
        let others = IndexTensor(uninitialized: [count])
        for row in 0..<count {
            let partner = (row + distance) % count
            others.mutablePointer[row] = targets.pointer[partner]
            batch.mixed[row].removeAll(keepingCapacity: true)
            batch.mixed[row].append(contentsOf: batch.sounds[row])
            let missing = batch.sounds[partner].count - batch.sounds[row].count
            batch.mixed[row].append(contentsOf: repeatElement(0, count: max(0, missing)))
            Augmentation.blend(batch.sounds[partner], into: &batch.mixed[row], share: share)
        }
        swap(&batch.sounds, &batch.mixed)
        return (others, share)
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
}

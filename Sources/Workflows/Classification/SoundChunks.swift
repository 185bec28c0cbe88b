import Audio

/// Chunks of sounds, whose samples are read when they are needed.
struct SoundChunks: Sendable {
    private enum Source: Sendable {
        case slices([ArraySlice<Float>])
        case stored([(sound: StoredSound, range: Range<Int>)])
    }

    /// Samples of each chunk; silence that fills one up is not among them.
    let lengths: [Int32]
    private let source: Source

    var count: Int { lengths.count }

    /// Chunks in memory.
    init(_ slices: [ArraySlice<Float>]) {
        (lengths, source) = (slices.map { Int32($0.count) }, .slices(slices))
    }

    /// Parts of sounds that are kept.
    init(_ parts: [(sound: StoredSound, range: Range<Int>)]) {
        (lengths, source) = (parts.map { Int32($0.range.count) }, .stored(parts))
    }

    /// Replaces `samples` by those of one chunk; its memory is used again.
    func read(_ index: Int, into samples: inout [Float]) {
        let count = Int(lengths[index])
        samples.removeAll(keepingCapacity: true)
        switch source {
        case .slices(let slices): samples.append(contentsOf: slices[index])
        case .stored(let parts):
            samples.append(contentsOf: repeatElement(0, count: count))
            samples.withUnsafeMutableBufferPointer { samples in
                if let start = samples.baseAddress { parts[index].sound.read(parts[index].range, into: start) }
            }
        }
    }
}

/// The chunks of some files, one after the other.
struct AudioChunks: Sendable {
    let chunks: SoundChunks
    /// The label of each chunk: that of its file.
    let labels: [Int32]
    /// Chunks of each file.
    let counts: [Int]

    init(_ clips: AudioClips, files: [Int]) {
        let files = files.map { clips.files[$0] }
        chunks = SoundChunks(files.flatMap { file in file.chunks.map { (file.sound, $0) } })
        labels = files.flatMap { file in file.chunks.map { _ in file.label } }
        counts = files.map(\.chunks.count)
    }
}

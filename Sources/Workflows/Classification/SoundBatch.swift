import Audio

/// Sounds on their way into a step, and room for working on them; one thread has it at a time and hands it on, so that
/// nothing is allocated for a step once it has grown.
final class SoundBatch {
    /// Sounds that count; there may be more from before.
    private(set) var count = 0
    var sounds: [[Float]] = []
    /// Samples from a frame to the next, for each sound.
    var hops: [Int] = []
    /// The sounds as they are mixed, which needs all of them as they were.
    var mixed: [[Float]] = []
    /// One chunk as it was.
    var chunk: [Float] = []

    /// Makes room for some sounds, whatever is in it.
    func resize(_ count: Int, hop: Int) {
        self.count = count
        while sounds.count < count {
            sounds.append([])
            mixed.append([])
            hops.append(0)
        }
        for row in 0..<count { hops[row] = hop }
    }
}

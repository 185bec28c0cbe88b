import Kernels

/// Cuts long streams into chunks of a few steps, in order, with several streams side by side: for truncated
/// backpropagation through time (Williams and Peng 1990, "An efficient gradient-based algorithm for on-line training of
/// recurrent network trajectories").
///
/// Gradients run back to the start of a chunk; the model's state is carried on from chunk to chunk, and starts anew
/// with every group of streams. Streams of similar length make up a group; a row whose stream has ended before the
/// others of its group has no steps in the remaining chunks. The order of the groups is new every epoch, and follows
/// from the seed and the epoch's number alone.
public struct SequenceBatches: Sendable {
    /// A piece of some streams that run side by side.
    public struct Chunk: Hashable, Sendable {
        /// The streams of the rows.
        public let streams: [Int32]
        /// The steps of each stream; empty where it has ended.
        public let steps: [Range<Int>]
        /// Whether the streams begin here.
        public let isFirst: Bool

        package init(streams: [Int32], steps: [Range<Int>], isFirst: Bool) {
            (self.streams, self.steps, self.isFirst) = (streams, steps, isFirst)
        }

        /// The steps of all rows together.
        public var stepCount: Int { steps.reduce(0) { $0 + $1.count } }

        /// Some of the rows.
        func rows(_ places: [Int]) -> Chunk {
            Chunk(streams: places.map { streams[$0] }, steps: places.map { steps[$0] }, isFirst: isFirst)
        }
    }

    private let lengths: [Int]
    private let chunkLength: Int
    private let seed: UInt64
    private let groups: [[Int32]]

    /// - Parameters:
    ///   - lengths: The steps of each stream.
    ///   - rows: Streams side by side, N.
    ///   - chunkLength: Steps in a chunk, k; streams that are no longer are trained on whole.
    public init(lengths: [Int], rows: Int, chunkLength: Int, seed: UInt64) {
        precondition(rows > 0 && chunkLength > 0, "chunks of \(rows) rows and \(chunkLength) steps")
        (self.lengths, self.chunkLength, self.seed) = (lengths, chunkLength, seed)
        let order = lengths.indices.sorted { a, b in lengths[a] != lengths[b] ? lengths[a] > lengths[b] : a < b }
        groups = order.map { Int32($0) }.grouped(by: rows)
    }

    /// The steps of all streams together.
    public var count: Int { lengths.reduce(0, +) }

    /// The number of chunks of an epoch.
    public var chunkCount: Int { groups.reduce(0) { $0 + chunks(of: $1) } }

    /// The chunks of an epoch: those of a group one after the other.
    public func chunks(epoch: Int) -> [Chunk] {
        var generator = SeededGenerator(seed: seed, keys: SeededGenerator.key("streams"), UInt64(epoch))
        var order = groups
        generator.shuffle(&order)
        return order.flatMap { group in
            (0..<chunks(of: group)).map { index in
                let start = index * chunkLength
                let steps = group.map { stream in
                    let length = lengths[Int(stream)]
                    return min(start, length)..<min(start + chunkLength, length)
                }
                return Chunk(streams: group, steps: steps, isFirst: index == 0)
            }
        }
    }

    /// The number of chunks of a group, whose longest stream is the first.
    private func chunks(of group: [Int32]) -> Int { lengths[Int(group[0])].groupCount(of: chunkLength) }
}

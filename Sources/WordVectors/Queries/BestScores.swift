/// A row and its score.
struct ScoredRow: Sendable {
    let row: Int32
    let score: Float

    /// Whether this one comes before another: by the higher score, of equals by the lower number.
    func precedes(_ other: ScoredRow) -> Bool {
        score == other.score ? row < other.row : score > other.score
    }
}

/// The best few of many scores, in a bounded heap with the worst on top.
struct BestScores: Sendable {
    private let capacity: Int
    private var heap: [ScoredRow] = []
    /// A score must exceed this to be among the best.
    private(set) var threshold = -Float.infinity

    init(capacity: Int) {
        self.capacity = capacity
        heap.reserveCapacity(min(capacity, 1024))
    }

    /// Best first.
    var sorted: [ScoredRow] { heap.sorted { $0.precedes($1) } }

    /// Shows scores of rows from `first` on, whose numbers are above those that were shown before.
    ///
    /// - Parameter scales: What each score is to be multiplied by first.
    mutating func insert(
        _ scores: UnsafePointer<Float>, scaledBy scales: UnsafePointer<Float>, count: Int, first: Int
    ) {
        let width = 16
        var place = 0
        while place + width <= count {
            // Nearly always none of the sixteen is good enough.
            let lanes = UnsafeRawPointer(scores + place).loadUnaligned(as: SIMD16<Float>.self)
                * UnsafeRawPointer(scales + place).loadUnaligned(as: SIMD16<Float>.self)
            if any(lanes .> threshold) {
                for lane in 0..<width { insert(ScoredRow(row: Int32(first + place + lane), score: lanes[lane])) }
            }
            place += width
        }
        while place < count {
            insert(ScoredRow(row: Int32(first + place), score: scores[place] * scales[place]))
            place += 1
        }
    }

    mutating func insert(_ new: ScoredRow) {
        if heap.count < capacity {
            heap.append(new)
            rise()
        } else if let worst = heap.first, new.precedes(worst) {
            heap[0] = new
            sink()
        } else {
            return
        }
        if heap.count == capacity, let worst = heap.first { threshold = worst.score }
    }

    private mutating func rise() {
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent].precedes(heap[child]) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var last = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[last].precedes(heap[child]) { last = child }
            guard last != parent else { return }
            heap.swapAt(parent, last)
            parent = last
        }
    }
}

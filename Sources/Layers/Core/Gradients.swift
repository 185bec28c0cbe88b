import Kernels
import Tensors

/// The gradients of all parameters that one replica has collected in one step, and what it has seen for the buffers.
public final class Gradients: @unchecked Sendable {
    private var denseGradients: [Storage?]
    /// Which dense gradients nothing has arrived at since `clear`: they hold whatever they may.
    private let areEmpty: UnsafeMutableBufferPointer<Bool>
    private var rowGradients: [RowGradients?]
    /// By the buffer of means; made by the first step that has something for it.
    private var batchMoments: [BatchMoments?]
    private let parameters: Parameters
    /// Is told which parameter a forward computation uses next: for finding out where numbers go wrong.
    package var observer: ((_ parameter: Parameter) -> Void)?

    public init(for parameters: Parameters) {
        self.parameters = parameters
        areEmpty = .allocate(capacity: parameters.count)
        areEmpty.initialize(repeating: true)
        denseGradients = parameters.map {
            $0.gradientKind == .dense && !$0.isBuffer ? Storage(count: $0.shape.count) : nil
        }
        rowGradients = parameters.map { parameter in
            parameter.gradientKind == .rows
                ? RowGradients(rowCount: parameter.shape[0], width: parameter.shape.columns) : nil
        }
        batchMoments = parameters.map { _ in nil }
    }

    deinit { areEmpty.deallocate() }

    /// Makes all of them zero: a dense one when it is next asked for, unless a gradient takes the place of the zeros.
    public func clear() {
        areEmpty.update(repeating: true)
        for parameter in parameters {
            rowGradients[parameter.index]?.clear()
            batchMoments[parameter.index]?.clear()
        }
    }

    /// The array of a dense gradient.
    package func dense(_ parameter: Parameter) -> UnsafeMutablePointer<Float> {
        let gradient = denseGradients[parameter.index]!.floats
        if areEmpty[parameter.index] {
            gradient.update(repeating: 0, count: parameter.shape.count)
            areEmpty[parameter.index] = false
        }
        return gradient
    }

    /// Writes the zeros of all dense gradients that nothing has arrived at, so that several threads may look at them.
    package func settle() {
        for parameter in parameters where parameter.gradientKind == .dense && !parameter.isBuffer && !parameter.isFrozen
        {
            _ = dense(parameter)
        }
    }

    /// Where a tape collects a dense gradient.
    func target(_ parameter: Parameter) -> GradientTarget {
        GradientTarget(
            denseGradients[parameter.index]!.floats, isEmpty: areEmpty.baseAddress! + parameter.index)
    }

    /// The rows of a gradient by rows.
    package func rows(_ parameter: Parameter) -> RowGradients {
        observer?(parameter)
        return rowGradients[parameter.index]!
    }

    /// The moments of what a layer with running statistics has seen.
    package func moments(for statistics: RunningStatistics) -> BatchMoments {
        let index = statistics.mean.index
        if let found = batchMoments[index] { return found }
        let moments = BatchMoments(for: statistics)
        batchMoments[index] = moments
        return moments
    }

    /// Changes the buffers by what all replicas have seen in one step, and forgets it; called behind the optimizer.
    ///
    /// What the replicas have seen is put together in their order first, so that a buffer moves as if one replica had
    /// seen it all.
    public static func updateBuffers(from replicas: some Collection<Gradients>) {
        guard let first = replicas.first else { return }
        for index in first.batchMoments.indices {
            let seen = replicas.lazy.compactMap { $0.batchMoments[index] }
            guard let sum = seen.first else { continue }
            for other in seen.dropFirst() { sum.add(other) }
            sum.updateBuffers()
            for moments in seen { moments.clear() }
        }
    }

    /// A parameter's gradient as an array of its shape, copied; zeros for a buffer.
    public func gradient(of parameter: Parameter) -> Tensor {
        let result = Tensor(zeros: parameter.shape)
        guard !parameter.isBuffer else { return result }
        switch parameter.gradientKind {
        case .dense:
            result.mutablePointer.update(from: dense(parameter), count: parameter.shape.count)
        case .rows:
            let rows = rows(parameter)
            for place in 0..<rows.count {
                (result.mutablePointer + Int(rows.row(place)) * rows.width)
                    .update(from: rows.values(place), count: rows.width)
            }
        }
        return result
    }
}

/// The gradient of a table of which a batch touches few rows: the touched rows in the order of their first touch,
/// and their sums.
package final class RowGradients: @unchecked Sendable {
    package let width: Int
    private let rowCount: Int
    /// For each row of the table its place among the touched ones, or -1.
    private let places: UnsafeMutablePointer<Int32>
    private var touched: UnsafeMutablePointer<Int32>
    private var sums: UnsafeMutablePointer<Float>
    private var capacity: Int
    /// What owns that memory: the pointers beside it spare each row the counting of references.
    private let placesStorage: Storage
    private var touchedStorage, sumsStorage: Storage
    /// The number of touched rows.
    package private(set) var count = 0

    init(rowCount: Int, width: Int) {
        self.rowCount = rowCount
        self.width = width
        capacity = min(64, rowCount)
        placesStorage = Storage(count: rowCount)
        touchedStorage = Storage(count: capacity)
        sumsStorage = Storage(count: capacity * width)
        (places, touched, sums) = (placesStorage.indices, touchedStorage.indices, sumsStorage.floats)
        places.update(repeating: -1, count: rowCount)
    }

    /// Forgets the touched rows, in time proportional to their number.
    func clear() {
        for place in 0..<count { places[Int(touched[place])] = -1 }
        count = 0
    }

    /// The row that stands at a place.
    package func row(_ place: Int) -> Int32 { touched[place] }

    /// The sum of a row's gradients.
    package func values(_ place: Int) -> UnsafeMutablePointer<Float> { sums + place * width }

    /// Adds a gradient to a row's sum.
    package func add(_ gradient: UnsafePointer<Float>, toRow row: Int32, scale: Float = 1) {
        let place = Int(places[Int(row)])
        if place >= 0 {
            Vector.add(scale, gradient, to: values(place), count: width)
            return
        }
        Vector.scale(scale, gradient, into: values(append(row)), count: width)
    }

    /// Touches the rows that another replica has touched; those that are new here come to zeros. `addSums` then adds
    /// what the other has at some of the places, and may do so on several threads.
    package func touch(rowsOf other: RowGradients) {
        for place in 0..<other.count where places[Int(other.touched[place])] < 0 {
            values(append(other.touched[place])).update(repeating: 0, count: width)
        }
    }

    /// Adds the sums of another replica to those at some places.
    package func addSums(of other: RowGradients, places range: Range<Int>) {
        for place in range {
            let found = Int(other.places[Int(touched[place])])
            if found >= 0 { Vector.add(other.values(found), to: values(place), count: width) }
        }
    }

    private func append(_ row: Int32) -> Int {
        if count == capacity { grow() }
        places[Int(row)] = Int32(count)
        touched[count] = row
        count += 1
        return count - 1
    }

    private func grow() {
        let larger = min(rowCount, capacity * 2)
        let (newTouched, newSums) = (Storage(count: larger), Storage(count: larger * width))
        newTouched.indices.update(from: touched, count: count)
        newSums.floats.update(from: sums, count: count * width)
        (touchedStorage, sumsStorage, capacity) = (newTouched, newSums, larger)
        (touched, sums) = (newTouched.indices, newSums.floats)
    }
}

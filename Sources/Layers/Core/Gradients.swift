import Kernels
import Tensors

/// The gradients of all parameters that one replica has collected in one step, and what it has seen for the buffers.
public final class Gradients: @unchecked Sendable {
    private var denseGradients: [Storage?]
    private var rowGradients: [RowGradients?]
    /// By the buffer of means; made by the first step that has something for it.
    private var batchMoments: [BatchMoments?]
    private let parameters: Parameters

    public init(for parameters: Parameters) {
        self.parameters = parameters
        denseGradients = parameters.map {
            $0.gradientKind == .dense && !$0.isBuffer ? Storage(count: $0.shape.count) : nil
        }
        rowGradients = parameters.map { parameter in
            parameter.gradientKind == .rows
                ? RowGradients(rowCount: parameter.shape[0], width: parameter.shape.columns) : nil
        }
        batchMoments = parameters.map { _ in nil }
        clear()
    }

    /// Sets all of them to zero.
    public func clear() {
        for parameter in parameters {
            denseGradients[parameter.index]?.floats.update(repeating: 0, count: parameter.shape.count)
            rowGradients[parameter.index]?.clear()
            batchMoments[parameter.index]?.clear()
        }
    }

    /// The array of a dense gradient.
    package func dense(_ parameter: Parameter) -> UnsafeMutablePointer<Float> {
        denseGradients[parameter.index]!.floats
    }

    /// The rows of a gradient by rows.
    package func rows(_ parameter: Parameter) -> RowGradients { rowGradients[parameter.index]! }

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
    private let places: Storage
    private var touched: Storage
    private var sums: Storage
    private var capacity: Int
    /// The number of touched rows.
    package private(set) var count = 0

    init(rowCount: Int, width: Int) {
        self.rowCount = rowCount
        self.width = width
        capacity = min(64, rowCount)
        places = Storage(count: rowCount)
        places.indices.update(repeating: -1, count: rowCount)
        touched = Storage(count: capacity)
        sums = Storage(count: capacity * width)
    }

    /// Forgets the touched rows, in time proportional to their number.
    func clear() {
        for place in 0..<count { places.indices[Int(touched.indices[place])] = -1 }
        count = 0
    }

    /// The row that stands at a place.
    package func row(_ place: Int) -> Int32 { touched.indices[place] }

    /// The sum of a row's gradients.
    package func values(_ place: Int) -> UnsafeMutablePointer<Float> { sums.floats + place * width }

    /// Adds a gradient to a row's sum.
    package func add(_ gradient: UnsafePointer<Float>, toRow row: Int32, scale: Float = 1) {
        let place = Int(places.indices[Int(row)])
        if place >= 0 {
            Vector.add(scale, gradient, to: values(place), count: width)
            return
        }
        if count == capacity { grow() }
        places.indices[Int(row)] = Int32(count)
        touched.indices[count] = row
        Vector.scale(scale, gradient, into: values(count), count: width)
        count += 1
    }

    private func grow() {
        let larger = min(rowCount, capacity * 2)
        let (newTouched, newSums) = (Storage(count: larger), Storage(count: larger * width))
        newTouched.indices.update(from: touched.indices, count: count)
        newSums.floats.update(from: sums.floats, count: count * width)
        (touched, sums, capacity) = (newTouched, newSums, larger)
    }
}

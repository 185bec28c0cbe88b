import Kernels
import Layers
import Tensors

/// One step's gradient: the sum over replicas, with its norms, and what clipping makes of it.
struct GradientReduction {
    /// The pieces of the gradient, which stands with the first replica.
    let chunks: [GradientChunk]
    /// The global norm before clipping.
    let norm: Double
    /// The norm of each parameter's gradient before clipping, by the parameter's index; zeros for frozen ones.
    let parameterNorms: [Double]
    /// What the gradient of each parameter is multiplied by.
    let scales: [Double]

    /// Adds the gradients of all replicas to those of the first.
    init(_ replicas: [Gradients], of parameters: Parameters, rules: GradientRules, pool: WorkerPool) {
        let first = replicas[0]
        for replica in replicas { replica.settle() }
        for parameter in parameters where parameter.gradientKind == .rows && !parameter.isFrozen {
            for other in replicas.dropFirst() { first.rows(parameter).touch(rowsOf: other.rows(parameter)) }
        }
        let chunks = GradientChunk.cut(first, of: parameters)
        let squares = OrderedNumbers(count: chunks.count)
        // Squares behind clipping by value, which is the only one to change elements.
        let clippedSquares = rules.clipping.maximumValue > 0 ? OrderedNumbers(count: chunks.count) : squares
        pool.run(chunks.count) { index in
            let chunk = chunks[index]
            for other in replicas.dropFirst() {
                switch chunk.parameter.gradientKind {
                case .dense:
                    let start = chunk.range.lowerBound
                    Vector.add(
                        other.dense(chunk.parameter) + start, to: first.dense(chunk.parameter) + start,
                        count: chunk.range.count)
                case .rows:
                    first.rows(chunk.parameter).addSums(of: other.rows(chunk.parameter), places: chunk.range)
                }
            }
            squares[index] = Self.addPenalty(rules.penalty, to: chunk, of: first)
            if rules.clipping.maximumValue > 0 {
                clippedSquares[index] = Self.clip(chunk, of: first, to: rules.clipping.maximumValue)
            }
        }
        var (total, ofParameters) = (0.0, [Double](repeating: 0, count: parameters.count))
        var clippedOfParameters = ofParameters
        for (index, chunk) in chunks.enumerated() {
            total += squares[index]
            ofParameters[chunk.parameter.index] += squares[index]
            clippedOfParameters[chunk.parameter.index] += clippedSquares[index]
        }
        self.chunks = chunks
        norm = total.squareRoot()
        parameterNorms = ofParameters.map { $0.squareRoot() }
        let own = clippedOfParameters.map {
            GradientClipping.scale($0.squareRoot(), to: rules.clipping.maximumParameterNorm)
        }
        var clippedTotal = 0.0
        for (index, chunk) in chunks.enumerated() {
            let scale = own[chunk.parameter.index]
            clippedTotal += scale * scale * clippedSquares[index]
        }
        let global = GradientClipping.scale(clippedTotal.squareRoot(), to: rules.clipping.maximumNorm)
        scales = own.map { $0 * global }
    }

    /// Returns the sum of the squares with the penalty.
    private static func addPenalty(
        _ penalty: GradientPenalty, to chunk: GradientChunk, of gradients: Gradients
    ) -> Double {
        var sum = 0.0
        let weights = chunk.weights
        chunk.forEachRun(in: gradients, reading: penalty.isActive ? [weights] : []) { gradient, offset, count in
            if penalty.isActive {
                GradientKernels.addPenalty(
                    of: weights + offset, l1: penalty.l1, l2: penalty.l2, to: gradient, count: count)
            }
            sum += Vector.sumOfSquares(gradient, count: count)
        }
        return sum
    }

    /// Returns the sum of the squares of what is left.
    private static func clip(_ chunk: GradientChunk, of gradients: Gradients, to limit: Double) -> Double {
        var sum = 0.0
        chunk.forEachRun(in: gradients) { gradient, _, count in
            GradientKernels.clip(gradient, to: limit, count: count)
            sum += Vector.sumOfSquares(gradient, count: count)
        }
        return sum
    }
}

/// Numbers that threads write each at a place of its own, so that they can be added up in the order of places.
final class OrderedNumbers: @unchecked Sendable {
    private let values: UnsafeMutablePointer<Double>
    private let count: Int

    init(count: Int) {
        self.count = count
        values = .allocate(capacity: max(count, 1))
        values.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { values.deallocate() }

    subscript(index: Int) -> Double {
        get { values[index] }
        set { values[index] = newValue }
    }

    var sum: Double { (0..<count).reduce(0) { $0 + values[$1] } }
}

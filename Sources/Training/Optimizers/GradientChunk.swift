import Kernels
import Layers
import Tensors

/// A piece of one parameter's gradient: small enough to share out among threads, always cut in the same places, so
/// that sums over chunks do not depend on the number of threads.
package struct GradientChunk: @unchecked Sendable {
    package let parameter: Parameter
    /// Elements of a dense gradient; places among the touched rows of one by rows.
    package let range: Range<Int>

    private static let elements = 16_384
    private static let rowsAhead = 2

    /// All chunks of a step's gradients, frozen parameters left out.
    package static func cut(_ gradients: Gradients, of parameters: Parameters) -> [GradientChunk] {
        var chunks: [GradientChunk] = []
        for parameter in parameters where !parameter.isFrozen {
            let (count, size) =
                switch parameter.gradientKind {
                case .dense: (parameter.shape.count, elements)
                case .rows: (gradients.rows(parameter).count, max(1, elements / max(parameter.shape.columns, 1)))
                }
            for start in stride(from: 0, to: count, by: size) {
                chunks.append(GradientChunk(parameter: parameter, range: start..<min(start + size, count)))
            }
        }
        return chunks
    }

    /// All weights of the parameter. To be asked for once a chunk, as all that is read at each touched row: that counts
    /// a reference, for which threads wait for each other.
    package var weights: UnsafeMutablePointer<Float> { parameter.value.mutablePointer }

    /// Calls `body` with each contiguous run of gradient and the offset of its first element in the parameter.
    ///
    /// - Parameter arrays: What `body` reads at that offset: touched rows lie far apart, and are asked for a few ahead.
    package func forEachRun(
        in gradients: Gradients, reading arrays: [UnsafeMutablePointer<Float>] = [],
        _ body: (_ gradient: UnsafeMutablePointer<Float>, _ offset: Int, _ count: Int) -> Void
    ) {
        switch parameter.gradientKind {
        case .dense:
            body(gradients.dense(parameter) + range.lowerBound, range.lowerBound, range.count)
        case .rows:
            let rows = gradients.rows(parameter)
            for place in range {
                if place + Self.rowsAhead < range.upperBound {
                    let offset = Int(rows.row(place + Self.rowsAhead)) * rows.width
                    for array in arrays { Vector.prefetch(array + offset, count: rows.width) }
                }
                body(rows.values(place), Int(rows.row(place)) * rows.width, rows.width)
            }
        }
    }
}

import Kernels
import Tensors

extension PackedProduct {
    /// The same for any number of columns, in panels of the usual width: kernels write whole vectors, so that a last
    /// panel which does not fill them is computed beside the result.
    ///
    /// - Parameter bias: In whole vectors, as many as the columns need.
    static func multiply(
        _ factors: Factors, rows: Int, anyColumns columns: Int, bias: UnsafePointer<Float>? = nil,
        adding: Bool = false, into y: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let whole = columns == padded(columns) ? columns : columns / panel * panel
        if whole > 0 {
            multiply(factors, rows: rows, columns: whole, bias: bias, adding: adding, into: y, stride: stride)
        }
        guard whole < columns else { return }
        let last = Tensor(uninitialized: [rows, panel])
        multiply(
            factors.from(panel: whole / panel), rows: rows, columns: padded(columns - whole),
            bias: bias.map { $0 + whole }, into: last.mutablePointer, stride: panel)
        let (from, count) = (last.pointer, columns - whole)
        for row in 0..<rows {
            let target = y + row * stride + whole
            if adding {
                Vector.add(from + row * panel, to: target, count: count)
            } else {
                target.update(from: from + row * panel, count: count)
            }
        }
    }
}

import CKernels

/// Products with weights that are packed once and used many times: small ones, which a matrix product of BLAS spends on
/// packing them anew at every call.
package enum PackedProduct {
    /// Two factors, `[rows, depth]` and `[depth, columns]`, as they stand in memory.
    package struct Factors {
        var factors: cantus_factors

        /// - Parameters:
        ///   - a: The first factor: by rows that are `row` elements apart.
        ///   - b: The second one in panels of `panel` columns side by side, `[columns / panel, depth, panel]`.
        package init(
            _ a: UnsafePointer<Float>, row: Int, depth: Int, panels b: UnsafePointer<Float>, panel: Int
        ) {
            factors = cantus_factors(
                a: a, a_row: row, a_depth: 1, depth: depth, b: b, b_depth: panel, b_panel: depth * panel)
        }

        /// The same from a row of the first factor and a panel of the second one on.
        package func from(row: Int = 0, panel: Int = 0) -> Factors {
            var part = self
            part.factors.a += row * factors.a_row
            part.factors.b += panel * factors.b_panel
            return part
        }

        /// - Parameters:
        ///   - a: The first factor, transposed: that of row r and depth k is `a[r + k stride]`.
        ///   - b: The second one by rows, whose elements are `bStride` apart.
        package init(
            transposing a: UnsafePointer<Float>, stride: Int, depth: Int, _ b: UnsafePointer<Float>, bStride: Int
        ) {
            factors = cantus_factors(
                a: a, a_row: 1, a_depth: stride, depth: depth, b: b, b_depth: bStride, b_panel: PackedProduct.panel)
        }
    }

    /// Those for the widest registers of this processor.
    static let kernels = [16, 8, 4].lazy.compactMap { cantus_packed_kernels_of($0) }.first!.pointee

    /// The columns of a panel, unless the factors say otherwise.
    package static let panel = 64

    /// y = the product + bias, or y += it where `adding`.
    ///
    /// - Parameters:
    ///   - bias: `[columns]`; zeros where nil.
    ///   - y: `[rows, columns]`, rows `stride` apart; columns are a multiple of 16.
    package static func multiply(
        _ factors: Factors, rows: Int, columns: Int, panel: Int = panel, bias: UnsafePointer<Float>? = nil,
        adding: Bool = false, into y: UnsafeMutablePointer<Float>, stride: Int
    ) {
        precondition(columns % 16 == 0, "\(columns) columns of a packed product")
        withUnsafePointer(to: factors.factors) {
            kernels.product($0, rows, columns, panel, bias, adding, y, stride)
        }
    }

    /// The floats of a matrix `[depth, columns]` in panels, the last of which is filled up with zeros.
    package static func panelCount(depth: Int, columns: Int) -> Int { (columns + panel - 1) / panel * panel * depth }

    /// Packs the transpose of weights `[columns, depth]`, of which a linear map multiplies with that transpose.
    package static func pack(
        transposing weights: UnsafePointer<Float>, columns: Int, depth: Int,
        into panels: UnsafeMutablePointer<Float>
    ) { cantus_pack_forward(weights, 1, columns, depth, panel, panels) }

    /// A number of rows or columns, rounded up to whole vectors of 16.
    package static func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    /// Packs a matrix `[depth, columns]`, whose depth is filled up with zeros to whole vectors.
    package static func pack(
        _ matrix: UnsafePointer<Float>, depth: Int, columns: Int, into panels: UnsafeMutablePointer<Float>
    ) { cantus_pack_backward(matrix, 1, depth, columns, panels) }
}

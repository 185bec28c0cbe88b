import Foundation

extension Reference {
    /// x `[rows, width]`, weight and bias `[width]`.
    public static func layerNorm(
        _ x: [Double], _ weight: [Double], _ bias: [Double], epsilon: Double
    ) -> [Double] {
        let width = weight.count
        return stride(from: 0, to: x.count, by: width).flatMap { start in
            let row = x[start..<start + width]
            let mean = row.reduce(0, +) / Double(width)
            let variance = row.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(width)
            return row.enumerated().map { ($1 - mean) / sqrt(variance + epsilon) * weight[$0] + bias[$0] }
        }
    }

    /// x `[rows, width]`, weight `[width]`.
    public static func rmsNorm(_ x: [Double], _ weight: [Double], epsilon: Double) -> [Double] {
        let width = weight.count
        return stride(from: 0, to: x.count, by: width).flatMap { start in
            let row = x[start..<start + width]
            let size = sqrt(row.map { $0 * $0 }.reduce(0, +) / Double(width) + epsilon)
            return row.enumerated().map { $1 / size * weight[$0] }
        }
    }
}

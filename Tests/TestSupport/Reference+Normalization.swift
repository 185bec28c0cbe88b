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

    /// The valid steps of x `[rows, steps, width]`, which are normalised channel by channel; zeros behind a row's end.
    ///
    /// - Parameter statistics: Mean and variance of each channel; those of the valid steps where nil.
    public static func batchNorm(
        _ x: [Double], _ weight: [Double], _ bias: [Double], statistics: (mean: [Double], variance: [Double])? = nil,
        epsilon: Double, steps: Int, lengths: [Int]
    ) -> [Double] {
        let width = weight.count
        let places = lengths.enumerated().flatMap { row, length in (0..<length).map { row * steps + $0 } }
        var y = [Double](repeating: 0, count: x.count)
        for channel in 0..<width {
            let values = places.map { x[$0 * width + channel] }
            let mean = statistics?.mean[channel] ?? values.reduce(0, +) / Double(values.count)
            let variance = statistics?.variance[channel]
                ?? values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)
            for (place, value) in zip(places, values) {
                y[place * width + channel] = (value - mean) / sqrt(variance + epsilon) * weight[channel] + bias[channel]
            }
        }
        return y
    }
}

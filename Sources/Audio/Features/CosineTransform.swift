import Glibc

/// The orthonormal discrete cosine transform of type II.
enum CosineTransform {
    /// `[inputs, outputs]`: at [n, k] sqrt(2 / N) cos(pi k (2 n + 1) / (2 N)), and sqrt(1 / N) for k = 0.
    static func matrix(inputs: Int, outputs: Int) -> [Float] {
        (0..<inputs * outputs).map { place in
            let (n, k) = (Double(place / outputs), Double(place % outputs))
            let scale = (k == 0 ? 1 : 2) / Double(inputs)
            return Float(scale.squareRoot() * cos(.pi * k * (2 * n + 1) / Double(2 * inputs)))
        }
    }
}

/// Slopes of channels over time: the regression over four frames to each side,
///
///     d[t] = sum_n n (c[t + n] - c[t - n]) / (2 sum_n n^2),  n = 1 to 4
///
/// where the first and the last frame stand for what lies beyond them. They equal torchaudio's `compute_deltas` with
/// `win_length` 9 and librosa's `delta` with `mode` "nearest"; slopes of slopes are taken the same way.
enum Deltas {
    static let reach = 4  // frames

    /// - Parameter stride: Elements from a frame to the next, in both.
    static func compute(
        _ c: UnsafePointer<Float>, into d: UnsafeMutablePointer<Float>, frames: Int, channels: Int, stride: Int
    ) {
        let scale = 1 / Float(2 * (1...reach).reduce(0) { $0 + $1 * $1 })
        for t in 0..<frames {
            let row = d + t * stride
            for channel in 0..<channels { row[channel] = 0 }
            for n in 1...reach {
                let after = c + min(t + n, frames - 1) * stride
                let before = c + max(t - n, 0) * stride
                let weight = Float(n) * scale
                for channel in 0..<channels { row[channel] += weight * (after[channel] - before[channel]) }
            }
        }
    }
}

import CKernels

/// Spectra of many frames at once: `lanes` frames stand side by side in every array, element n of frame l at
/// n `lanes` + l.
public enum SpectrumKernels {
    /// Sequences that are transformed together.
    public static let lanes = Int(CANTUS_LANES)

    /// y[n, l] = window[n] x[l hop + n] for all n below `length` and all lanes l
    public static func loadFrames(
        of x: UnsafePointer<Float>, hop: Int, window: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
        length: Int
    ) { cantus_load_frames(x, hop, window, y, length) }

    /// Discrete Fourier transforms of complex sequences, in place but for working space.
    ///
    /// - Parameters:
    ///   - real, imaginary: `[length, lanes]`; overwritten.
    ///   - otherReal, otherImaginary: As large.
    ///   - cosine, sine: `[length]`, of 2 pi t / length.
    ///   - radices: Whose product is `length`.
    /// - Returns: Whether the result stands in the other arrays.
    public static func transform(
        real: UnsafeMutablePointer<Float>, imaginary: UnsafeMutablePointer<Float>,
        otherReal: UnsafeMutablePointer<Float>, otherImaginary: UnsafeMutablePointer<Float>,
        cosine: UnsafePointer<Float>, sine: UnsafePointer<Float>, radices: UnsafeBufferPointer<Int32>, length: Int
    ) -> Bool {
        precondition(
            radices.reduce(1) { $0 * Int($1) } == length,
            "radices \(Array(radices)) for a transform of length \(length)")
        return cantus_fourier(
            real, imaginary, otherReal, otherImaginary, cosine, sine, radices.baseAddress, radices.count, length)
    }

    /// Two real sequences a + i b in one transform: power `[length / 2 + 1, 2 lanes]` = |A|^2 of all lanes, then |B|^2.
    public static func power(
        real: UnsafePointer<Float>, imaginary: UnsafePointer<Float>, into power: UnsafeMutablePointer<Float>,
        length: Int
    ) { cantus_power_spectra(real, imaginary, power, length) }

    /// y[b, :] = the sum of rows from starts[b] on, times the counts[b] weights of band b; rows of 2 `lanes`.
    public static func filter(
        _ x: UnsafePointer<Float>, starts: UnsafePointer<Int32>, counts: UnsafePointer<Int32>,
        weights: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, bands: Int
    ) { cantus_filter_bands(x, starts, counts, weights, y, bands) }

    /// x = sqrt x
    public static func takeSquareRoot(of x: UnsafeMutablePointer<Float>, count: Int) { cantus_sqrt(x, x, count) }

    /// x = scale log(max(x, floor))
    public static func takeLogarithm(of x: UnsafeMutablePointer<Float>, floor: Float, scale: Float, count: Int) {
        precondition(floor >= .leastNormalMagnitude, "a logarithm above \(floor)")
        cantus_log_above(x, floor, scale, x, count)
    }
}

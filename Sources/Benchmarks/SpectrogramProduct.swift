import Audio
import Glibc
import Kernels

/// A power spectrogram by the definition: frames, which overlap in memory, times windowed cosines and sines.
struct SpectrogramProduct {
    private let settings: FeatureSettings
    private let lines: Int
    /// `[transformLength, lines]` each.
    private let cosines: [Float]
    private let sines: [Float]

    /// - Precondition: frames that are not centred, a window as long as the transform.
    init(_ settings: FeatureSettings) {
        precondition(!settings.isCentred && settings.windowLength == settings.transformLength)
        self.settings = settings
        let length = settings.transformLength
        lines = length / 2 + 1
        let window = settings.window.values(count: length)
        let (lines, turn) = (lines, 2 * Double.pi / Double(length))
        func table(_ function: (Double) -> Double) -> [Float] {
            (0..<length * lines).map { place in
                let (n, k) = (place / lines, place % lines)
                return window[n] * Float(function(turn * Double(n * k % length)))
            }
        }
        cosines = table { cos($0) }
        sines = table { sin($0) }
    }

    func withScratch(frames: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
        var scratch = [Float](repeating: 0, count: frames * lines)
        scratch.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }

    func powers(
        of samples: UnsafeBufferPointer<Float>, into output: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let frames = settings.frameCount(sampleCount: samples.count)
        // Frames overlap in memory, and BLAS refuses rows that do: so every step-th frame is taken at a time.
        let step = (settings.transformLength + settings.hopLength - 1) / settings.hopLength
        for (table, target) in [(cosines, output), (sines, scratch)] {
            table.withUnsafeBufferPointer { table in
                for first in 0..<min(step, frames) {
                    BLAS.multiply(
                        Matrix(
                            samples.baseAddress! + first * settings.hopLength, rows: (frames - first + step - 1) / step,
                            columns: settings.transformLength, stride: step * settings.hopLength),
                        Matrix(table.baseAddress!, rows: settings.transformLength, columns: lines),
                        into: MutableMatrix(
                            target + first * lines, rows: (frames - first + step - 1) / step, columns: lines,
                            stride: step * lines))
                }
            }
        }
        for place in 0..<frames * lines {
            output[place] = output[place] * output[place] + scratch[place] * scratch[place]
        }
    }
}

import Cantus
import Testing
import TestSupport

/// Activations over the whole range of floats, against Double.
@Suite struct InputActivationTests {
    /// Both signs, every exponent, denormal numbers and infinities: about a million, and many of common size.
    private static let arguments: [Float] = {
        let patterns = stride(from: UInt32(0), to: .max - 4099, by: 4099).map { Float(bitPattern: $0) }
        let common = stride(from: Float(-30), through: 30, by: 0.0007).map { $0 }
        return patterns.filter { !$0.isNaN } + common + [.infinity, -.infinity]
    }()

    /// What is checked, with the largest relative errors of value and derivative. A value that is smaller than the
    /// least normal float may be anything as small; a derivative may miss by `floor`, where it crosses zero.
    private static let cases: [(Activations.OfInput, Activation, value: Double, derivative: Double, floor: Double)] = [
        (.leakyReLU(slope: 0.01), .leakyReLU(), 1e-7, 1e-7, 0),
        (.leakyReLU(slope: 0.3), .leakyReLU(slope: 0.3), 1e-7, 1e-7, 0),
        (.relu6, .relu6, 0, 0, 0),
        (.elu(alpha: 1), .elu(), 4e-7, 4e-7, 0),
        (.elu(alpha: 0.7), .elu(alpha: 0.7), 4e-7, 4e-7, 0),
        (.gelu, .gelu, 6e-6, 1e-6, 2e-7),
        (.geluTanh, .geluTanh, 1.5e-5, 1e-6, 2e-7),
        (.silu, .silu, 6e-7, 6e-7, 2e-7),
        (.softplus, .softplus, 6e-7, 6e-7, 0),
        (.hardSigmoid, .hardSigmoid, 1e-6, 1e-7, 1e-7),
    ]

    @Test(arguments: cases.indices) func wholeRange(index: Int) {
        let (kernel, kind, valueLimit, derivativeLimit, floor) = Self.cases[index]
        let x = Self.arguments
        var y = [Float](repeating: 0, count: x.count)
        var dx = y
        kernel.apply(x, into: &y, slopes: &dx, count: x.count)
        var alone = y
        kernel.apply(x, into: &alone, count: x.count)
        #expect(zip(y, alone).allSatisfy { abs($0 - $1) <= 2e-7 * abs($1) || $0 == $1 })
        var worst = (value: 0.0, at: Float(0), derivative: 0.0, derivativeAt: Float(0))
        // -100 exp(-87.3), the largest product with a power that is clamped to the least normal number.
        let tiny = 2e-36
        for (index, argument) in x.enumerated() {
            let expected = Reference.activation(kind, Double(argument))
            func error(_ found: Float, _ expected: Double, floor: Double) -> Double {
                if Double(found) == expected || Float(expected) == found { return 0 }
                let difference = abs(Double(found) - expected) - tiny - floor
                return difference <= 0 ? 0 : difference / abs(expected)
            }
            let value = error(y[index], expected.value, floor: kind == .hardSigmoid ? floor : 0)
            if !(value <= worst.value) { worst.value = value; worst.at = argument }
            let derivative = error(dx[index], expected.derivative, floor: floor)
            if !(derivative <= worst.derivative) { worst.derivative = derivative; worst.derivativeAt = argument }
        }
        #expect(worst.value <= valueLimit, "\(kind) at \(worst.at)")
        #expect(worst.derivative <= derivativeLimit, "derivative of \(kind) at \(worst.derivativeAt)")
    }

    @Test(arguments: cases.indices) func notANumberStaysOneAndInPlaceIsTheSame(index: Int) {
        let kernel = Self.cases[index].0
        let x: [Float] = [.nan, -.nan, 1.5, -2]
        var y = x
        kernel.apply(x, into: &y, count: x.count)
        #expect(y[0].isNaN && y[1].isNaN)
        var inPlace = x
        inPlace.withUnsafeMutableBufferPointer { kernel.apply($0.baseAddress!, into: $0.baseAddress!, count: x.count) }
        #expect(Array(inPlace[2...]) == Array(y[2...]))
    }

    @Test func step() {
        let x: [Float] = [-.infinity, -1, -1e-30, -0.0, 0, 1e-30, 2, .infinity, .nan]
        var y = x
        Activations.step(x, into: &y, count: x.count)
        #expect(Array(y[..<8]) == [0, 0, 0, 1, 1, 1, 1, 1])
        #expect(y[8].isNaN)
    }
}

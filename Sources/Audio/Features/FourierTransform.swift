import Glibc
import Kernels

/// The tables of a discrete Fourier transform of one length, of any factors; powers of two are the fastest.
struct FourierTransform: Sendable {
    let length: Int
    let radices: [Int32]
    let cosine: [Float]
    let sine: [Float]

    init(length: Int) {
        self.length = length
        var radices: [Int32] = []
        var rest = length
        while rest % 4 == 0 {
            radices.append(4)
            rest /= 4
        }
        var factor = 2
        while rest > 1 {
            if factor * factor > rest { factor = rest }
            while rest % factor == 0 {
                radices.append(Int32(factor))
                rest /= factor
            }
            factor += 1
        }
        self.radices = radices
        let angles = (0..<length).map { 2 * Double.pi * Double($0) / Double(length) }
        cosine = angles.map { Float(cos($0)) }
        sine = angles.map { Float(sin($0)) }
    }
}

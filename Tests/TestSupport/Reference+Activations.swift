import Cantus
import Foundation

extension Reference {
    /// An activation of one number, and its derivative; softmax is not of one number.
    public static func activation(_ kind: Activation, _ x: Double) -> (value: Double, derivative: Double) {
        let (above, below) = (sigmoid(x), sigmoid(-x))
        switch kind {
        case .step: return (x >= 0 ? 1 : 0, 0)
        case .linear: return (x, 1)
        case .sigmoid: return (above, above * below)
        case .tanh: return (tanh(x), 1 / (cosh(x) * cosh(x)))
        case .relu: return x > 0 ? (x, 1) : (0, 0)
        case .leakyReLU(let slope): return x > 0 ? (x, 1) : (Double(slope) * x, Double(slope))
        case .relu6: return (min(max(x, 0), 6), x > 0 && x < 6 ? 1 : 0)
        case .elu(let alpha): return x > 0 ? (x, 1) : (Double(alpha) * expm1(x), Double(alpha) * exp(x))
        case .gelu:
            let probability = erfc(-x / 2.0.squareRoot()) / 2
            let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
            return (product(x, probability), probability + product(x, density))
        case .geluTanh:
            let root = (2 / Double.pi).squareRoot()
            let (z, slope) = (root * (x + 0.044715 * x * x * x), root * (1 + 0.134145 * x * x))
            return (
                product(x, sigmoid(2 * z)),
                sigmoid(2 * z) + 2 * product(product(x, slope), sigmoid(2 * z) * sigmoid(-2 * z))
            )
        case .silu: return (product(x, above), above + product(x, above * below))
        case .softplus: return (x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)), above)
        case .softmax: preconditionFailure("softmax is a function of a row")
        case .hardSigmoid: return (min(max(x + 3, 0), 6) / 6, abs(x) < 3 ? 1.0 / 6 : 0)
        }
    }

    /// a b, and zero where b is: the limit of an infinite a times what vanishes faster.
    private static func product(_ a: Double, _ b: Double) -> Double { b == 0 ? 0 : a * b }
}

import CKernels
import Glibc

/// One update of Adam (Kingma and Ba 2015, algorithm 1), prepared for a step so that the loop has no divisions by
/// bias corrections.
public struct AdamKernel: Sendable {
    /// Where weight decay comes in.
    public enum WeightDecay: Sendable {
        /// Times the weights it is added to the gradient.
        case coupled(Double)
        /// The weights shrink by it times the learning rate, past the moments (Loshchilov and Hutter 2019).
        case decoupled(Double)
    }

    let gradientScale, step, rootCorrection, beta1, rest1, beta2, rest2, epsilon: Float
    let decay: WeightDecay
    let keep: Float

    /// - Parameters:
    ///   - gradientScale: Multiplies the gradient first; clipping comes in here.
    ///   - time: The number of this step; the first is 1.
    public init(
        learningRate: Double, beta1: Double, beta2: Double, epsilon: Double,
        weightDecay: WeightDecay = .coupled(0), gradientScale: Double, time: Int
    ) {
        precondition(time > 0, "Adam's first step is 1, not \(time)")
        func power(_ base: Double) -> Double { pow(base, Double(time)) }
        self.gradientScale = Float(gradientScale)
        step = Float(learningRate / (1 - power(beta1)))
        rootCorrection = Float(1 / (1 - power(beta2)).squareRoot())
        self.beta1 = Float(beta1)
        self.beta2 = Float(beta2)
        rest1 = Float(1 - beta1)
        rest2 = Float(1 - beta2)
        self.epsilon = Float(epsilon)
        decay = weightDecay
        if case .decoupled(let share) = weightDecay { keep = Float(1 - learningRate * share) } else { keep = 1 }
    }

    /// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w -= learning rate m' / (sqrt(v') + epsilon), with
    /// m' and v' the bias-corrected moments.
    public func update(
        weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, firstMoment: UnsafeMutablePointer<Float>,
        secondMoment: UnsafeMutablePointer<Float>, count: Int
    ) {
        switch decay {
        case .coupled(let share):
            cantus_adam(
                weights, gradient, firstMoment, secondMoment, gradientScale, Float(share), step, rootCorrection, beta1,
                rest1, beta2, rest2, epsilon, count)
        case .decoupled:
            cantus_adamw(
                weights, gradient, firstMoment, secondMoment, gradientScale, keep, step, rootCorrection, beta1, rest1,
                beta2, rest2, epsilon, count)
        }
    }
}

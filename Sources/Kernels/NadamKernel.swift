import CKernels
import Glibc

/// One update of Nadam (Dozat 2016, "Incorporating Nesterov momentum into Adam").
public struct NadamKernel: Sendable {
    let gradientScale, decay, gradientStep, meanStep, rootCorrection, beta1, rest1, beta2, rest2, epsilon: Float

    /// - Parameters:
    ///   - momentum: mu_t of this step.
    ///   - nextMomentum: mu_{t+1}.
    ///   - momentumProduct: mu_1 mu_2 ... mu_t.
    ///   - weightDecay: Times the weights it is added to the gradient.
    ///   - gradientScale: Multiplies the gradient first; clipping comes in here.
    ///   - time: The number of this step, t; the first is 1.
    public init(
        learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, momentum: Double, nextMomentum: Double,
        momentumProduct: Double, weightDecay: Double, gradientScale: Double, time: Int
    ) {
        precondition(time > 0, "Nadam's first step is 1, not \(time)")
        self.gradientScale = Float(gradientScale)
        decay = Float(weightDecay)
        gradientStep = Float(learningRate * (1 - momentum) / (1 - momentumProduct))
        meanStep = Float(learningRate * nextMomentum / (1 - momentumProduct * nextMomentum))
        rootCorrection = Float(1 / (1 - pow(beta2, Double(time))).squareRoot())
        self.beta1 = Float(beta1)
        rest1 = Float(1 - beta1)
        self.beta2 = Float(beta2)
        rest2 = Float(1 - beta2)
        self.epsilon = Float(epsilon)
    }

    /// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w -= learning rate m' / (sqrt(v') + epsilon), with
    /// v' bias-corrected and m' = mu_{t+1} m / (1 - mu_1 ... mu_{t+1}) + (1 - mu_t) g / (1 - mu_1 ... mu_t).
    public func update(
        weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, firstMoment: UnsafeMutablePointer<Float>,
        secondMoment: UnsafeMutablePointer<Float>, count: Int
    ) {
        cantus_nadam(
            weights, gradient, firstMoment, secondMoment, gradientScale, decay, gradientStep, meanStep, rootCorrection,
            beta1, rest1, beta2, rest2, epsilon, count)
    }
}

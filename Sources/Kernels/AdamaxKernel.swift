import CKernels
import Glibc

/// One update of Adamax (Kingma and Ba 2015, algorithm 2).
public struct AdamaxKernel: Sendable {
    let gradientScale, decay, step, beta1, rest1, beta2, epsilon: Float

    /// - Parameters:
    ///   - weightDecay: Times the weights it is added to the gradient.
    ///   - gradientScale: Multiplies the gradient first; clipping comes in here.
    ///   - time: The number of this step; the first is 1.
    public init(
        learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double,
        gradientScale: Double, time: Int
    ) {
        precondition(time > 0, "Adamax's first step is 1, not \(time)")
        self.gradientScale = Float(gradientScale)
        decay = Float(weightDecay)
        step = Float(learningRate / (1 - pow(beta1, Double(time))))
        self.beta1 = Float(beta1)
        rest1 = Float(1 - beta1)
        self.beta2 = Float(beta2)
        self.epsilon = Float(epsilon)
    }

    /// m = beta1 m + (1 - beta1) g; u = max(beta2 u, |g| + epsilon); w -= learning rate m / (1 - beta1^t) / u
    public func update(
        weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, firstMoment: UnsafeMutablePointer<Float>,
        norm: UnsafeMutablePointer<Float>, count: Int
    ) {
        cantus_adamax(
            weights, gradient, firstMoment, norm, gradientScale, decay, step, beta1, rest1, beta2, epsilon, count)
    }
}

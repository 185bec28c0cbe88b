import CKernels

/// One update of AdaGrad (Duchi et al. 2011).
public struct AdaGradKernel: Sendable {
    let gradientScale, decay, rate, epsilon: Float

    /// - Parameters:
    ///   - weightDecay: Times the weights it is added to the gradient.
    ///   - gradientScale: Multiplies the gradient first; clipping comes in here.
    public init(learningRate: Double, epsilon: Double, weightDecay: Double, gradientScale: Double) {
        self.gradientScale = Float(gradientScale)
        decay = Float(weightDecay)
        rate = Float(learningRate)
        self.epsilon = Float(epsilon)
    }

    /// s += g^2; w -= learning rate * g / (sqrt(s) + epsilon)
    public func update(
        weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, squares: UnsafeMutablePointer<Float>,
        count: Int
    ) { cantus_adagrad(weights, gradient, squares, gradientScale, decay, rate, epsilon, count) }
}

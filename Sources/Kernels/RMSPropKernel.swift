import CKernels

/// One update of RMSProp (Tieleman and Hinton 2012), with PyTorch's options.
public struct RMSPropKernel: Sendable {
    let gradientScale, decay, rate, alpha, rest, epsilon, momentum: Float

    /// - Parameters:
    ///   - weightDecay: Times the weights it is added to the gradient.
    ///   - gradientScale: Multiplies the gradient first; clipping comes in here.
    public init(
        learningRate: Double, alpha: Double, epsilon: Double, momentum: Double, weightDecay: Double,
        gradientScale: Double
    ) {
        self.gradientScale = Float(gradientScale)
        decay = Float(weightDecay)
        rate = Float(learningRate)
        self.alpha = Float(alpha)
        rest = Float(1 - alpha)
        self.epsilon = Float(epsilon)
        self.momentum = Float(momentum)
    }

    /// v = alpha v + (1 - alpha) g^2; d = g / (sqrt(v) + epsilon); b = momentum b + d; w -= learning rate * b
    ///
    /// - Parameters:
    ///   - mean: m = alpha m + (1 - alpha) g, where the root is to be sqrt(v - m^2); nil for sqrt(v).
    ///   - velocity: b; nil for w -= learning rate * d.
    public func update(
        weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, squares: UnsafeMutablePointer<Float>,
        mean: UnsafeMutablePointer<Float>?, velocity: UnsafeMutablePointer<Float>?, count: Int
    ) {
        cantus_rmsprop(
            weights, gradient, squares, mean, velocity, gradientScale, decay, rate, alpha, rest, epsilon, momentum,
            count)
    }
}

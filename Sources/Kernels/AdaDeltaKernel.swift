import CKernels

/// One update of AdaDelta (Zeiler 2012).
public struct AdaDeltaKernel: Sendable {
    let gradientScale, decay, rate, rho, rest, epsilon: Float

    /// - Parameters:
    ///   - weightDecay: Times the weights it is added to the gradient.
    ///   - gradientScale: Multiplies the gradient first; clipping comes in here.
    public init(learningRate: Double, rho: Double, epsilon: Double, weightDecay: Double, gradientScale: Double) {
        self.gradientScale = Float(gradientScale)
        decay = Float(weightDecay)
        rate = Float(learningRate)
        self.rho = Float(rho)
        rest = Float(1 - rho)
        self.epsilon = Float(epsilon)
    }

    /// v = rho v + (1 - rho) g^2; d = sqrt(u + epsilon) / sqrt(v + epsilon) g; u = rho u + (1 - rho) d^2;
    /// w -= learning rate * d
    public func update(
        weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
        gradientSquares: UnsafeMutablePointer<Float>, changeSquares: UnsafeMutablePointer<Float>, count: Int
    ) {
        cantus_adadelta(
            weights, gradient, gradientSquares, changeSquares, gradientScale, decay, rate, rho, rest, epsilon, count)
    }
}

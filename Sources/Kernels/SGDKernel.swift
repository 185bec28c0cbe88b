import CKernels

/// One update of stochastic gradient descent, with or without momentum.
public struct SGDKernel: Sendable {
    let gradientScale, decay, rate, momentum: Float
    let nesterov: Bool

    /// - Parameters:
    ///   - weightDecay: Times the weights it is added to the gradient.
    ///   - gradientScale: Multiplies the gradient first; clipping comes in here.
    public init(learningRate: Double, momentum: Double, nesterov: Bool, weightDecay: Double, gradientScale: Double) {
        self.gradientScale = Float(gradientScale)
        decay = Float(weightDecay)
        rate = Float(learningRate)
        self.momentum = Float(momentum)
        self.nesterov = nesterov
    }

    /// v = momentum v + g; w -= learning rate * v, or learning rate * (g + momentum v) in Nesterov's form; without a
    /// velocity w -= learning rate * g.
    public func update(
        weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, velocity: UnsafeMutablePointer<Float>?,
        count: Int
    ) {
        if let velocity {
            cantus_sgd_momentum(
                weights, gradient, velocity, gradientScale, decay, rate, momentum, nesterov, count)
        } else {
            cantus_sgd(weights, gradient, gradientScale, decay, rate, count)
        }
    }
}

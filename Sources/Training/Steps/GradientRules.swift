/// What becomes of a step's gradient before the optimizer takes it.
package struct GradientRules: Hashable, Sendable {
    package var penalty: GradientPenalty
    package var clipping: GradientClipping

    package init(penalty: GradientPenalty = GradientPenalty(), clipping: GradientClipping = GradientClipping()) {
        (self.penalty, self.clipping) = (penalty, clipping)
    }

    package init(_ options: TrainingOptions) {
        self.init(
            penalty: GradientPenalty(l1: options.l1, l2: options.l2),
            clipping: GradientClipping(
                maximumValue: options.maximumGradientValue,
                maximumParameterNorm: options.maximumParameterGradientNorm, maximumNorm: options.maximumGradientNorm))
    }
}

/// Penalties on the size of the weights, l1 sum |w| + l2 / 2 sum w^2, as part of the loss: their gradients are there
/// before clipping and count in norms. An optimizer's weight decay comes behind clipping. The loss that training
/// reports is without them. Of a parameter whose gradient is kept by rows, those that the batch touched are penalised.
package struct GradientPenalty: Hashable, Sendable {
    package var l1: Double
    package var l2: Double

    package init(l1: Double = 0, l2: Double = 0) { (self.l1, self.l2) = (l1, l2) }

    var isActive: Bool { l1 > 0 || l2 > 0 }
}

/// Bounds on the size of gradients (Pascanu et al. 2013, "On the difficulty of training recurrent neural networks"), in
/// the order in which they act; 0 turns one off.
package struct GradientClipping: Hashable, Sendable {
    /// Elements are brought into plus or minus this number.
    package var maximumValue: Double
    /// The gradient of a parameter is scaled down to this norm where it is larger.
    package var maximumParameterNorm: Double
    /// The gradient of all parameters together is scaled down to this norm where it is larger.
    package var maximumNorm: Double

    package init(maximumValue: Double = 0, maximumParameterNorm: Double = 0, maximumNorm: Double = 0) {
        (self.maximumValue, self.maximumParameterNorm) = (maximumValue, maximumParameterNorm)
        self.maximumNorm = maximumNorm
    }

    /// The factor that brings a norm down to a bound.
    static func scale(_ norm: Double, to bound: Double) -> Double { bound > 0 && norm > bound ? bound / norm : 1 }
}

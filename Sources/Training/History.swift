/// What each epoch of a training came to.
public struct History: Codable, Hashable, Sendable {
    /// One pass over the training examples.
    public struct Epoch: Codable, Hashable, Sendable {
        /// The number of the epoch; the first is 1.
        public let number: Int
        /// The mean loss over the epoch's examples, in the state in which each was met.
        public let trainingLoss: Double
        /// The mean loss on the validation part behind the epoch.
        public let validationLoss: Double
        /// The score on the validation part behind the epoch; higher is better.
        public let validationScore: Double
        /// The learning rate at the epoch's last step.
        public let learningRate: Double
        /// The mean global norm of the gradients before clipping.
        public let gradientNorm: Double
        /// The mean norm of each layer's gradients before clipping: gradients that vanish or explode show here.
        public let layerGradientNorms: [LayerGradientNorm]
    }

    public internal(set) var epochs: [Epoch] = []

    public init() {}

    /// The epoch with the best validation score, the earliest of equals.
    public var best: Epoch? {
        epochs.reduce(nil) { best, epoch in
            guard let best, best.validationScore >= epoch.validationScore else { return epoch }
            return best
        }
    }

    /// Whether `patience` epochs have passed since one whose score was above all before it by more than
    /// `minimumImprovement`; never for a patience of 0.
    public func hasStalled(patience: Int, minimumImprovement: Double = 0) -> Bool {
        guard patience > 0, var reference = epochs.first, let last = epochs.last else { return false }
        for epoch in epochs where epoch.validationScore > reference.validationScore + minimumImprovement {
            reference = epoch
        }
        return last.number - reference.number >= patience
    }
}

extension History.Epoch {
    /// Histories that earlier versions wrote have no norms of layers.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        number = try values.decode(Int.self, forKey: .number)
        trainingLoss = try values.decode(Double.self, forKey: .trainingLoss)
        validationLoss = try values.decode(Double.self, forKey: .validationLoss)
        validationScore = try values.decode(Double.self, forKey: .validationScore)
        learningRate = try values.decode(Double.self, forKey: .learningRate)
        gradientNorm = try values.decode(Double.self, forKey: .gradientNorm)
        layerGradientNorms =
            try values.decodeIfPresent([LayerGradientNorm].self, forKey: .layerGradientNorms) ?? []
    }
}

import Layers

/// Sums over the steps of an epoch.
struct EpochTotals {
    private let parameters: Parameters
    private let layers: ModelLayers
    private(set) var examples = 0
    private var (steps, lossSum, normSum) = (0, 0.0, 0.0)
    private var layerSums: [Double] = []
    private var learningRate: Double

    /// - Parameter learningRate: What an epoch without steps shows.
    init(_ parameters: Parameters, learningRate: Double) {
        (self.parameters, self.learningRate) = (parameters, learningRate)
        layers = ModelLayers(parameters)
    }

    /// The mean loss of the examples so far.
    var loss: Double { lossSum / Double(max(examples, 1)) }

    mutating func add(_ step: Replicas.Step, examples: Int, learningRate: Double) {
        self.examples += examples
        self.learningRate = learningRate
        steps += 1
        lossSum += step.loss * Double(examples)
        normSum += step.gradientNorm
        let norms = layers.norms(step.parameterNorms, of: parameters)
        if layerSums.isEmpty { layerSums = norms.map { _ in 0 } }
        for (index, norm) in norms.enumerated() { layerSums[index] += norm.norm }
    }

    /// The epoch that these steps and the validation behind them come to.
    func epoch(_ number: Int, _ validation: Trainer.Validation) -> History.Epoch {
        let names = layers.norms([Double](repeating: 0, count: parameters.count), of: parameters).map(\.layer)
        let count = Double(max(steps, 1))
        return History.Epoch(
            number: number, trainingLoss: loss, validationLoss: validation.loss, validationScore: validation.score,
            learningRate: learningRate, gradientNorm: normSum / count,
            layerGradientNorms: zip(names, layerSums).map { LayerGradientNorm(layer: $0, norm: $1 / count) })
    }
}

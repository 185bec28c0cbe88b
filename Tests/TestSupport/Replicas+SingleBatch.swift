import Cantus

extension Replicas {
    /// One step on a batch, with no more to it than clipping by the global norm; 0 turns that off.
    package func step(
        rows: [Int32], learningRate: Double, maximumNorm: Double, seed: UInt64, time: Int, loss: @escaping Loss
    ) throws -> Step {
        try step(
            shares(of: [rows], loss), learningRate: learningRate,
            rules: GradientRules(clipping: GradientClipping(maximumNorm: maximumNorm)), seed: seed, time: time)
    }
}

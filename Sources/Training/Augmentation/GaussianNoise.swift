import Kernels
import Layers
import Tensors

/// In training, adds normally distributed noise to every element; otherwise does nothing (Bishop 1995, "Training with
/// noise is equivalent to Tikhonov regularization").
///
/// - Input, output: any shape; steps behind a row's length, which nothing reads, get noise too
public struct GaussianNoise: Layer {
    public let standardDeviation: Double

    public init(standardDeviation: Double) {
        precondition(standardDeviation >= 0, "noise with a standard deviation of \(standardDeviation)")
        self.standardDeviation = standardDeviation
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        guard context.isTraining, standardDeviation > 0 else { return x }
        var generator = SeededGenerator(seed: context.nextSeed())
        let noise = Tensor(uninitialized: x.shape)
        for element in 0..<noise.count {
            noise.mutablePointer[element] = Float(generator.normal() * standardDeviation)
        }
        return x + noise
    }
}

import Tensors

/// In training, sets elements to zero with a probability and scales the others so that the expected value stays;
/// otherwise does nothing (Srivastava et al. 2014, in the inverted form).
///
/// - Input, output: any shape
public struct Dropout: Layer {
    /// What falls together.
    public enum Unit: Sendable {
        /// Each element for itself.
        case element
        /// The whole last axis: a word's vector, a time step.
        case row
    }

    public let probability: Float
    public let unit: Unit

    public init(_ probability: Float, of unit: Unit = .element) {
        precondition((0...1).contains(probability), "a dropout probability of \(probability)")
        self.probability = probability
        self.unit = unit
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        guard context.isTraining, probability > 0 else { return x }
        return x.dropout(probability, seed: context.nextSeed(), sharedAcross: unit == .row ? x.shape.columns : 1)
    }
}

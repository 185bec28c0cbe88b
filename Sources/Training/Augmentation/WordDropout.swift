import Kernels
import Layers
import Tensors

/// In training, replaces each identifier with a probability by another, that of the unknown word or of padding;
/// otherwise does nothing (Iyyer et al. 2015, "Deep unordered composition rivals syntactic methods for text
/// classification").
///
/// - Input, output: identifiers of any shape
public struct WordDropout: Sendable {
    public let probability: Double
    public let replacement: Int32
    /// An identifier that is never replaced.
    public let padding: Int32?

    public init(_ probability: Double, replacement: Int32, padding: Int32? = nil) {
        precondition((0...1).contains(probability), "a dropout probability of \(probability)")
        (self.probability, self.replacement, self.padding) = (probability, replacement, padding)
    }

    public func callAsFunction(_ identifiers: IndexTensor, _ context: Context) -> IndexTensor {
        guard context.isTraining, probability > 0 else { return identifiers }
        var generator = SeededGenerator(seed: context.nextSeed())
        let result = IndexTensor(uninitialized: identifiers.shape)
        for place in 0..<identifiers.count {
            let identifier = identifiers.pointer[place]
            let falls = generator.uniform() < probability && identifier != padding
            result.mutablePointer[place] = falls ? replacement : identifier
        }
        return result
    }
}

import Layers
import Tensors

/// Makes the features of a text out of the vectors of its words.
///
/// - Input: `[N, T, D]`
/// - Output: `[N, F]`
protocol TagEncoder: Sendable {
    /// F.
    var features: Int { get }

    /// - Parameter lengths: The words of each text, `[N]`; a text without words has zeros for features.
    func callAsFunction(_ x: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor

    /// How much attention each word is given, `[N, T]`, with a sum of 1 over the words of a text; nil where the encoder
    /// has no such weights.
    func attention(_ x: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor?
}

extension TagEncoder {
    func attention(_ x: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor? { nil }
}

/// A parameter that a model will have.
typealias PlannedParameter = (name: String, shape: [Int])

/// The mean of the words' vectors.
struct MeanEncoder: TagEncoder {
    let features: Int

    init(inputs: Int) { features = inputs }

    func callAsFunction(_ x: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor {
        x.meanOverTime(lengths: lengths)
    }
}

import Tensors

/// y = x E^T + b with the vectors E of an embedding: the words that come in and those that go out share one table
/// (Press and Wolf 2017, "Using the output embedding to improve language models").
///
/// - Input: `[..., D]`
/// - Output: logits `[..., V]`
///
/// Every row of E gets a gradient from every logit, so that the embedding has to keep a dense one; both uses add to
/// it. The padding row gets the output's share too, as in PyTorch, and moves away from zero in training.
///
/// Its own parameter is `bias` `[V]`, zero at first; E stays that of the embedding and is saved once, under its name.
public struct TiedLinear: Layer {
    public let weight: Parameter
    public let bias: Parameter

    /// - Parameter embedding: Built with `gradientKind: .dense`.
    public init(_ embedding: Embedding, scope: Scope) {
        precondition(
            embedding.weight.gradientKind == .dense,
            "\(embedding.weight.name) is tied to an output layer and has to keep a dense gradient")
        weight = embedding.weight
        bias = scope.parameter("bias", [embedding.weight.shape[0]], .zeros)
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        x.linear(context(weight), context(bias))
    }
}

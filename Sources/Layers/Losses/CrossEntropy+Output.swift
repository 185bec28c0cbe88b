import Tensors

extension CrossEntropy {
    /// The loss of what an output layer makes of x: `self(layer(x, context), targets: targets, mask: mask)`, up to
    /// rounding.
    ///
    /// For many classes, as the words of a language model are, it takes less time and half the memory for logits: they
    /// are computed for some classes and all examples at a time, and so is their gradient, which goes into the products
    /// with weights and inputs while it is in the cache and stands nowhere as a whole. No work is done on rows that do
    /// not count.
    ///
    /// - Input: x `[N, I]` and classes `[N]`, or `[N, T, I]` and `[N, T]`
    /// - Output: a single number
    public func callAsFunction(
        of layer: Linear, _ x: Tensor, targets: IndexTensor, mask: Mask? = nil, _ context: Context
    ) -> Tensor {
        loss(x, layer.weight, layer.bias, targets, mask, context)
    }

    /// The same for an output layer that shares its weights with an embedding.
    public func callAsFunction(
        of layer: TiedLinear, _ x: Tensor, targets: IndexTensor, mask: Mask? = nil, _ context: Context
    ) -> Tensor {
        loss(x, layer.weight, layer.bias, targets, mask, context)
    }

    private func loss(
        _ x: Tensor, _ weight: Parameter, _ bias: Parameter, _ targets: IndexTensor, _ mask: Mask?, _ context: Context
    ) -> Tensor {
        OutputLoss(self, x: x, weight: context(weight), bias: context(bias), targets: targets, mask: mask).forward()
    }
}

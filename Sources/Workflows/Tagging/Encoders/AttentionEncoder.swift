import Layers
import Tensors

/// A stack of recurrent networks, whose steps count as much as additive attention says.
struct AttentionEncoder: TagEncoder {
    private let network: Recurrent
    private let pooling: AdditivePooling
    let features: Int

    init(_ sizes: RecurrentSizes, attention: Int, scope: Scope) {
        network = sizes.network(.everyStep, scope: scope)
        pooling = AdditivePooling(width: sizes.width, hidden: attention, scope: scope["attention"])
        features = sizes.width
    }

    static func plan(_ sizes: RecurrentSizes, attention: Int) -> (parameters: [PlannedParameter], features: Int) {
        (sizes.plan + [("attention.key.weight", [attention, sizes.width])], sizes.width)
    }

    func callAsFunction(_ x: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor {
        pooling(network(x, lengths: lengths, context), lengths: lengths, context)
    }

    func attention(_ x: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor? {
        pooling.weights(network(x, lengths: lengths, context), lengths: lengths, context)
    }
}

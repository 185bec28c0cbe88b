import Layers
import Tensors

/// Convolutions of several widths over the words, and the strongest answer of each filter.
struct ConvolutionEncoder: TagEncoder {
    private let network: TextCNN
    let features: Int

    init(inputs: Int, filters: Int, widths: [Int], scope: Scope) {
        network = TextCNN(inputs: inputs, filters: filters, widths: widths, scope: scope)
        features = filters * widths.count
    }

    static func plan(
        inputs: Int, filters: Int, widths: [Int]
    ) -> (parameters: [PlannedParameter], features: Int) {
        (
            widths.enumerated().map { ("\($0.offset).weight", [filters, inputs, $0.element]) }, filters * widths.count
        )
    }

    func callAsFunction(_ x: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor {
        network(x, lengths: lengths, context)
    }
}

import Kernels
import Tensors

/// What recurrent layers of one direction share: four parameters, as PyTorch names them, and the calls with them.
///
/// Of G gates, for layer l: `weight_ih_l` `[G H, I]`, `weight_hh_l` `[G H, H]`, `bias_ih_l` and `bias_hh_l` `[G H]`,
/// all uniform in +-1 / sqrt(H); with `_reverse` behind the names for that direction.
public struct RecurrentWeights: Sendable {
    public let inputWeight: Parameter
    public let hiddenWeight: Parameter
    public let inputBias: Parameter
    public let hiddenBias: Parameter
    public let direction: TimeDirection
    /// The share of the hidden state that is dropped on its way into the product; one mask serves all steps of a
    /// sequence (Gal and Ghahramani 2016, "A theoretically grounded application of dropout in recurrent neural
    /// networks", with one mask for all gates).
    public let recurrentDropout: Float

    init(
        gates: Int, inputs: Int, hidden: Int, layer: Int, direction: TimeDirection, recurrentDropout: Float,
        hiddenInitializer: Initializer?, scope: Scope
    ) {
        precondition((0..<1).contains(recurrentDropout), "a recurrent dropout of \(recurrentDropout)")
        (self.direction, self.recurrentDropout) = (direction, recurrentDropout)
        let suffix = Self.suffix(layer, direction)
        let start = Initializer.uniform(bound: 1 / Float(hidden).squareRoot())
        inputWeight = scope.parameter("weight_ih_\(suffix)", [gates * hidden, inputs], start)
        hiddenWeight = scope.parameter("weight_hh_\(suffix)", [gates * hidden, hidden], hiddenInitializer ?? start)
        inputBias = scope.parameter("bias_ih_\(suffix)", [gates * hidden], start)
        hiddenBias = scope.parameter("bias_hh_\(suffix)", [gates * hidden], start)
    }

    /// What stands behind the name of each of a layer's parameters: `l0`, `l1_reverse`.
    static func suffix(_ layer: Int, _ direction: TimeDirection) -> String {
        direction == .forward ? "l\(layer)" : "l\(layer)_reverse"
    }

    func call(_ x: Tensor, lengths: IndexTensor?, initial: [Tensor]?, _ context: Context) -> RecurrentCall {
        RecurrentCall(
            x, inputWeight: context(inputWeight), hiddenWeight: context(hiddenWeight), lengths: lengths,
            direction: direction, initial: initial, hiddenMask: hiddenMask(rows: x.shape[0], context))
    }

    /// `[N, H]` of zeros and 1 / (1 - probability), in training.
    private func hiddenMask(rows: Int, _ context: Context) -> Tensor? {
        guard context.isTraining, recurrentDropout > 0 else { return nil }
        let mask = Tensor(uninitialized: [rows, hiddenWeight.shape[1]])
        Vector.dropoutMask(
            seed: context.nextSeed(), dropped: recurrentDropout, scale: 1 / (1 - recurrentDropout),
            into: mask.mutablePointer, count: mask.count)
        return mask
    }
}

/// One recurrent layer of one direction, as a stack of them sees it.
protocol RecurrentUnit: Sendable {
    /// - Parameter initial: h, then c where the layer has one, `[N, H]` each; zeros where nil.
    func run(
        _ x: Tensor, lengths: IndexTensor?, initial: [Tensor]?, _ wanted: Recurrent.Output, _ context: Context
    ) -> RecurrentResult
}

/// The hidden state between two calls of a layer that carries nothing else.
public struct HiddenState: Sendable {
    /// `[N, H]`.
    public var hidden: Tensor

    public init(hidden: Tensor) { self.hidden = hidden }

    /// The same without a way back: gradients end here, as truncated backpropagation wants it between two calls.
    public var detached: HiddenState { HiddenState(hidden: hidden.detached) }
}

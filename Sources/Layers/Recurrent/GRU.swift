import Tensors

/// Gated recurrent unit (Cho et al. 2014), with the reset gate behind the product:
///
///     r, z = sigmoid(W x_t + b + U h_{t-1} + c)
///     n = tanh(W x_t + b + r (U h_{t-1} + c))           h_t = (1 - z) n + z h_{t-1}
///
/// - Input: `[N, T, I]`
/// - Output: `[N, T, H]`, zeros behind a row's length
///
/// Gate order r, z, n and parameters as in PyTorch (`RecurrentWeights`).
public struct GRU: Sendable {
    public typealias State = HiddenState

    public let weights: RecurrentWeights

    /// - Parameters:
    ///   - layer: The number in a stack, which stands in the names of the parameters.
    ///   - recurrentDropout: See `RecurrentWeights`; the part of h_{t-1} that z lets through is never dropped.
    ///   - hiddenInitializer: How U is drawn, as one matrix `[3H, H]`; like all others where nil.
    public init(
        inputs: Int, hidden: Int, layer: Int = 0, direction: TimeDirection = .forward, recurrentDropout: Float = 0,
        hiddenInitializer: Initializer? = nil, scope: Scope
    ) {
        weights = RecurrentWeights(
            gates: GRUCell.gateCount, inputs: inputs, hidden: hidden, layer: layer, direction: direction,
            recurrentDropout: recurrentDropout, hiddenInitializer: hiddenInitializer, scope: scope)
    }

    /// Runs over whole sequences.
    ///
    /// - Parameters:
    ///   - x: `[N, T, I]`.
    ///   - lengths: `[N]`, each from 0 to T; all steps are valid where nil. Steps behind a row's length change
    ///     neither outputs, state nor gradients.
    ///   - state: Where to start; zeros where nil.
    /// - Returns: The output of each step, and the state behind each row's last valid step.
    public func callAsFunction(
        _ x: Tensor, lengths: IndexTensor? = nil, state: State? = nil, _ context: Context
    ) -> (output: Tensor, state: State) {
        let result = run(x, lengths: lengths, initial: state.map { [$0.hidden] }, .everyStep, context)
        return (result.output!, State(hidden: result.states[0]))
    }
}

extension GRU: RecurrentUnit {
    func run(
        _ x: Tensor, lengths: IndexTensor?, initial: [Tensor]?, _ wanted: Recurrent.Output, _ context: Context
    ) -> RecurrentResult {
        let call = weights.call(x, lengths: lengths, initial: initial, context)
        let (inputBias, hiddenBias) = (context(weights.inputBias), context(weights.hiddenBias))
        if call.suitsPacking(context) {
            let packed = weights.packed(.gru, context)
            return PackedRun(call, packed, inputBias: inputBias, hiddenBias: hiddenBias).forward(wanted)
        }
        let cell = GRUCell(call, inputBias: inputBias, hiddenBias: hiddenBias)
        return RecurrentRun(call, cell).forward(wanted)
    }
}

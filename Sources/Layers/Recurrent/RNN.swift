import Kernels
import Tensors

/// The plain recurrent network (Elman 1990): h_t = f(W x_t + b + U h_{t-1} + c), f tanh or max(., 0).
///
/// - Input: `[N, T, I]`
/// - Output: `[N, T, H]`, zeros behind a row's length
///
/// Parameters as in PyTorch (`RecurrentWeights`).
public struct RNN: Sendable {
    public typealias State = HiddenState
    public typealias Activation = RNNGates.Activation

    public let activation: Activation
    public let weights: RecurrentWeights

    /// - Parameters:
    ///   - layer: The number in a stack, which stands in the names of the parameters.
    ///   - recurrentDropout: See `RecurrentWeights`.
    ///   - hiddenInitializer: How U is drawn; like all others where nil.
    public init(
        _ activation: Activation = .tanh, inputs: Int, hidden: Int, layer: Int = 0,
        direction: TimeDirection = .forward, recurrentDropout: Float = 0, hiddenInitializer: Initializer? = nil,
        scope: Scope
    ) {
        self.activation = activation
        weights = RecurrentWeights(
            gates: RNNCell.gateCount, inputs: inputs, hidden: hidden, layer: layer, direction: direction,
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

extension RNN: RecurrentUnit {
    func run(
        _ x: Tensor, lengths: IndexTensor?, initial: [Tensor]?, _ wanted: Recurrent.Output, _ context: Context
    ) -> RecurrentResult {
        let call = weights.call(x, lengths: lengths, initial: initial, context)
        let (inputBias, hiddenBias) = (context(weights.inputBias), context(weights.hiddenBias))
        if call.suitsPacking(context) {
            let packed = weights.packed(.rnn(activation), context)
            return PackedRun(call, packed, inputBias: inputBias, hiddenBias: hiddenBias).forward(wanted)
        }
        let cell = RNNCell(call, activation: activation, inputBias: inputBias, hiddenBias: hiddenBias)
        return RecurrentRun(call, cell).forward(wanted)
    }
}

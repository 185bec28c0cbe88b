import Tensors

/// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000):
///
///     i, f, o = sigmoid(W x_t + b + U h_{t-1} + c)      g = tanh(the same with its own rows)
///     c_t = f c_{t-1} + i g                             h_t = o tanh(c_t)
///
/// - Input: `[N, T, I]`
/// - Output: `[N, T, H]`, zeros behind a row's length
///
/// Gate order i, f, g, o and parameters as in PyTorch (`RecurrentWeights`).
public struct LSTM: Sendable {
    public typealias Direction = TimeDirection

    /// Whether sums are normalised before the gates.
    public enum Normalization: Hashable, Sendable {
        case none
        /// Layer normalisation (Ba et al. 2016): with N(v) = (v - mean) / sqrt(variance + 1e-5) of a row's vector,
        ///
        ///     gates of a N(W x_t) + a' N(U h_{t-1}) + b + c      h_t = o tanh(a'' N(c_t) + b'')
        ///
        /// and the gains a `gain_ih_l0` and a' `gain_hh_l0` `[4H]`, a'' `gain_cell_l0` and b'' `bias_cell_l0` `[H]`.
        case layer
    }

    /// h and c between two calls, `[N, H]` each.
    public struct State: Sendable {
        public var hidden: Tensor
        public var cell: Tensor

        public init(hidden: Tensor, cell: Tensor) {
            self.hidden = hidden
            self.cell = cell
        }

        /// The same without a way back: gradients end here, as truncated backpropagation wants it between two calls.
        public var detached: State { State(hidden: hidden.detached, cell: cell.detached) }
    }

    public let weights: RecurrentWeights
    /// Gains of input, hidden state and cell, and the cell's bias; empty without normalisation.
    private let gains: [Parameter]

    /// - Parameters:
    ///   - layer: The number in a stack, which stands in the names of the parameters.
    ///   - forgetBias: Added to the start of the forget gate's bias: 1 lets a cell remember from the outset
    ///     (Jozefowicz et al. 2015, "An empirical exploration of recurrent network architectures").
    ///   - recurrentDropout: See `RecurrentWeights`.
    ///   - hiddenInitializer: How U is drawn, as one matrix `[4H, H]`; like all others where nil.
    public init(
        inputs: Int, hidden: Int, layer: Int = 0, direction: Direction = .forward, forgetBias: Float = 0,
        normalization: Normalization = .none, recurrentDropout: Float = 0, hiddenInitializer: Initializer? = nil,
        scope: Scope
    ) {
        weights = RecurrentWeights(
            gates: LSTMCell.gateCount, inputs: inputs, hidden: hidden, layer: layer, direction: direction,
            recurrentDropout: recurrentDropout, hiddenInitializer: hiddenInitializer, scope: scope)
        let bias = weights.inputBias.value.mutablePointer
        for unit in hidden..<2 * hidden where forgetBias != 0 { bias[unit] += forgetBias }
        switch normalization {
        case .none:
            gains = []
        case .layer:
            let suffix = RecurrentWeights.suffix(layer, direction)
            gains = [
                scope.parameter("gain_ih_\(suffix)", [4 * hidden], .constant(1)),
                scope.parameter("gain_hh_\(suffix)", [4 * hidden], .constant(1)),
                scope.parameter("gain_cell_\(suffix)", [hidden], .constant(1)),
                scope.parameter("bias_cell_\(suffix)", [hidden], .zeros),
            ]
        }
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
        let result = run(x, lengths: lengths, initial: state.map { [$0.hidden, $0.cell] }, .everyStep, context)
        return (result.output!, State(hidden: result.states[0], cell: result.states[1]))
    }
}

extension LSTM: RecurrentUnit {
    func run(
        _ x: Tensor, lengths: IndexTensor?, initial: [Tensor]?, _ wanted: Recurrent.Output, _ context: Context
    ) -> RecurrentResult {
        let call = weights.call(x, lengths: lengths, initial: initial, context)
        let (inputBias, hiddenBias) = (context(weights.inputBias), context(weights.hiddenBias))
        if gains.isEmpty {
            if call.suitsPacking(context) {
                let packed = weights.packed(.lstm, context)
                return PackedRun(call, packed, inputBias: inputBias, hiddenBias: hiddenBias).forward(wanted)
            }
            return RecurrentRun(call, LSTMCell(call, inputBias: inputBias, hiddenBias: hiddenBias)).forward(wanted)
        }
        let cell = NormalizedLSTMCell(
            call, inputBias: inputBias, hiddenBias: hiddenBias, gains: gains.map { context($0) })
        return RecurrentRun(call, cell).forward(wanted)
    }
}

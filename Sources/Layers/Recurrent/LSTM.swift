import Kernels
import Tensors

/// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000):
///
///     i, f, o = sigmoid(W x_t + b + U h_{t-1} + c)      g = tanh(the same with its own rows)
///     c_t = f c_{t-1} + i g                             h_t = o tanh(c_t)
///
/// - Input: `[N, T, I]`
/// - Output: `[N, T, H]`, zeros behind a row's length
///
/// Gate order i, f, g, o and parameters as in PyTorch: `weight_ih_l0` `[4H, I]`, `weight_hh_l0` `[4H, H]`,
/// `bias_ih_l0` and `bias_hh_l0` `[4H]`, all uniform in +-1 / sqrt(H).
public struct LSTM: Sendable {
    /// Which end a row starts from.
    public enum Direction: Sendable {
        case forward
        /// From the last valid step to the first; the output of a step stays at the step's place.
        case reverse
    }

    /// h and c between two calls, `[N, H]` each.
    public struct State: Sendable {
        public var hidden: Tensor
        public var cell: Tensor

        public init(hidden: Tensor, cell: Tensor) {
            self.hidden = hidden
            self.cell = cell
        }
    }

    public let inputs: Int
    public let hidden: Int
    public let direction: Direction
    public let inputWeight: Parameter
    public let hiddenWeight: Parameter
    public let inputBias: Parameter
    public let hiddenBias: Parameter

    /// - Parameter forgetBias: Added to the start of the forget gate's bias: 1 lets a cell remember from the outset
    ///   (Jozefowicz et al. 2015, "An empirical exploration of recurrent network architectures").
    public init(
        inputs: Int, hidden: Int, direction: Direction = .forward, forgetBias: Float = 0, scope: Scope
    ) {
        (self.inputs, self.hidden, self.direction) = (inputs, hidden, direction)
        let suffix = direction == .forward ? "l0" : "l0_reverse"
        let start = Initializer.uniform(bound: 1 / Float(hidden).squareRoot())
        inputWeight = scope.parameter("weight_ih_\(suffix)", [4 * hidden, inputs], start)
        hiddenWeight = scope.parameter("weight_hh_\(suffix)", [4 * hidden, hidden], start)
        inputBias = scope.parameter("bias_ih_\(suffix)", [4 * hidden], start)
        hiddenBias = scope.parameter("bias_hh_\(suffix)", [4 * hidden], start)
        for unit in hidden..<2 * hidden where forgetBias != 0 { inputBias.value.mutablePointer[unit] += forgetBias }
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
        Self.run(
            x, inputWeight: context(inputWeight), hiddenWeight: context(hiddenWeight), inputBias: context(inputBias),
            hiddenBias: context(hiddenBias), lengths: lengths, state: state, direction: direction)
    }

    /// The same with weights that are given.
    package static func run(
        _ x: Tensor, inputWeight: Tensor, hiddenWeight: Tensor, inputBias: Tensor, hiddenBias: Tensor,
        lengths: IndexTensor?, state: State?, direction: Direction
    ) -> (output: Tensor, state: State) {
        let (inputs, hidden) = (inputWeight.shape[1], hiddenWeight.shape[1])
        precondition(x.shape.rank == 3 && x.shape[2] == inputs, "an LSTM of [N, T, \(inputs)] got \(x.shape)")
        let rows = x.shape[0]
        if let state {
            precondition(
                state.hidden.shape == [rows, hidden] && state.cell.shape == [rows, hidden],
                "an LSTM's state is [\(rows), \(hidden)], not \(state.hidden.shape) and \(state.cell.shape)")
        }
        let packing = PackedSequences(rows: rows, steps: x.shape[1], lengths: lengths, reversed: direction == .reverse)
        let run = LSTMRun(
            packing: packing, x: x, inputWeight: inputWeight, hiddenWeight: hiddenWeight, inputBias: inputBias,
            hiddenBias: hiddenBias, initial: state)
        return run.forward()
    }
}

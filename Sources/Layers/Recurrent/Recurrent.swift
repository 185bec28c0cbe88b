import Kernels
import Tensors

/// A stack of recurrent layers, of one direction or both.
///
///     let encoder = Recurrent(
///         .gru, inputs: 128, hidden: 64, layers: 2, direction: .both(merge: .concatenate), dropout: 0.2, scope: scope)
///
/// - Input: `[N, T, I]`
/// - Output: `[N, T, F]`, or `[N, F]` of the last step alone; F is 2H where two directions are concatenated, else H
///
/// Parameters have PyTorch's names: `weight_ih_l0`, `weight_ih_l0_reverse`, `weight_ih_l1`, ...
public struct Recurrent: Layer {
    /// The kind of all layers.
    public enum Kind: Hashable, Sendable {
        case rnn(RNN.Activation)
        case gru
        case lstm(forgetBias: Float = 0, normalization: LSTM.Normalization = .none)
    }

    public enum Direction: Hashable, Sendable {
        case forward
        case reverse
        /// Two layers at each height, one from each end of the rows.
        case both(merge: Merge)
    }

    /// What becomes of the outputs of two directions.
    public enum Merge: Hashable, Sendable {
        /// Side by side, the forward direction's features first.
        case concatenate
        case sum, mean, product
    }

    /// What comes out of the uppermost layer.
    public enum Output: Hashable, Sendable {
        /// The output of every step, zeros behind a row's length.
        case everyStep
        /// The state behind the step that each direction reaches last: a row's last valid one, or its first.
        case lastStep
    }

    /// The states of all layers between two calls.
    public struct State: Sendable {
        /// h, `[N, H]` each, from the lowest layer up; of two directions the forward one comes first.
        public var hidden: [Tensor]
        /// c in the same order; empty where layers have none.
        public var cell: [Tensor]

        public init(hidden: [Tensor], cell: [Tensor] = []) {
            self.hidden = hidden
            self.cell = cell
        }

        /// The same without a way back: gradients end here, as truncated backpropagation wants it between two calls.
        public var detached: State { State(hidden: hidden.map(\.detached), cell: cell.map(\.detached)) }
    }

    /// F, the number of features that come out.
    public let features: Int
    private let heights: [[any RecurrentUnit]]
    private let merge: Merge
    private let output: Output
    private let dropout: Dropout

    /// - Parameters:
    ///   - dropout: Acts on the outputs of all layers but the uppermost.
    ///   - recurrentDropout: See `RecurrentWeights`.
    ///   - hiddenInitializer: How the weights of the hidden states are drawn; like all others where nil.
    public init(
        _ kind: Kind, inputs: Int, hidden: Int, layers: Int = 1, direction: Direction = .forward,
        output: Output = .everyStep, dropout: Float = 0, recurrentDropout: Float = 0,
        hiddenInitializer: Initializer? = nil, scope: Scope
    ) {
        precondition(layers > 0, "a stack of \(layers) recurrent layers")
        let directions: [TimeDirection]
        switch direction {
        case .forward: (directions, merge) = ([.forward], .concatenate)
        case .reverse: (directions, merge) = ([.reverse], .concatenate)
        case .both(let merge): (directions, self.merge) = ([.forward, .reverse], merge)
        }
        let features = merge == .concatenate ? directions.count * hidden : hidden
        func unit(_ layer: Int, _ inputs: Int, _ direction: TimeDirection) -> any RecurrentUnit {
            switch kind {
            case .rnn(let activation):
                RNN(
                    activation, inputs: inputs, hidden: hidden, layer: layer, direction: direction,
                    recurrentDropout: recurrentDropout, hiddenInitializer: hiddenInitializer, scope: scope)
            case .gru:
                GRU(
                    inputs: inputs, hidden: hidden, layer: layer, direction: direction,
                    recurrentDropout: recurrentDropout, hiddenInitializer: hiddenInitializer, scope: scope)
            case .lstm(let forgetBias, let normalization):
                LSTM(
                    inputs: inputs, hidden: hidden, layer: layer, direction: direction, forgetBias: forgetBias,
                    normalization: normalization, recurrentDropout: recurrentDropout,
                    hiddenInitializer: hiddenInitializer, scope: scope)
            }
        }
        heights = (0..<layers).map { layer in
            directions.map { unit(layer, layer == 0 ? inputs : features, $0) }
        }
        (self.features, self.output, self.dropout) = (features, output, Dropout(dropout))
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        self(x, lengths: lengths, state: nil, context).output
    }

    /// Runs over whole sequences, from where another call ended.
    ///
    /// - Parameters:
    ///   - lengths: `[N]`, each from 0 to T; all steps are valid where nil.
    ///   - state: Where to start; zeros where nil.
    /// - Returns: The output, and the states behind each row's last valid step.
    public func callAsFunction(
        _ x: Tensor, lengths: IndexTensor?, state: State?, _ context: Context
    ) -> (output: Tensor, state: State) {
        var (x, final) = (x, State(hidden: []))
        for (height, units) in heights.enumerated() {
            let isUppermost = height == heights.count - 1
            let wanted = isUppermost ? output : .everyStep
            let results = run(units, context) { side in
                let start = state.map { states(of: height * units.count + side, $0) }
                return units[side].run(x, lengths: lengths, initial: start, wanted, context)
            }
            for result in results {
                final.hidden.append(result.states[0])
                final.cell += result.states.dropFirst()
            }
            x = merged(results.map { $0.output ?? $0.states[0] })
            if !isUppermost { x = dropout(x, context) }
        }
        return (x, final)
    }

    public func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? {
        output == .everyStep ? lengths : nil
    }

    /// The results of all directions: side by side on two threads where nothing else keeps these busy.
    private func run(
        _ units: [any RecurrentUnit], _ context: Context, _ result: (_ side: Int) -> RecurrentResult
    ) -> [RecurrentResult] {
        guard units.count > 1, context.tape == nil, WorkerPool.sharing != nil else { return units.indices.map(result) }
        var results = [RecurrentResult?](repeating: nil, count: units.count)
        results.withUnsafeMutableBufferPointer { buffer in
            withoutActuallyEscaping(result) { result in
                nonisolated(unsafe) let (buffer, result) = (buffer, result)
                WorkerPool.runShared(buffer.count) { buffer[$0] = result($0) }
            }
        }
        return results.map { $0! }
    }

    /// h, then c where there is one, of one layer and direction.
    private func states(of number: Int, _ state: State) -> [Tensor] {
        let count = heights.count * heights[0].count
        precondition(
            state.hidden.count == count && [0, count].contains(state.cell.count),
            "states of \(state.hidden.count) and \(state.cell.count) layers for a stack of \(count)")
        return [state.hidden[number]] + (state.cell.isEmpty ? [] : [state.cell[number]])
    }

    private func merged(_ sides: [Tensor]) -> Tensor {
        guard sides.count == 2 else { return sides[0] }
        return switch merge {
        case .concatenate: .concatenated(sides)
        case .sum: sides[0] + sides[1]
        case .mean: 0.5 * (sides[0] + sides[1])
        case .product: sides[0] * sides[1]
        }
    }
}

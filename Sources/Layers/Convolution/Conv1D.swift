import Tensors

/// A convolution along time (a cross-correlation, as in PyTorch): with the window's k steps, stride s, dilation d and
/// steps of padding p, and the channels of an output's group,
///
///     y[t, o] = b[o] + sum_j sum_c x[t s + j d - p, c] w[o, c, j]
///
/// Steps before the first and behind a row's length count as zeros.
///
/// - Input: `[N, T, C]`
/// - Output: `[N, T', O]`, T' = `window.outputs(of: T)`, which is 0 where no window fits; zeros behind a row's end
///
/// Parameters as in PyTorch: `weight` `[O, C / groups, k]` and `bias` `[O]`, both uniform in +-1 / sqrt(C / groups k).
public struct Conv1D: Layer {
    /// Which inputs an output sees.
    public enum Connections: Hashable, Sendable {
        /// All.
        case full
        /// Those of its group: inputs and outputs are cut into this many.
        case groups(Int)
        /// One: each input makes an output of its own.
        case depthwise
    }

    public let weight: Parameter
    public let bias: Parameter
    public let window: SlidingWindow
    public let groups: Int

    /// - Parameters:
    ///   - inputs: C.
    ///   - outputs: O.
    public init(
        inputs: Int, outputs: Int, window: SlidingWindow, connections: Connections = .full, scope: Scope
    ) {
        self.window = window
        groups =
            switch connections {
            case .full: 1
            case .groups(let count): count
            case .depthwise: inputs
            }
        precondition(
            groups > 0 && inputs % groups == 0 && outputs % groups == 0,
            "\(inputs) inputs and \(outputs) outputs in \(groups) groups")
        precondition(
            connections != .depthwise || outputs == inputs,
            "\(outputs) outputs of \(inputs) inputs, channel by channel")
        let start = Initializer.uniform(bound: 1 / Float(inputs / groups * window.size).squareRoot())
        weight = scope.parameter("weight", [outputs, inputs / groups, window.size], start)
        bias = scope.parameter("bias", [outputs], start)
    }

    public func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? { window.lengths(after: lengths) }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        let (weight, bias) = (context(weight), context(bias))
        precondition(
            x.shape.rank == 3 && x.shape[2] == weight.shape[1] * groups,
            "a convolution \(weight.shape) in \(groups) groups of \(x.shape)")
        lengths?.checkLengths(rows: x.shape[0], steps: x.shape[1])
        if groups == x.shape[2], weight.shape[0] == groups {
            return DepthwiseConvolution(x, weight: weight, window: window, lengths: lengths).result(bias)
        }
        let convolution = Convolution(x, weight: weight, window: window, groups: groups, lengths: lengths)
        func packed() -> Convolution.PackedWeights {
            convolution.packedWeights(.forward, in: convolution.panelRoom(.forward))
        }
        let isKept = context.isServing && x.tape == nil
        return convolution.result(bias, isKept ? context.shared(for: self.weight, packed) : packed())
    }
}

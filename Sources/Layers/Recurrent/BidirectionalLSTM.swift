import Tensors

/// Two LSTMs over the same sequences, one from each end.
///
/// - Input: `[N, T, I]`
/// - Output: `[N, T, 2H]`, the forward direction's features first, as in PyTorch
public struct BidirectionalLSTM: Sendable {
    public let forward: LSTM
    public let reverse: LSTM

    public init(inputs: Int, hidden: Int, forgetBias: Float = 0, scope: Scope) {
        forward = LSTM(inputs: inputs, hidden: hidden, forgetBias: forgetBias, scope: scope)
        reverse = LSTM(inputs: inputs, hidden: hidden, direction: .reverse, forgetBias: forgetBias, scope: scope)
    }

    /// - Parameter lengths: `[N]`, each from 0 to T; all steps are valid where nil.
    /// - Returns: The output of each step, and the last states of both directions, `[N, 2H]`.
    public func callAsFunction(
        _ x: Tensor, lengths: IndexTensor? = nil, _ context: Context
    ) -> (output: Tensor, hidden: Tensor) {
        let (ahead, back) = (forward(x, lengths: lengths, context), reverse(x, lengths: lengths, context))
        return (
            .concatenated([ahead.output, back.output]), .concatenated([ahead.state.hidden, back.state.hidden])
        )
    }
}

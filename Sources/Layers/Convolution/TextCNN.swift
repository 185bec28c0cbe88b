import Tensors

/// The convolutional network for sentences (Kim 2014, "Convolutional neural networks for sentence classification"):
/// windows of several widths slide over the words, and of each filter the strongest answer counts,
///
///     y = max_t ReLU(conv_w(x))[t], for each width w, side by side
///
/// - Input: `[N, T, C]`
/// - Output: `[N, filters * widths]`, the filters of the first width first; zeros for a row of length zero
///
/// Its convolutions are named `0`, `1`, ... in the order of their widths.
public struct TextCNN: Layer {
    public let convolutions: [Conv1D]

    /// - Parameters:
    ///   - inputs: C.
    ///   - filters: Of each width.
    ///   - padding: With `.valid`, a filter that is wider than a text gives zeros for it.
    public init(inputs: Int, filters: Int, widths: [Int], padding: Padding = .same, scope: Scope) {
        precondition(!widths.isEmpty, "a network without filters")
        convolutions = widths.enumerated().map { place, width in
            Conv1D(
                inputs: inputs, outputs: filters, window: SlidingWindow(size: width, padding: padding),
                scope: scope["\(place)"])
        }
    }

    public func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? { nil }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        let strongest = convolutions.map { convolution in
            convolution(x, lengths: lengths, context)
                .maximumOverTime(lengths: convolution.lengths(after: lengths, steps: x.shape[1]))
        }
        // ReLU grows with its argument, so it may come behind the maximum, where there is less to do.
        return Tensor.concatenated(strongest).relu()
    }
}

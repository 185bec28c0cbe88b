import Layers
import Tensors

/// Causal convolutions, each with twice the dilation of the one before, and what the last step puts out: that step sees
/// the whole of the window where the stack is high enough (van den Oord et al. 2016, "WaveNet"; Bai et al. 2018, "An
/// empirical evaluation of generic convolutional and recurrent networks for sequence modeling").
///
///     x_0 = relu(conv(x)),   x_i = x_{i-1} + dropout(relu(conv_i(x_{i-1}))),   dilation 2^i
struct ConvolutionTrunk: ForecastTrunk {
    private let first: Conv1D
    private let rest: [Conv1D]
    private let dropout: Dropout
    let features: Int

    init(inputs: Int, filters: Int, size: Int, layers: Int, dropout: Float, scope: Scope) {
        func convolution(_ layer: Int, _ inputs: Int) -> Conv1D {
            let window = SlidingWindow(size: size, dilation: 1 << layer, padding: .causal)
            return Conv1D(inputs: inputs, outputs: filters, window: window, scope: scope[String(layer)])
        }
        first = convolution(0, inputs)
        rest = (1..<max(layers, 1)).map { convolution($0, filters) }
        (self.dropout, features) = (Dropout(dropout), filters)
    }

    /// The layers with which the last step sees all steps of a window.
    static func layers(lookback: Int, size: Int) -> Int {
        guard size > 1 else { return 1 }
        var (layers, seen) = (1, size)
        while seen < lookback {
            seen += (size - 1) << layers
            layers += 1
        }
        return layers
    }

    func callAsFunction(_ batch: ForecastBatch, _ context: Context) -> Tensor {
        rest.reduce(first(batch.steps, context).relu()) { x, layer in
            x + dropout(layer(x, context).relu(), context)
        }.lastStep()
    }
}

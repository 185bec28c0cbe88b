import CKernels

/// One step of an LSTM behind its matrix products, for a block of rows. Gate order i, f, g, o, as in PyTorch.
public enum LSTMGates {
    /// i, f, o = sigmoid(gates + bias), g = tanh(gates + bias); c = f c' + i g; h = o tanh(c)
    ///
    /// - Parameters:
    ///   - gates: `[rows, 4 width]`, the products; becomes the activations, which `backward` needs.
    ///   - bias: `[4 width]`.
    ///   - previousCell: c', `[rows, width]`; may be `cell`.
    ///   - cell: c, `[rows, width]`.
    ///   - hidden: h, `[rows, width]`.
    public static func forward(
        gates: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>, previousCell: UnsafePointer<Float>,
        cell: UnsafeMutablePointer<Float>, hidden: UnsafeMutablePointer<Float>, rows: Int, width: Int
    ) { cantus_lstm_forward(gates, bias, previousCell, cell, hidden, rows, width) }

    /// The gradient of `forward`.
    ///
    /// - Parameters:
    ///   - activations: What `forward` left in `gates`.
    ///   - hiddenGradient: All that reaches h, `[rows, width]`.
    ///   - cellGradient: What reaches c from the next step, `[rows, width]`; becomes the gradient of c'.
    ///   - gateGradient: Receives the gradient of the gates before activation, `[rows, 4 width]`.
    public static func backward(
        activations: UnsafePointer<Float>, previousCell: UnsafePointer<Float>, cell: UnsafePointer<Float>,
        hiddenGradient: UnsafePointer<Float>, cellGradient: UnsafeMutablePointer<Float>,
        gateGradient: UnsafeMutablePointer<Float>, rows: Int, width: Int
    ) {
        cantus_lstm_backward(activations, previousCell, cell, hiddenGradient, cellGradient, gateGradient, rows, width)
    }
}

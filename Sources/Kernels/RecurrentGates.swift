import CKernels

/// One step of an Elman network behind its matrix products, for a block of rows.
public enum RNNGates {
    /// What the sum of the products goes through.
    public enum Activation: Sendable {
        case tanh, relu
    }

    /// h = f(h + bias), where h `[rows, width]` holds the products.
    public static func forward(
        _ activation: Activation, bias: UnsafePointer<Float>, hidden: UnsafeMutablePointer<Float>, rows: Int,
        width: Int
    ) {
        switch activation {
        case .tanh: cantus_rnn_tanh_forward(bias, hidden, rows, width)
        case .relu: cantus_rnn_relu_forward(bias, hidden, rows, width)
        }
    }

    /// The gradient before activation: dh f'(h), of `count` elements.
    public static func backward(
        _ activation: Activation, hidden: UnsafePointer<Float>, hiddenGradient: UnsafePointer<Float>,
        gateGradient: UnsafeMutablePointer<Float>, count: Int
    ) {
        switch activation {
        case .tanh: cantus_rnn_tanh_backward(hidden, hiddenGradient, gateGradient, count)
        case .relu: cantus_rnn_relu_backward(hidden, hiddenGradient, gateGradient, count)
        }
    }
}

/// One step of a GRU behind its matrix products, for a block of rows. Gate order r, z, n, as in PyTorch.
public enum GRUGates {
    /// r, z = sigmoid(x + s + bias);  n = tanh(x + bias + r m), m = s + bias;  h = (1 - z) n + z h'
    ///
    /// - Parameters:
    ///   - gates: x, `[rows, 3 width]`, the products of the inputs; becomes the activations.
    ///   - recurrent: s, `[rows, 3 width]`, the products of h'.
    ///   - bias: `[4 width]`: both biases of r together, both of z, the input's of n, the recurrent one of n.
    ///   - candidate: Receives m, `[rows, width]`, which `backward` needs.
    public static func forward(
        gates: UnsafeMutablePointer<Float>, recurrent: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        previousHidden: UnsafePointer<Float>, candidate: UnsafeMutablePointer<Float>,
        hidden: UnsafeMutablePointer<Float>, rows: Int, width: Int
    ) { cantus_gru_forward(gates, recurrent, bias, previousHidden, candidate, hidden, rows, width) }

    /// The gradient of `forward`.
    ///
    /// - Parameters:
    ///   - hiddenGradient: All that reaches h, `[rows, width]`; becomes what reaches h' beside the products.
    ///   - inputGradient: Receives the gradient of x, `[rows, 3 width]`.
    ///   - recurrentGradient: Receives the gradient of s, `[rows, 3 width]`.
    public static func backward(
        activations: UnsafePointer<Float>, candidate: UnsafePointer<Float>, previousHidden: UnsafePointer<Float>,
        hiddenGradient: UnsafeMutablePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
        recurrentGradient: UnsafeMutablePointer<Float>, rows: Int, width: Int
    ) {
        cantus_gru_backward(
            activations, candidate, previousHidden, hiddenGradient, inputGradient, recurrentGradient, rows, width)
    }
}

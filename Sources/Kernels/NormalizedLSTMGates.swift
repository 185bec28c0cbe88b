import CKernels

/// Rows brought to mean 0 and variance 1, as layer normalisation does before its gain and bias.
public enum StandardizedRows {
    /// y[r, :] = (x[r, :] - mean) inverse[r];  inverse[r] = 1 / sqrt(variance + epsilon). y may be x.
    public static func forward(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, inverse: UnsafeMutablePointer<Float>,
        epsilon: Float = 1e-5, rows: Int, columns: Int
    ) { cantus_standardize_rows(x, y, inverse, epsilon, rows, columns) }

    /// dx from the gradient of gain y. dx may be it.
    public static func backward(
        _ y: UnsafePointer<Float>, inverse: UnsafePointer<Float>, gain: UnsafePointer<Float>,
        upstream: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) { cantus_standardize_rows_backward(y, inverse, gain, upstream, dx, rows, columns) }

    /// sums += the sums of the columns of x y: the gradient of a gain.
    public static func addGainGradient(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>, rows: Int,
        columns: Int
    ) { cantus_add_column_product_sums(x, y, sums, rows, columns) }
}

/// One step of a layer-normalised LSTM behind its matrix products, for a block of rows. Gate order i, f, g, o.
///
/// The products of inputs and hidden state, `[rows, 4 width]` each, and the cell on its way to the output come in
/// standardised (`StandardizedRows`).
public enum NormalizedLSTMGates {
    /// i, f, o = sigmoid(gainX x + gainS s + bias), g = tanh(the same);  c = f c' + i g
    public static func forwardCell(
        input: UnsafePointer<Float>, recurrent: UnsafePointer<Float>, inputGain: UnsafePointer<Float>,
        recurrentGain: UnsafePointer<Float>, bias: UnsafePointer<Float>, previousCell: UnsafePointer<Float>,
        gates: UnsafeMutablePointer<Float>, cell: UnsafeMutablePointer<Float>, rows: Int, width: Int
    ) {
        cantus_normalized_lstm_cell(
            input, recurrent, inputGain, recurrentGain, bias, previousCell, gates, cell, rows, width)
    }

    /// From all that reaches c the gradients of i, f, g before activation; `cellGradient` becomes that of c'.
    public static func backwardCell(
        activations: UnsafePointer<Float>, previousCell: UnsafePointer<Float>,
        cellGradient: UnsafeMutablePointer<Float>, gateGradient: UnsafeMutablePointer<Float>, rows: Int, width: Int
    ) { cantus_normalized_lstm_cell_backward(activations, previousCell, cellGradient, gateGradient, rows, width) }

    /// h = o tanh(gain u + bias), u the standardised cell.
    public static func forwardOutput(
        activations: UnsafePointer<Float>, standardizedCell: UnsafePointer<Float>, gain: UnsafePointer<Float>,
        bias: UnsafePointer<Float>, hidden: UnsafeMutablePointer<Float>, rows: Int, width: Int
    ) { cantus_normalized_lstm_output(activations, standardizedCell, gain, bias, hidden, rows, width) }

    /// The gradients of gain u + bias and, in `gateGradient`, of o before activation.
    public static func backwardOutput(
        activations: UnsafePointer<Float>, standardizedCell: UnsafePointer<Float>, gain: UnsafePointer<Float>,
        bias: UnsafePointer<Float>, hiddenGradient: UnsafePointer<Float>, into gradient: UnsafeMutablePointer<Float>,
        gateGradient: UnsafeMutablePointer<Float>, rows: Int, width: Int
    ) {
        cantus_normalized_lstm_output_backward(
            activations, standardizedCell, gain, bias, hiddenGradient, gradient, gateGradient, rows, width)
    }
}

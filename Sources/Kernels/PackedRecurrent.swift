import CKernels

/// Recurrent layers on weights that are packed once for all steps (`cantus_packed.h`): the products of a step stay in
/// registers while they are summed, and the gates follow while the sums are in the first cache.
///
/// Widths are rounded up to whole groups of 16 units, which stay zero where they only fill up. The columns of G gates
/// stand group by group, `[width / 16, G, 16]`: the packed order.
package enum PackedRecurrent: Hashable, Sendable {
    case lstm
    case gru
    case rnn(RNNGates.Activation)

    /// G, in PyTorch's order.
    package var gates: Int {
        switch self {
        case .lstm: 4
        case .gru: 3
        case .rnn: 1
        }
    }

    /// Units whose gates stand in one panel of the weights.
    private var group: Int {
        switch self {
        case .lstm, .gru: 16
        case .rnn: 64
        }
    }

    /// The columns of a panel of weights.
    package var panel: Int { gates * group }

    /// The panels of the weights of `width` units.
    package func panels(width: Int) -> Int { (width + group - 1) / group }

    /// One step of some rows.
    package struct Step {
        var step: cantus_packed_step

        /// - Parameters:
        ///   - width: Units, a multiple of 16.
        ///   - panels: Those of the weights that are multiplied with on the way forward.
        ///   - gates: `[rows, G width]` in packed order: the products of the inputs, which become activations. Nil for
        ///     an RNN, whose `hidden` holds the products first.
        ///   - part: For a GRU, `[rows, width]`: receives the recurrent part of n.
        ///   - previousCell, cell: For an LSTM, `[rows, width]`.
        ///   - previousHidden, hidden: `[rows, width]`.
        package init(
            rows: Int, width: Int, panels: Range<Int>, gates: UnsafeMutablePointer<Float>?,
            part: UnsafeMutablePointer<Float>?,
            previousCell: UnsafePointer<Float>?, cell: UnsafeMutablePointer<Float>?,
            previousHidden: UnsafePointer<Float>, hidden: UnsafeMutablePointer<Float>
        ) {
            precondition(width % 16 == 0, "\(width) units of a packed step")
            step = cantus_packed_step(
                rows: rows, width: width, first: panels.lowerBound, end: panels.upperBound, gates: gates, part: part,
                c_previous: previousCell, c: cell,
                h_previous: previousHidden, h: hidden)
        }
    }

    /// From the products of the inputs to the states.
    ///
    /// - Parameters:
    ///   - inputs: The factors of the inputs' products where these are not there yet.
    ///   - hidden: Those of the hidden state's product; nil where the state is zero.
    ///   - bias: What `packBias` made.
    package func forward(
        _ step: Step, inputs: PackedProduct.Factors?, hidden: PackedProduct.Factors?, bias: UnsafePointer<Float>
    ) {
        let kernels = PackedProduct.kernels
        withUnsafePointer(to: step.step) { step in
            withPointer(to: inputs?.factors) { inputs in
                withPointer(to: hidden?.factors) { hidden in
                    switch self {
                    case .lstm: kernels.lstm(step, inputs, hidden, bias)
                    case .gru: kernels.gru(step, inputs, hidden, bias)
                    case .rnn(let activation): kernels.rnn(step, inputs, hidden, bias, activation == .relu)
                    }
                }
            }
        }
    }

    /// From the gradients of the states to those of the products.
    ///
    /// - Parameters:
    ///   - hiddenGradient: All that reaches h, `[rows, width]`; for a GRU it becomes what reaches the state before
    ///     beside the products.
    ///   - cellGradient: What reaches an LSTM's c from the next step; becomes the gradient of the cell before.
    ///   - inputs: Receives the gradients of the inputs' products, whose rows are `stride` apart.
    ///   - recurrent: Those of the hidden state's products; the same for all but a GRU, where it is nil.
    package func backward(
        _ step: Step, hiddenGradient: UnsafeMutablePointer<Float>, cellGradient: UnsafeMutablePointer<Float>?,
        inputs: UnsafeMutablePointer<Float>, recurrent: UnsafeMutablePointer<Float>?, stride: Int
    ) {
        let kernels = PackedProduct.kernels
        withUnsafePointer(to: step.step) { step in
            switch self {
            case .lstm: kernels.lstm_backward(step, hiddenGradient, cellGradient, inputs, stride)
            case .gru: kernels.gru_backward(step, hiddenGradient, inputs, recurrent, stride)
            case .rnn(let activation):
                kernels.rnn_backward(step, hiddenGradient, inputs, stride, activation == .relu)
            }
        }
    }
}

// MARK: Packing

extension PackedRecurrent {
    /// Floats of weights `[G units, depth]` that are packed for steps forward.
    package func forwardCount(units: Int, depth: Int) -> Int { (units + group - 1) / group * panel * depth }

    /// Packs weights `[G units, depth]` for steps forward.
    package func packForward(
        _ weights: UnsafePointer<Float>, units: Int, depth: Int, into panels: UnsafeMutablePointer<Float>
    ) { cantus_pack_forward(weights, gates, units, depth, group, panels) }

    /// Floats of weights `[G units, columns]` that are packed for the way back.
    package func backwardCount(units: Int, columns: Int) -> Int {
        (columns + PackedProduct.panel - 1) / PackedProduct.panel * PackedProduct.panel * gates
            * PackedProduct.padded(units)
    }

    /// Packs weights `[G units, columns]` for the way back: the depth of the product is in packed order.
    package func packBackward(
        _ weights: UnsafePointer<Float>, units: Int, columns: Int, into panels: UnsafeMutablePointer<Float>
    ) { cantus_pack_backward(weights, gates, units, columns, panels) }

    /// Columns of biases in packed order: those of a GRU have a fourth place in each group.
    private var biasGates: Int { self == .gru ? 4 : gates }

    package func biasCount(units: Int) -> Int { biasGates * PackedProduct.padded(units) }

    /// Packs both biases, `[G units]` each, into one, and needs as much scratch: their sums, but for a GRU's n, which
    /// has that of the hidden state and that of the inputs.
    package func packBias(
        input: UnsafePointer<Float>, hidden: UnsafePointer<Float>, units: Int,
        into packed: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        Vector.sum(input, hidden, into: scratch, count: gates * units)
        if self == .gru {
            let n = 2 * units
            (scratch + n).update(from: hidden + n, count: units)
            (scratch + n + units).update(from: input + n, count: units)
        }
        cantus_pack_vector(scratch, biasGates, units, packed)
    }

    /// weights `[G units, depth]` = the transpose of sums `[depth, G width]`, whose columns are in packed order; or +=
    /// it where `adding`.
    package func unpack(
        _ sums: UnsafePointer<Float>, units: Int, depth: Int, adding: Bool, into weights: UnsafeMutablePointer<Float>
    ) { cantus_unpack_gates(sums, gates, units, depth, adding, weights) }
}

/// Calls `body` with a pointer to a value, or with nil where there is none.
private func withPointer<Value, Result>(to value: Value?, _ body: (UnsafePointer<Value>?) -> Result) -> Result {
    guard let value else { return body(nil) }
    return withUnsafePointer(to: value) { body($0) }
}

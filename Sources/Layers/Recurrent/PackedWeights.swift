import Kernels
import Tensors

/// The two weights of a recurrent layer in the layout of `PackedRecurrent`, packed once for all calls in one context.
///
/// Packing is an operation of its own on the tape: a layer that is called for each step of a decoder collects the
/// gradients of all calls in packed order, and they are brought back into the weights' order once.
final class PackedWeights {
    let kind: PackedRecurrent
    /// I and H.
    let inputs, units: Int
    /// For steps forward. The gradients that reach them are transposed, `[I, G H]` and `[H, G H]` in packed order.
    let input, hidden: Tensor
    /// The same without packing.
    private let plainInput, plainHidden: Tensor
    /// For the way back, packed where it is gone.
    private(set) lazy var inputBackward = packedBackward(plainInput, columns: inputs)
    private(set) lazy var hiddenBackward = packedBackward(plainHidden, columns: units)

    /// - Parameters:
    ///   - input: `[G H, I]`.
    ///   - hidden: `[G H, H]`.
    init(_ kind: PackedRecurrent, input: Tensor, hidden: Tensor) {
        (self.kind, inputs, units) = (kind, input.shape[1], hidden.shape[1])
        precondition(
            input.shape[0] == kind.gates * units && hidden.shape[0] == kind.gates * units,
            "weights of \(input.shape) and \(hidden.shape) for \(kind.gates) gates")
        (plainInput, plainHidden) = (input.detached, hidden.detached)
        self.input = Self.packed(kind, input, units: units)
        self.hidden = Self.packed(kind, hidden, units: units)
    }

    private static func packed(_ kind: PackedRecurrent, _ weight: Tensor, units: Int) -> Tensor {
        let depth = weight.shape[1]
        let panels = Tensor(uninitialized: [kind.forwardCount(units: units, depth: depth)])
        kind.packForward(weight.pointer, units: units, depth: depth, into: panels.mutablePointer)
        return panels.recorded(from: [weight]) { pass in
            guard let (sink, isEmpty) = pass.destination(0) else { return }
            kind.unpack(pass.upstream, units: units, depth: depth, adding: !isEmpty, into: sink)
        }
    }

    private func packedBackward(_ weight: Tensor, columns: Int) -> Tensor {
        let panels = Tensor(uninitialized: [kind.backwardCount(units: units, columns: columns)])
        kind.packBackward(weight.pointer, units: units, columns: columns, into: panels.mutablePointer)
        return panels
    }
}

extension RecurrentCall {
    /// Whether it runs on packed weights, which know of no mask.
    func suitsPacking(_ context: Context) -> Bool { hiddenMask == nil && !context.usesPlainSteps }
}

extension RecurrentWeights {
    /// The weights packed, once in a context.
    func packed(_ kind: PackedRecurrent, _ context: Context) -> PackedWeights {
        context.shared(for: hiddenWeight) {
            PackedWeights(kind, input: context(inputWeight), hidden: context(hiddenWeight))
        }
    }
}

import Kernels

/// Where a tensor stands on a tape.
package struct Place {
    unowned let tape: Tape
    let slot: Int
}

/// The record of a forward computation, from which gradients are computed backwards.
///
/// A flat list: operations in the order in which they ran, and a slot for the gradient of every tensor that they
/// read or wrote. `backward` walks the list from its end; nothing refers to its own past, so that a sequence of any
/// length is released without recursion. A tape serves one thread at a time; each replica has its own.
public final class Tape {
    /// What an operation does with the gradients that have reached its outputs.
    public typealias Backward = (_ pass: BackwardPass) -> Void

    struct Slot {
        let count: Int
        /// Gradients that have arrived; nil as long as there are none.
        var gradient: Storage?
        /// Where the gradient of a parameter is collected, in place of storage of the slot's own.
        let target: GradientTarget?
        /// Whether the gradient outlives the backward pass.
        let isLeaf: Bool
    }

    struct Operation {
        /// Slots of the inputs; -1 where no gradient is wanted.
        let inputs: [Int]
        let outputs: Range<Int>
        let backward: Backward
    }

    var slots: [Slot] = []
    private var operations: [Operation] = []
    /// Is shown what every operation puts out: for finding out where numbers go wrong.
    package var observer: ((_ output: Tensor) -> Void)?

    public init() {}

    /// The number of operations that wait for `backward`.
    public var count: Int { operations.count }

    /// Puts a tensor on the tape, so that `gradient(of:)` can tell its gradient after `backward`.
    public func watch(_ tensor: Tensor) -> Tensor { leaf(tensor, target: nil) }

    /// Puts a parameter on the tape; its gradient is added to what `target` holds.
    package func watch(_ tensor: Tensor, addingTo target: GradientTarget) -> Tensor { leaf(tensor, target: target) }

    private func leaf(_ tensor: Tensor, target: GradientTarget?) -> Tensor {
        slots.append(Slot(count: tensor.count, gradient: nil, target: target, isLeaf: true))
        return tensor.placed(on: self, slot: slots.count - 1)
    }

    /// Records one operation and places its outputs on the tape.
    package func record(_ outputs: [Tensor], from inputs: [Tensor], backward: @escaping Backward) -> [Tensor] {
        let first = slots.count
        for output in outputs {
            observer?(output)
            slots.append(Slot(count: output.count, gradient: nil, target: nil, isLeaf: false))
        }
        let inputSlots = inputs.map { input in
            guard let place = input.place else { return -1 }
            precondition(place.tape === self, "an operation on tensors of two tapes")
            return place.slot
        }
        operations.append(Operation(inputs: inputSlots, outputs: first..<slots.count, backward: backward))
        return outputs.enumerated().map { $1.placed(on: self, slot: first + $0) }
    }

    /// Computes the gradients of `loss`, a single number, times `scale`, and empties the tape of its operations.
    ///
    /// Each operation and each gradient is let go as soon as it has been used.
    public func backward(from loss: Tensor, scale: Float = 1) {
        precondition(loss.count == 1, "gradients are taken of a single number, not of \(loss.shape)")
        guard let place = loss.place, place.tape === self else {
            preconditionFailure("the loss is not on this tape")
        }
        let seed = Storage(count: 1)
        seed.floats[0] = scale
        slots[place.slot].gradient = seed
        while let operation = operations.popLast() {
            if operation.outputs.contains(where: { slots[$0].gradient != nil }) {
                operation.backward(BackwardPass(tape: self, operation: operation))
            }
            for output in operation.outputs { slots[output].gradient = nil }
        }
    }

    /// The gradient of a watched tensor after `backward`; zeros where none reached it.
    public func gradient(of tensor: Tensor) -> Tensor {
        guard let place = tensor.place, place.tape === self, slots[place.slot].isLeaf else {
            preconditionFailure("the tensor was not put on this tape by watch")
        }
        guard let gradient = slots[place.slot].gradient else { return Tensor(zeros: tensor.shape) }
        return Tensor(storage: gradient, shape: tensor.shape)
    }

    /// Forgets everything; tensors that were on the tape no longer are.
    public func reset() {
        operations.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
    }
}

/// One operation's view of the tape while its gradients are computed.
public struct BackwardPass {
    private let tape: Tape
    private let operation: Tape.Operation

    init(tape: Tape, operation: Tape.Operation) {
        self.tape = tape
        self.operation = operation
    }

    /// The gradient that has reached the only output.
    public var upstream: UnsafePointer<Float> { upstream(0)! }

    /// The gradient that has reached an output; nil stands for zeros.
    public func upstream(_ output: Int) -> UnsafePointer<Float>? {
        tape.slots[operation.outputs.lowerBound + output].gradient.map { UnsafePointer($0.floats) }
    }

    /// Where an operation adds the gradient of an input; nil where nobody wants it.
    public func sink(_ input: Int) -> UnsafeMutablePointer<Float>? {
        guard let (pointer, isEmpty) = destination(input) else { return nil }
        if isEmpty { pointer.update(repeating: 0, count: tape.slots[operation.inputs[input]].count) }
        return pointer
    }

    /// Where an operation puts the gradient of an input; nil where nobody wants it. If nothing has arrived there yet,
    /// it `isEmpty`: it holds whatever it may, and the operation writes all of it instead of adding to it.
    package func destination(_ input: Int) -> (pointer: UnsafeMutablePointer<Float>, isEmpty: Bool)? {
        let slot = operation.inputs[input]
        guard slot >= 0 else { return nil }
        if let target = tape.slots[slot].target {
            defer { target.isEmpty.pointee = false }
            return (target.pointer, target.isEmpty.pointee)
        }
        if tape.slots[slot].gradient != nil {
            if !isKnownUniquelyReferenced(&tape.slots[slot].gradient) { copyGradient(of: slot) }
            return (tape.slots[slot].gradient!.floats, false)
        }
        let gradient = Storage(count: tape.slots[slot].count)
        tape.slots[slot].gradient = gradient
        return (gradient.floats, true)
    }

    /// Makes the gradient of the only output that of an input: one array serves both as long as nothing is added to
    /// it, if nothing has arrived at the input yet.
    package func passOn(to input: Int) {
        let slot = operation.inputs[input]
        guard slot >= 0 else { return }
        if tape.slots[slot].target == nil, tape.slots[slot].gradient == nil {
            tape.slots[slot].gradient = tape.slots[operation.outputs.lowerBound].gradient
        } else if let (sink, isEmpty) = destination(input) {
            let count = tape.slots[slot].count
            if isEmpty {
                sink.update(from: upstream, count: count)
            } else {
                Vector.add(upstream, to: sink, count: count)
            }
        }
    }

    /// Gives a slot an array of its own in the place of one that it shares.
    private func copyGradient(of slot: Int) {
        let count = tape.slots[slot].count
        let copy = Storage(count: count)
        copy.floats.update(from: tape.slots[slot].gradient!.floats, count: count)
        tape.slots[slot].gradient = copy
    }

    /// Lets an operation add the gradient of an input piece by piece: each is set to zero, if nothing has arrived there
    /// yet, right before it is added to, when both are done in the first cache.
    ///
    /// - Parameters:
    ///   - unit: Pieces are whole multiples of so many elements; the gradient is, too.
    ///   - body: Adds the gradients of some elements to the sink, which begins at the first of them.
    package func addPieces(
        to input: Int, unit: Int = 1,
        _ body: (_ sink: UnsafeMutablePointer<Float>, _ elements: Range<Int>) -> Void
    ) {
        guard let (pointer, isEmpty) = destination(input) else { return }
        let count = tape.slots[operation.inputs[input]].count
        guard count > 0 else { return }
        guard isEmpty else { return body(pointer, 0..<count) }
        let piece = max(1, Self.pieceElements / max(unit, 1)) * unit
        for start in stride(from: 0, to: count, by: piece) {
            let end = min(start + piece, count)
            (pointer + start).update(repeating: 0, count: end - start)
            body(pointer + start, start..<end)
        }
    }

    private static let pieceElements = 2048
}

/// Where the gradient of a parameter is collected over all uses of a step.
package struct GradientTarget {
    package let pointer: UnsafeMutablePointer<Float>
    /// Whether nothing has arrived yet, so that the memory holds whatever it may.
    package let isEmpty: UnsafeMutablePointer<Bool>

    package init(_ pointer: UnsafeMutablePointer<Float>, isEmpty: UnsafeMutablePointer<Bool>) {
        (self.pointer, self.isEmpty) = (pointer, isEmpty)
    }
}

extension Tensor {
    /// The tape that this tensor stands on.
    package var tape: Tape? { place?.tape }

    fileprivate func placed(on tape: Tape, slot: Int) -> Tensor {
        Tensor(storage: storage, offset: offset, shape: shape, place: Place(tape: tape, slot: slot))
    }

    /// Records the operation that made this tensor, where one of its inputs stands on a tape.
    package func recorded(from inputs: [Tensor], backward: @escaping Tape.Backward) -> Tensor {
        guard let tape = inputs.lazy.compactMap(\.tape).first else { return self }
        return tape.record([self], from: inputs, backward: backward)[0]
    }
}

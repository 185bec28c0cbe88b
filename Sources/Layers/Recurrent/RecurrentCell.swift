import Tensors

/// The arithmetic of one kind of recurrent layer: all that a step does besides the matrix products.
///
/// `RecurrentRun` drives a cell: the products of all inputs, then step by step the products of the hidden state and
/// `forward`; on the way back step by step `backward` and the products with its result, and `finish`. A cell serves
/// one run over one batch and keeps what its backward pass needs.
protocol RecurrentCell: AnyObject {
    /// G, the number of blocks of H rows in each weight.
    static var gateCount: Int { get }
    /// Whether the products of inputs and hidden state do different things, so that each has a gradient of its own;
    /// otherwise they are added up.
    static var separatesProducts: Bool { get }
    /// Whether the hidden state reaches the next one beside the product too.
    static var carriesHidden: Bool { get }

    /// What goes from step to step: the hidden state, then the cell where there is one.
    var states: [CarriedState] { get }
    /// The trainable tensors besides the two weights.
    var parameters: [Tensor] { get }

    /// Where the products of all inputs go, `[P, G H]`.
    var inputProducts: UnsafeMutablePointer<Float> { get }
    /// Where the product of the hidden state goes at a step, `[size, G H]`: onto the input's, or to a place of its own
    /// where the cell separates them.
    func hiddenProducts(_ step: Int) -> UnsafeMutablePointer<Float>

    /// Called once, behind the products of the inputs.
    func prepare()
    /// From a step's products to its states.
    func forward(_ step: Int)
    /// From the gradients of a step's states to those of its products. `gradients` hold, for each state, all that
    /// reaches it, `[N, H]` by position, and become what reaches the state before beside the product.
    func backward(_ step: Int, _ gradients: [Tensor], into gates: GateGradients)
    /// Called once, behind the first step: adds the gradients of `parameters`, the first of which is input `first`.
    func finish(_ gates: GateGradients, _ pass: BackwardPass, first: Int)
}

extension RecurrentCell {
    func prepare() {}
}

/// The gradients of all steps' products.
struct GateGradients {
    /// Of the inputs' products, `[P, G H]`.
    let input: Tensor
    /// Of the hidden state's products, `[P, G H]`; the same tensor where products are added up.
    let hidden: Tensor
}

/// h, or an LSTM's c, at all steps of a run.
///
/// In memory the state before the first step stands in front of the packed rows, `[N + P, H]`, rows `stride` apart.
/// Where all rows have one length, the states before all steps are then the same array, read from its beginning.
final class CarriedState {
    private let packing: PackedSequences
    private let width: Int
    private let stride: Int
    private let values: Tensor

    /// - Parameters:
    ///   - stride: H where nil.
    ///   - initial: `[N, H]` in the batch's order; zeros where nil.
    init(_ packing: PackedSequences, width: Int, stride: Int? = nil, initial: Tensor?) {
        let stride = stride ?? width
        (self.packing, self.width, self.stride) = (packing, width, stride)
        values = Tensor(uninitialized: [packing.rows + packing.total, stride])
        if let initial {
            packing.order(initial.pointer, width: width, into: values.mutablePointer, stride: stride)
        } else {
            values.mutablePointer.update(repeating: 0, count: packing.rows * stride)
        }
    }

    /// The states behind all steps, `[P, H]`.
    var all: UnsafeMutablePointer<Float> { values.mutablePointer + packing.rows * stride }

    /// The states behind a step, `[size, H]`.
    func behind(_ step: Int) -> UnsafeMutablePointer<Float> { all + packing.start(step) * stride }

    /// The states before a step, `[size, H]`.
    func before(_ step: Int) -> UnsafePointer<Float> {
        step == 0 ? values.pointer : UnsafePointer(behind(step - 1))
    }

    /// The states behind all steps as the batch has them, `[N, T, H]`, zeros behind a row's length.
    var everyStep: Tensor {
        let result = Tensor(uninitialized: [packing.rows, packing.steps, width])
        packing.unpack(all, stride: stride, width: width, into: result.mutablePointer)
        return result
    }

    /// Each row's state behind its last step, `[N, H]` in the batch's order.
    var final: Tensor {
        let result = Tensor(uninitialized: [packing.rows, width])
        for position in 0..<packing.rows {
            let state = packing.last(position).map { all + $0 * stride } ?? values.mutablePointer + position * stride
            (result.mutablePointer + packing.row(position) * width).update(from: state, count: width)
        }
        return result
    }

    /// The states before all steps, `[P, H]`.
    func beforeAll() -> Tensor {
        if packing.isUniform { return values }
        let result = Tensor(uninitialized: [packing.total, stride])
        copyBefore(0..<packing.longest, into: result.mutablePointer)
        return result
    }

    /// The states before some steps, one behind the other: in place where all rows have one length, else copied.
    func before(_ steps: Range<Int>, scratch: Tensor?) -> UnsafePointer<Float> {
        guard !packing.isUniform, let scratch else {
            return values.pointer + packing.start(steps.lowerBound) * stride
        }
        copyBefore(steps, into: scratch.mutablePointer)
        return scratch.pointer
    }

    private func copyBefore(_ steps: Range<Int>, into result: UnsafeMutablePointer<Float>) {
        let first = packing.start(steps.lowerBound)
        for step in steps {
            (result + (packing.start(step) - first) * stride)
                .update(from: before(step), count: packing.size(step) * stride)
        }
    }
}

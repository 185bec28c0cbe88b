import Tensors

/// What a window that slides along time finds before the first step and behind the last.
public enum Padding: String, Hashable, Sendable, CaseIterable {
    /// Nothing: the window stays inside, and few steps come out of few.
    case valid
    /// As much on both sides (one more behind, where the number is odd): T steps come out of T, every `stride`-th of
    /// them where the stride is more than 1.
    case same
    /// All before the first: an output sees its own step and earlier ones alone.
    case causal
}

/// The steps of a sequence that each output of a convolution or a pool looks at: output t sees the steps
///
///     t stride + j dilation - stepsBefore,   j = 0, ..., size - 1
///
/// Where a window starts does not depend on the length of the sequence, so that a row gives the same among longer ones
/// as alone.
public struct SlidingWindow: Hashable, Sendable {
    /// Steps that a window looks at.
    public let size: Int
    /// Steps from one window to the next.
    public let stride: Int
    /// Steps from one step of a window to the next.
    public let dilation: Int
    public let padding: Padding

    public init(size: Int, stride: Int = 1, dilation: Int = 1, padding: Padding = .valid) {
        precondition(
            size > 0 && stride > 0 && dilation > 0, "a window of \(size), stride \(stride), dilation \(dilation)")
        (self.size, self.stride, self.dilation, self.padding) = (size, stride, dilation, padding)
    }

    /// Steps from the first that a window looks at to the last, both included.
    public var span: Int { (size - 1) * dilation + 1 }

    /// Steps of padding before a sequence.
    public var stepsBefore: Int {
        switch padding {
        case .valid: 0
        case .same: (span - 1) / 2
        case .causal: span - 1
        }
    }

    /// The windows on a sequence.
    public func outputs(of steps: Int) -> Int {
        switch padding {
        case .valid: steps < span ? 0 : (steps - span) / stride + 1
        case .same, .causal: (steps + stride - 1) / stride
        }
    }

    /// The windows on each row.
    func lengths(after lengths: IndexTensor?) -> IndexTensor? {
        lengths.map { lengths in
            let result = IndexTensor(uninitialized: lengths.shape)
            for row in 0..<lengths.count {
                result.mutablePointer[row] = Int32(outputs(of: Int(lengths.pointer[row])))
            }
            return result
        }
    }

    /// The windows among the first `outputs` whose step j lies within a sequence.
    func outputs(_ outputs: Int, whoseStep j: Int, liesIn steps: Int) -> Range<Int> {
        // The first t with t stride >= before - j dilation, and the first with t stride >= that + steps.
        let start = stepsBefore - j * dilation
        func firstWindow(at step: Int) -> Int { min(outputs, max(0, (step + stride - 1) / stride)) }
        return firstWindow(at: max(start, 0))..<firstWindow(at: max(start + steps, 0))
    }
}

import Tensors

/// Each row's last valid step: y[n] = x[n, L[n] - 1]; zeros for a row of length zero.
///
/// - Input: `[N, T, D]`
/// - Output: `[N, D]`
public struct LastStep: Layer {
    public init() {}

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        x.lastStep(lengths: lengths)
    }

    public func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? { nil }
}

/// The valid steps of each row from the last to the first: y[n, t] = x[n, L[n] - 1 - t]; zeros behind a row's end.
///
/// - Input, output: `[N, T, D]`
public struct Reverse: Layer {
    public init() {}

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        x.reversedInTime(lengths: lengths)
    }
}

/// A vector as a sequence that is the same at every step: y[n, t] = x[n].
///
/// - Input: `[N, D]`
/// - Output: `[N, T, D]`, all of its steps valid
public struct RepeatVector: Layer {
    /// T.
    public let steps: Int

    public init(steps: Int) {
        precondition(steps >= 0, "\(steps) repetitions")
        self.steps = steps
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        x.repeated(steps: steps)
    }

    public func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? { nil }
}

/// All that a row holds in one vector.
///
/// - Input: `[N, ...]`
/// - Output: `[N, the product of the other extents]`; with lengths, of `[N, T, D]`, zeros in place of padded steps
public struct Flatten: Layer {
    public init() {}

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        precondition(x.shape.rank > 0, "a single number has no rows")
        let x = lengths.map { x.zeroingPadding(lengths: $0) } ?? x
        return x.reshaped([x.shape[0], x.shape.array.dropFirst().reduce(1, *)])
    }

    public func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? { nil }
}

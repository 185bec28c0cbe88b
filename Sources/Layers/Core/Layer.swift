import Tensors

/// Something that turns one tensor into another.
///
/// Layers that work along time respect the lengths of the rows; all others ignore them. A chain of layers hands
/// lengths on by `lengths(after:steps:)`.
public protocol Layer: Sendable {
    /// - Parameters:
    ///   - x: What the layer says under Input; `[N, T, D]` for sequences.
    ///   - lengths: `[N]`, the valid steps of each row, from 0 to T; nil where all are valid or x has no time axis.
    func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor

    /// The lengths of the rows that come out, where rows of these lengths and `steps` steps go in; nil where no time
    /// axis is left, or all of its steps are valid.
    func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor?
}

extension Layer {
    public func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? { lengths }

    public func callAsFunction(_ x: Tensor, _ context: Context) -> Tensor { self(x, lengths: nil, context) }
}

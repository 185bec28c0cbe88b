import Tensors

/// How far predictions are from what they should be: a single number, the mean over all that counts.
///
///     let loss = HuberLoss(delta: 1)(predictions, targets: targets, mask: .lengths(lengths))
///     tape.backward(from: loss)
///
/// What counts is everything, or what a mask says. Where nothing counts the loss is 0, and so are its gradients. Sums
/// are taken in Double. Gradients flow into the predictions alone, never into the targets.
///
/// Losses of several tensors (`CosineLoss`, `ContrastiveLoss`, `TripletLoss`, `CTCLoss`) name their arguments
/// themselves; all else is the same.
public protocol Loss<Targets>: Sendable {
    /// `Tensor` for numbers, `IndexTensor` for classes.
    associatedtype Targets

    /// - Parameters:
    ///   - predictions: What the loss says under Input, as are the targets.
    ///   - mask: What counts; everything where nil.
    /// - Returns: A single number.
    func callAsFunction(_ predictions: Tensor, targets: Targets, mask: Mask?) -> Tensor
}

extension Loss {
    public func callAsFunction(_ predictions: Tensor, targets: Targets) -> Tensor {
        self(predictions, targets: targets, mask: nil)
    }
}

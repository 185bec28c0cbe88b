import Kernels
import Tensors

/// Mean squared error: l = (x - t)^2.
///
/// - Input: predictions x and targets t of the same shape
/// - Output: a single number
public struct MeanSquaredError: Loss {
    public init() {}

    public func callAsFunction(_ predictions: Tensor, targets: Tensor, mask: Mask?) -> Tensor {
        predictions.mean(of: .squaredError, targets: targets, mask: mask)
    }
}

/// Mean absolute error: l = |x - t|.
///
/// Its best constant is the median, where that of the squared error is the mean: single large errors move it less. At
/// x = t the gradient is 0.
///
/// - Input: predictions x and targets t of the same shape
/// - Output: a single number
public struct MeanAbsoluteError: Loss {
    public init() {}

    public func callAsFunction(_ predictions: Tensor, targets: Tensor, mask: Mask?) -> Tensor {
        predictions.mean(of: .absoluteError, targets: targets, mask: mask)
    }
}

/// The squared error near the target and the absolute error away from it (Huber 1964, "Robust estimation of a location
/// parameter"):
///
///     l = (x - t)^2 / 2 where |x - t| <= delta, else delta (|x - t| - delta / 2)
///
/// - Input: predictions x and targets t of the same shape
/// - Output: a single number
public struct HuberLoss: Loss {
    public let delta: Float

    /// - Parameter delta: From which error on the loss grows in a straight line; above 0.
    public init(delta: Float = 1) {
        precondition(delta > 0, "Huber's delta is \(delta)")
        self.delta = delta
    }

    public func callAsFunction(_ predictions: Tensor, targets: Tensor, mask: Mask?) -> Tensor {
        predictions.mean(of: .huber(delta: delta), targets: targets, mask: mask)
    }
}

/// How a hinge grows behind its margin.
public enum HingeGrowth: Sendable {
    /// As the distance itself.
    case linear
    /// As its square, which has no kink.
    case squared
}

/// The hinge of support vector machines: l = max(0, margin - t x), or its square.
///
/// - Input: scores x and targets t of the same shape, targets 1 or -1
/// - Output: a single number
public struct HingeLoss: Loss {
    public let margin: Float
    public let growth: HingeGrowth

    public init(margin: Float = 1, growth: HingeGrowth = .linear) {
        (self.margin, self.growth) = (margin, growth)
    }

    public func callAsFunction(_ scores: Tensor, targets: Tensor, mask: Mask?) -> Tensor {
        targets.checkSigns(RowWeights(coarsest: mask, of: targets.shape))
        let loss = growth == .linear ? ElementLoss.hinge(margin: margin) : .squaredHinge(margin: margin)
        return scores.mean(of: loss, targets: targets, mask: mask)
    }
}

extension Tensor {
    /// The mean of a loss over all elements that count, as one entry of the tape.
    fileprivate func mean(of loss: ElementLoss, targets: Tensor, mask: Mask?) -> Tensor {
        precondition(shape == targets.shape, "targets \(targets.shape) for predictions \(shape)")
        let weights = RowWeights(coarsest: mask, of: shape)
        let (rows, columns) = (weights.rows, weights.rows > 0 ? count / weights.rows : 0)
        let divisor = Divisor(weights.total * Double(columns))
        let sum = LossKernels.sum(
            of: loss, pointer, targets: targets.pointer, mask: weights.pointer, rows: rows, columns: columns)
        return divisor.mean(of: sum).recorded(from: [self]) { [self] pass in
            guard let sink = pass.sink(0) else { return }
            LossKernels.addGradient(
                of: loss, pointer, targets: targets.pointer, mask: weights.pointer, scale: divisor.scale(pass),
                to: sink, rows: rows, columns: columns)
        }
    }

    /// Traps where an element that counts is neither 1 nor -1.
    func checkSigns(_ mask: RowWeights) {
        let perRow = mask.rows > 0 ? count / mask.rows : 0
        for row in 0..<mask.rows where mask[row] > 0 {
            for place in row * perRow..<(row + 1) * perRow {
                precondition(abs(pointer[place]) == 1, "target \(pointer[place]); 1 and -1 are expected")
            }
        }
    }
}

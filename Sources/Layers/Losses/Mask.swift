import Tensors

/// What counts in a loss or a metric, and how much.
///
/// With weights w, a mean is sum w l / sum w. An entry of weight 0 is not even read: it may hold anything.
public enum Mask: Sendable {
    /// A weight from 0 for each row `[N]`, each step `[N, T]` or, where a loss has no axis that belongs together, each
    /// element. 0 and 1 leave out and leave in.
    case weights(Tensor)
    /// How many of each row's steps count, `[N]`, each from 0 to T, for `[N, T]` and more axes.
    case lengths(IndexTensor)

    /// The weight of each element of a tensor of this shape, in row-major order, as metrics take them.
    public func weights(for shape: Shape) -> [Float] { RowWeights(self, of: shape).values!.elements }

    /// Whether the mask tells apart the elements of the last axis.
    func reachesLastAxis(of shape: Shape) -> Bool {
        switch self {
        case .weights(let weights): weights.shape.rank == shape.rank
        case .lengths: shape.rank == 2
        }
    }

    /// A weight for each entry of the first few axes.
    func leadingWeights(of shape: Shape) -> Tensor {
        switch self {
        case .weights(let weights):
            precondition(
                weights.shape.rank <= shape.rank && weights.shape.array[...] == shape.array[..<weights.shape.rank],
                "a mask \(weights.shape) for \(shape)")
            for place in 0..<weights.count {
                let weight = weights.pointer[place]
                precondition(weight >= 0 && weight.isFinite, "weight \(weight) in a mask")
            }
            return weights
        case .lengths(let lengths):
            precondition(shape.rank >= 2, "lengths for \(shape), which has no steps")
            let (rows, steps) = (shape[0], shape[1])
            lengths.checkLengths(rows: rows, steps: steps)
            let weights = Tensor(uninitialized: [rows, steps])
            for row in 0..<rows {
                for step in 0..<steps {
                    weights.mutablePointer[row * steps + step] = step < lengths.pointer[row] ? 1 : 0
                }
            }
            return weights
        }
    }
}

/// A mask made ready for a kernel: one weight for each row of a matrix.
struct RowWeights {
    /// `[rows]`; nil stands for ones.
    let values: Tensor?
    let rows: Int
    /// The sum of the weights.
    let total: Double

    /// A weight for each entry of a shape.
    init(_ mask: Mask?, of shape: Shape) {
        let leading = mask?.leadingWeights(of: shape)
        guard let leading, leading.count < shape.count else {
            self.init(leading, rows: shape.count)
            return
        }
        let group = shape.count / leading.count
        let weights = Tensor(uninitialized: shape)
        for place in 0..<leading.count {
            (weights.mutablePointer + place * group).update(repeating: leading.pointer[place], count: group)
        }
        self.init(weights, rows: shape.count)
    }

    /// As few weights as the mask has: a row is what one weight stands for.
    init(coarsest mask: Mask?, of shape: Shape) {
        let leading = mask?.leadingWeights(of: shape)
        self.init(leading, rows: leading?.count ?? shape.rows)
    }

    private init(_ values: Tensor?, rows: Int) {
        (self.values, self.rows) = (values, rows)
        guard let values else {
            total = Double(rows)
            return
        }
        total = (0..<rows).reduce(0.0) { $0 + Double(values.pointer[$1]) }
    }

    var pointer: UnsafePointer<Float>? { values?.pointer }

    /// The weight of a row.
    subscript(row: Int) -> Float { values?.pointer[row] ?? 1 }
}

/// Turns the sum of a loss into its mean: by the weight of all that counts, 0 where nothing counts.
struct Divisor {
    private let weight: Double

    init(_ weight: Double) { self.weight = weight }

    func mean(of sum: Double) -> Tensor { Tensor(weight > 0 ? Float(sum / weight) : 0) }

    /// What the gradient of the sum is to be multiplied by.
    func scale(_ pass: BackwardPass) -> Float { weight > 0 ? pass.upstream[0] / Float(weight) : 0 }
}

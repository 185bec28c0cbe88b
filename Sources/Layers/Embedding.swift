import Kernels
import Tensors

/// y[n, t] = W[x[n, t]]: a vector for each identifier.
///
/// - Input: `[N, T]` identifiers (or any shape)
/// - Output: `[N, T, D]`
///
/// Its parameter is `weight` `[V, D]`, as in PyTorch. The gradient is kept by rows: a step costs as much as the rows
/// that the batch touched, whatever the size of the table; a table that `TiedLinear` shares keeps a dense one. The
/// padding row is zero and no identifier moves it.
public struct Embedding: Sendable {
    public let weight: Parameter
    public let padding: Int32?

    /// - Parameters:
    ///   - entries: V.
    ///   - width: D.
    ///   - padding: The identifier whose vector is zero and has no gradient.
    ///   - initializer: How the other vectors start; normal with variance 1 as in PyTorch, where nothing else is said.
    ///   - gradientKind: By rows, unless other layers use the weight too.
    public init(
        entries: Int, width: Int, padding: Int32? = nil, initializer: Initializer = .normal(standardDeviation: 1),
        gradientKind: Parameter.GradientKind = .rows, scope: Scope
    ) {
        weight = scope.parameter("weight", [entries, width], initializer, gradientKind: gradientKind)
        self.padding = padding
        if let padding {
            precondition((0..<entries).contains(Int(padding)), "padding row \(padding) of \(entries) entries")
            (weight.value.mutablePointer + Int(padding) * width).update(repeating: 0, count: width)
        }
    }

    public func callAsFunction(_ identifiers: IndexTensor, _ context: Context) -> Tensor {
        let (width, count) = (weight.shape[1], identifiers.count)
        let result = Tensor(uninitialized: Shape(identifiers.shape.array + [width]))
        let (table, target) = (TableRows(of: weight.value, identifiers), result.mutablePointer)
        for place in 0..<count { (target + place * width).update(from: table.row(place), count: width) }
        guard let tape = context.tape, let gradients = context.gradients, !weight.isFrozen else { return result }
        switch weight.gradientKind {
        case .rows:
            let rows = gradients.rows(weight)
            return tape.record([result], from: []) { [padding] pass in
                let (numbers, upstream) = (identifiers.pointer, pass.upstream)
                for place in 0..<count where numbers[place] != padding {
                    rows.add(upstream + place * width, toRow: numbers[place])
                }
            }[0]
        case .dense:
            return tape.record([result], from: [context(weight)]) { [padding] pass in
                guard let sink = pass.sink(0) else { return }
                let (numbers, upstream) = (identifiers.pointer, pass.upstream)
                for place in 0..<count where numbers[place] != padding {
                    Vector.add(upstream + place * width, to: sink + Int(numbers[place]) * width, count: width)
                }
            }[0]
        }
    }
}

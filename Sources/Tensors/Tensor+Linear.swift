import Kernels

extension Tensor {
    /// y = x W^T + b
    ///
    /// - Input: `[..., I]`
    /// - Output: `[..., O]`
    /// - Parameters:
    ///   - weight: W, `[O, I]`.
    ///   - bias: b, `[O]`.
    ///   - range: The rows of W and b that take part, and are the outputs; all of them where nil.
    public func linear(_ weight: Tensor, _ bias: Tensor? = nil, outputs range: Range<Int>? = nil) -> Tensor {
        precondition(
            weight.shape.rank == 2 && shape.rank > 0 && weight.shape[1] == shape[-1],
            "a linear map \(weight.shape) of \(shape)")
        precondition(bias == nil || bias!.shape == [weight.shape[0]], "a bias \(bias!.shape) for \(weight.shape)")
        let range = range ?? 0..<weight.shape[0]
        precondition(range.lowerBound >= 0 && range.upperBound <= weight.shape[0], "rows \(range) of \(weight.shape)")
        let (rows, inputs, outputs) = (shape.rows, weight.shape[1], range.count)
        let (first, firstWeight) = (range.lowerBound, range.lowerBound * inputs)
        let result = Tensor(uninitialized: shape.replacingLast(with: outputs))
        let input = Matrix(pointer, rows: rows, columns: inputs)
        let weights = Matrix(weight.pointer + firstWeight, rows: outputs, columns: inputs)
        BLAS.multiply(
            input, weights, transposingB: true,
            into: MutableMatrix(result.mutablePointer, rows: rows, columns: outputs),
            bias: bias.map { $0.pointer + first })
        return result.recorded(from: [self, weight] + (bias.map { [$0] } ?? [])) { [self] pass in
            let upstream = Matrix(pass.upstream, rows: rows, columns: outputs)
            if let (sink, isEmpty) = pass.destination(0) {
                let weights = Matrix(weight.pointer + firstWeight, rows: outputs, columns: inputs)
                BLAS.multiply(
                    upstream, weights, into: MutableMatrix(sink, rows: rows, columns: inputs), adding: !isEmpty)
            }
            // Only where all rows of the weight take part is what is written here all of its gradient.
            let isWhole = range.count == weight.shape[0]
            if let (sink, isEmpty) = isWhole ? pass.destination(1) : pass.sink(1).map({ (pointer: $0, isEmpty: false) })
            {
                BLAS.multiply(
                    upstream, transposingA: true, Matrix(pointer, rows: rows, columns: inputs),
                    into: MutableMatrix(sink + firstWeight, rows: outputs, columns: inputs), adding: !isEmpty)
            }
            if bias != nil, let sink = pass.sink(2) {
                Rows.addColumnSums(of: upstream.pointer, to: sink + first, rows: rows, columns: outputs)
            }
        }
    }
    /// The same for a single row, without a way back: the weights are read once, as they stand.
    package func linearRow(_ weight: Tensor, _ bias: Tensor? = nil) -> Tensor {
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        precondition(
            shape.rank > 0 && shape.rows == 1 && shape[-1] == inputs && (bias == nil || bias!.count == outputs),
            "a linear map \(weight.shape) of a row \(shape)")
        let result = Tensor(uninitialized: shape.replacingLast(with: outputs))
        BLAS.multiply(
            Matrix(weight.pointer, rows: outputs, columns: inputs), pointer, bias: bias?.pointer,
            into: result.mutablePointer)
        return result
    }
}

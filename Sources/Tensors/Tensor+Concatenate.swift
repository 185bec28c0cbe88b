import Kernels

extension Tensor {
    /// The tensors side by side along the last axis.
    ///
    /// - Input: `[..., C1]`, `[..., C2]`, ... with equal outer extents
    /// - Output: `[..., C1 + C2 + ...]`
    public static func concatenated(_ tensors: [Tensor]) -> Tensor {
        precondition(!tensors.isEmpty, "nothing to concatenate")
        let widths = tensors.map(\.shape.columns)
        let total = widths.reduce(0, +)
        let shape = tensors[0].shape.replacingLast(with: total)
        for tensor in tensors {
            precondition(
                tensor.shape.rank == shape.rank && tensor.shape.replacingLast(with: total) == shape,
                "\(tensors[0].shape) and \(tensor.shape) side by side")
        }
        let rows = shape.rows
        let result = Tensor(uninitialized: shape)
        var start = 0
        for (tensor, width) in zip(tensors, widths) {
            for row in 0..<rows {
                (result.mutablePointer + row * total + start).update(from: tensor.pointer + row * width, count: width)
            }
            start += width
        }
        return result.recorded(from: tensors) { pass in
            let upstream = pass.upstream
            var start = 0
            for (input, width) in widths.enumerated() {
                if let sink = pass.sink(input) {
                    for row in 0..<rows {
                        Vector.add(upstream + row * total + start, to: sink + row * width, count: width)
                    }
                }
                start += width
            }
        }
    }
}

import Kernels

extension Tensor {
    /// silu(a) b, where a is the first half of the last axis, b the second (Shazeer 2020, "GLU variants improve
    /// transformer").
    ///
    /// - Input: `[..., 2 C]`
    /// - Output: `[..., C]`
    public func swiGLU() -> Tensor {
        precondition(shape.rank > 0 && shape.columns % 2 == 0, "\(shape) has no two halves")
        let (rows, width) = (shape.rows, shape.columns / 2)
        let result = Tensor(uninitialized: shape.replacingLast(with: width))
        GatedKernels.swiGLU(pointer, into: result.mutablePointer, rows: rows, width: width)
        return result.recorded(from: [self]) { [self] pass in
            guard let sink = pass.sink(0) else { return }
            GatedKernels.addSwiGLUGradient(pointer, upstream: pass.upstream, to: sink, rows: rows, width: width)
        }
    }
}

import Kernels

extension Tensor {
    /// 1 / (1 + exp(-x))
    public func sigmoid() -> Tensor {
        elementwise(Activations.sigmoid, gradient: Activations.addSigmoidGradient)
    }

    /// tanh x
    public func tanh() -> Tensor { elementwise(Activations.tanh, gradient: Activations.addTanhGradient) }

    /// max(x, 0)
    public func relu() -> Tensor { elementwise(Activations.relu, gradient: Activations.addReluGradient) }

    /// exp(x_c) / sum_k exp(x_k) over the last axis
    ///
    /// - Input: `[..., C]`
    /// - Output: `[..., C]`
    public func softmax() -> Tensor {
        let (rows, columns) = (shape.rows, shape.columns)
        let result = Tensor(uninitialized: shape)
        Rows.softmax(pointer, into: result.mutablePointer, rows: rows, columns: columns)
        return result.recorded(from: [self]) { pass in
            guard let sink = pass.sink(0) else { return }
            Rows.addSoftmaxGradient(
                output: result.pointer, upstream: pass.upstream, to: sink, rows: rows, columns: columns)
        }
    }

    /// A function of each element whose gradient follows from its output.
    private func elementwise(
        _ function: @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void,
        gradient: @escaping (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
    ) -> Tensor {
        let result = Tensor(uninitialized: shape)
        let count = count
        nonisolated(unsafe) let (x, y) = (pointer, result.mutablePointer)
        WorkerPool.runSharedPieces(count) { function(x + $0.lowerBound, y + $0.lowerBound, $0.count) }
        return result.recorded(from: [self]) { pass in
            pass.addPieces(to: 0) { sink, range in
                gradient(result.pointer + range.lowerBound, pass.upstream + range.lowerBound, sink, range.count)
            }
        }
    }
}

import Kernels

extension Tensor {
    /// x where x > 0, else slope x (Maas et al. 2013).
    public func leakyReLU(slope: Float = 0.01) -> Tensor { elementwise(.leakyReLU(slope: slope)) }

    /// min(max(x, 0), 6)
    public func relu6() -> Tensor { elementwise(.relu6) }

    /// x where x > 0, else alpha (exp(x) - 1) (Clevert et al. 2016).
    public func elu(alpha: Float = 1) -> Tensor { elementwise(.elu(alpha: alpha)) }

    /// x Phi(x), Phi the standard normal distribution (Hendrycks and Gimpel 2016, "Gaussian error linear units").
    public func gelu() -> Tensor { elementwise(.gelu) }

    /// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2: the same paper's approximation, which differs by up to 5e-4.
    public func geluTanh() -> Tensor { elementwise(.geluTanh) }

    /// x / (1 + exp(-x)), also known as swish.
    public func silu() -> Tensor { elementwise(.silu) }

    /// log(1 + exp(x))
    public func softplus() -> Tensor { elementwise(.softplus) }

    /// min(max(x + 3, 0), 6) / 6
    public func hardSigmoid() -> Tensor { elementwise(.hardSigmoid) }

    /// 1 where x >= 0, else 0. No gradient flows: it is zero everywhere but at the jump, where there is none.
    public func step() -> Tensor {
        let result = Tensor(uninitialized: shape)
        Activations.step(pointer, into: result.mutablePointer, count: count)
        return result
    }

    /// Where a gradient is wanted the derivative is kept and the input is not: the way back is then a product.
    private func elementwise(_ function: Activations.OfInput) -> Tensor {
        let result = Tensor(uninitialized: shape)
        let count = count
        nonisolated(unsafe) let (x, y) = (pointer, result.mutablePointer)
        guard place != nil else {
            WorkerPool.runSharedPieces(count) {
                function.apply(x + $0.lowerBound, into: y + $0.lowerBound, count: $0.count)
            }
            return result
        }
        let slopes = Tensor(uninitialized: shape)
        function.apply(x, into: y, slopes: slopes.mutablePointer, count: count)
        return result.recorded(from: [self]) { pass in
            guard let (sink, isEmpty) = pass.destination(0) else { return }
            if isEmpty {
                Vector.product(pass.upstream, slopes.pointer, into: sink, count: count)
            } else {
                Vector.addProduct(pass.upstream, slopes.pointer, to: sink, count: count)
            }
        }
    }
}

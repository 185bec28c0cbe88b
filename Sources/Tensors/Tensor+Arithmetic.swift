import Kernels

extension Tensor {
    /// a + b, element by element; equal shapes.
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        precondition(a.shape == b.shape, "a sum of \(a.shape) and \(b.shape)")
        let result = Tensor(uninitialized: a.shape)
        let count = a.count
        Vector.sum(a.pointer, b.pointer, into: result.mutablePointer, count: count)
        return result.recorded(from: [a, b]) { pass in
            for input in 0...1 {
                if let sink = pass.sink(input) { Vector.add(pass.upstream, to: sink, count: count) }
            }
        }
    }

    /// a b, element by element; equal shapes.
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        precondition(a.shape == b.shape, "a product, element by element, of \(a.shape) and \(b.shape)")
        let result = Tensor(uninitialized: a.shape)
        let count = a.count
        Vector.product(a.pointer, b.pointer, into: result.mutablePointer, count: count)
        return result.recorded(from: [a, b]) { pass in
            if let sink = pass.sink(0) { Vector.addProduct(pass.upstream, b.pointer, to: sink, count: count) }
            if let sink = pass.sink(1) { Vector.addProduct(pass.upstream, a.pointer, to: sink, count: count) }
        }
    }

    /// s a
    public static func * (scale: Float, a: Tensor) -> Tensor {
        let result = Tensor(uninitialized: a.shape)
        let count = a.count
        Vector.scale(scale, a.pointer, into: result.mutablePointer, count: count)
        return result.recorded(from: [a]) { pass in
            if let sink = pass.sink(0) { Vector.add(scale, pass.upstream, to: sink, count: count) }
        }
    }

    /// The sum of all elements, a single number.
    public func sum() -> Tensor {
        let count = count
        let result = Tensor(Float(Vector.sum(pointer, count: count)))
        return result.recorded(from: [self]) { pass in
            guard let sink = pass.sink(0) else { return }
            let upstream = pass.upstream[0]
            for element in 0..<count { sink[element] += upstream }
        }
    }

    /// The mean of all elements, a single number.
    public func mean() -> Tensor {
        precondition(count > 0, "the mean of no elements")
        return (1 / Float(count)) * sum()
    }
}

import Kernels

extension Tensor {
    /// a + b, element by element; equal shapes.
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        precondition(a.shape == b.shape, "a sum of \(a.shape) and \(b.shape)")
        let result = Tensor(uninitialized: a.shape)
        let count = a.count
        Vector.sum(a.pointer, b.pointer, into: result.mutablePointer, count: count)
        return result.recorded(from: [a, b]) { pass in
            for input in 0...1 { pass.passOn(to: input) }
        }
    }

    /// a b, element by element; equal shapes.
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        precondition(a.shape == b.shape, "a product, element by element, of \(a.shape) and \(b.shape)")
        let result = Tensor(uninitialized: a.shape)
        let count = a.count
        Vector.product(a.pointer, b.pointer, into: result.mutablePointer, count: count)
        return result.recorded(from: [a, b]) { pass in
            for (input, other) in [b, a].enumerated() {
                pass.addPieces(to: input) { sink, range in
                    Vector.addProduct(
                        pass.upstream + range.lowerBound, other.pointer + range.lowerBound, to: sink,
                        count: range.count)
                }
            }
        }
    }

    /// s a
    public static func * (scale: Float, a: Tensor) -> Tensor {
        let result = Tensor(uninitialized: a.shape)
        let count = a.count
        Vector.scale(scale, a.pointer, into: result.mutablePointer, count: count)
        return result.recorded(from: [a]) { pass in
            pass.addPieces(to: 0) { sink, range in
                Vector.add(scale, pass.upstream + range.lowerBound, to: sink, count: range.count)
            }
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

import Kernels

extension Tensor {
    /// Sets elements to zero with a probability and scales the rest by 1 / (1 - probability), so that the expected
    /// value stays (Srivastava et al. 2014, in the inverted form).
    ///
    /// - Parameters:
    ///   - probability: The share of zeros, in [0, 1].
    ///   - seed: Decides the mask; the same seed and shape give the same one.
    ///   - sharedAcross: How many neighbouring elements fall together: 1 drops single elements, the width of a row
    ///     drops whole rows.
    public func dropout(_ probability: Float, seed: UInt64, sharedAcross group: Int = 1) -> Tensor {
        guard probability > 0 else { return self }
        precondition(group > 0 && count % group == 0, "groups of \(group) do not divide \(shape)")
        let (groups, count) = (count / group, count)
        let mask = Tensor(uninitialized: [groups])
        Vector.dropoutMask(
            seed: seed, dropped: probability, scale: probability < 1 ? 1 / (1 - probability) : 0,
            into: mask.mutablePointer, count: groups)
        let result = Tensor(uninitialized: shape)
        if group == 1 {
            Vector.product(pointer, mask.pointer, into: result.mutablePointer, count: count)
        } else {
            for row in 0..<groups {
                Vector.scale(
                    mask.pointer[row], pointer + row * group, into: result.mutablePointer + row * group, count: group)
            }
        }
        return result.recorded(from: [self]) { pass in
            guard let sink = pass.sink(0) else { return }
            if group == 1 {
                Vector.addProduct(pass.upstream, mask.pointer, to: sink, count: count)
            } else {
                for row in 0..<groups where mask.pointer[row] != 0 {
                    Vector.add(mask.pointer[row], pass.upstream + row * group, to: sink + row * group, count: group)
                }
            }
        }
    }
}

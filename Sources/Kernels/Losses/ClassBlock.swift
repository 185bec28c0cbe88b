import CKernels

/// The logits of some classes for many examples, class by class, and cross-entropy on them: a block at a time, as they
/// come out of a product of weights and examples.
package struct ClassBlock {
    private let block: cantus_class_block
    private let targets: UnsafePointer<Int32>

    /// - Parameters:
    ///   - logits: `[classes, examples]` without their bias, rows `stride` apart.
    ///   - classes: The numbers of the classes that the block holds.
    ///   - bias: Of all classes, `[C]`; zeros where nil.
    ///   - weights: Of all classes, `[C]`; ones where nil.
    ///   - targets: The class of each example, negative where it has none.
    package init(
        logits: UnsafeMutablePointer<Float>, stride: Int, classes: Range<Int>, examples: Int,
        bias: UnsafePointer<Float>?, weights: UnsafePointer<Float>?, targets: UnsafePointer<Int32>
    ) {
        block = cantus_class_block(
            x: logits, stride: stride, examples: examples, first: classes.lowerBound, count: classes.count,
            bias: bias.map { $0 + classes.lowerBound }, weights: weights.map { $0 + classes.lowerBound })
        self.targets = targets
    }

    /// Adds what these classes bring to the sums of each example; logits become exp(x - largest), with the largest so
    /// far.
    ///
    /// - Parameters:
    ///   - largest: The largest logit so far, -infinity at first.
    ///   - powers: sum_c exp(x[c] - largest).
    ///   - right: Receives the logit of the target where this block holds it.
    ///   - weighted: sum_c w[c] x[c], where it is wanted.
    package func add(
        largest: UnsafeMutablePointer<Float>, powers: UnsafeMutablePointer<Float>, right: UnsafeMutablePointer<Float>,
        weighted: UnsafeMutablePointer<Float>?
    ) {
        withUnsafePointer(to: block) { block in
            let sums = cantus_class_sums(largest: largest, powers: powers, right: right, weighted: weighted)
            withUnsafePointer(to: sums) { cantus_class_block_add(block, targets, $0) }
        }
    }

    /// dx[c] = powers exp(x[c] - L) - weighted w[c], less `right` for the target; and its sums over examples are added
    /// to the gradient of the bias. `add` has been here before.
    ///
    /// - Parameters:
    ///   - largest: The largest logits behind `add` of this block.
    ///   - logSums: L of each example.
    ///   - dx: `[classes, examples]`, rows `stride` apart.
    ///   - biasGradient: Of all classes, `[C]`.
    package func backward(
        largest: UnsafePointer<Float>, logSums: UnsafePointer<Float>, powers: UnsafePointer<Float>,
        right: UnsafePointer<Float>, weighted: UnsafePointer<Float>?, into dx: UnsafeMutablePointer<Float>, stride: Int,
        addingTo biasGradient: UnsafeMutablePointer<Float>?
    ) {
        withUnsafePointer(to: block) { block in
            let slopes = cantus_class_slopes(
                largest: largest, log_sums: logSums, powers: powers, right: right, weighted: weighted)
            withUnsafePointer(to: slopes) {
                cantus_class_block_backward(
                    block, targets, $0, dx, stride, biasGradient.map { $0 + block.pointee.first })
            }
        }
    }
}

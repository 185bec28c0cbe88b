import Kernels
import Tensors

extension Convolution {
    /// Where gradients go; nil where nobody wants one.
    struct Sinks {
        let input: (pointer: UnsafeMutablePointer<Float>, isEmpty: Bool)?
        let weight, bias: UnsafeMutablePointer<Float>?
    }

    /// Adds the gradients of all sequences. The output's gradient is mostly zeros behind some layers: of a maximum's
    /// steps one receives it, and behind ReLU those above zero. The elements of a sequence decide alone whether all of
    /// them are multiplied or those that are not zero, so that the same numbers always come out.
    func addGradients(of upstream: UnsafePointer<Float>, to sinks: Sinks) {
        // Both have their memory at every step, so that a step which takes another way than those before needs no more.
        var dense = DenseGradients(of: self, to: sinks)
        var sparse = SparseGradients(of: self, to: sinks)
        let room = sinks.weight == nil ? nil : paddedRoom
        for row in 0..<x.shape[0] {
            let count = window.outputs(of: length(row))
            guard count > 0 else {
                if let (sink, isEmpty) = sinks.input, isEmpty {
                    (sink + row * steps * width).update(repeating: 0, count: steps * width)
                }
                continue
            }
            let gradient = upstream + row * outputSteps * outputs
            if let bias = sinks.bias { Rows.addColumnSums(of: gradient, to: bias, rows: count, columns: outputs) }
            guard sinks.input != nil || sinks.weight != nil else { continue }
            let input = sinks.weight.map { _ in paddedInput(row, in: room) }
            if sparse?.hasFew(gradient, steps: count) == true {
                sparse?.add(gradient, of: input, row: row, steps: count)
            } else {
                dense.add(gradient, of: input, row: row, steps: count)
            }
        }
        dense.finish()
        sparse?.finish()
    }
}

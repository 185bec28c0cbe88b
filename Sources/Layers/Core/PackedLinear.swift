import Kernels
import Tensors

/// A linear map whose weights are packed for many predictions: a matrix product packs them anew at each call, which for a
/// few rows costs as much as the product itself.
final class PackedLinear {
    private let outputs, inputs: Int
    private let panels: Tensor  // [O / 64, I, 64], zeros behind the last output
    private let bias: Tensor  // [O in whole panels]

    /// - Parameters:
    ///   - weight: `[O, I]`.
    ///   - bias: `[O]`; zeros where nil.
    init(weight: Tensor, bias: Tensor?) {
        (outputs, inputs) = (weight.shape[0], weight.shape[1])
        panels = Tensor(uninitialized: [PackedProduct.panelCount(depth: inputs, columns: outputs)])
        PackedProduct.pack(
            transposing: weight.pointer, columns: outputs, depth: inputs, into: panels.mutablePointer)
        self.bias = Tensor(zeros: [PackedProduct.panelCount(depth: 1, columns: outputs)])
        if let bias { self.bias.mutablePointer.update(from: bias.pointer, count: outputs) }
    }

    /// y = x W^T + b
    ///
    /// - Input: `[..., I]`
    /// - Output: `[..., O]`
    func callAsFunction(_ x: Tensor) -> Tensor {
        precondition(x.shape.rank > 0 && x.shape[-1] == inputs, "a linear map [\(outputs), \(inputs)] of \(x.shape)")
        let (rows, panelCount) = (x.shape.rows, (outputs + PackedProduct.panel - 1) / PackedProduct.panel)
        let result = Tensor(uninitialized: x.shape.replacingLast(with: outputs))
        nonisolated(unsafe) let (map, y) = (self, result.mutablePointer)
        let threads = WorkerPool.threadsSharing(multiplications: rows * inputs * outputs)
        // Threads share the rows where each then has several tiles: it finds its own in its cache at the next map. Else
        // they share the outputs where each has several panels.
        let sharesOutputs =
            rows < 16 * threads
            && (panelCount % threads == 0 || panelCount >= 4 * threads || rows < 2 * threads)
        if sharesOutputs {
            let parts = WorkerPool.ranges(panelCount, parts: threads)
            WorkerPool.runShared(parts.count) { map.multiply(x, rows: 0..<rows, panels: parts[$0], into: y) }
        } else {
            let parts = WorkerPool.ranges(rows, parts: threads)
            WorkerPool.runShared(parts.count) { map.multiply(x, rows: parts[$0], panels: 0..<panelCount, into: y) }
        }
        return result
    }

    private func multiply(_ x: Tensor, rows: Range<Int>, panels: Range<Int>, into y: UnsafeMutablePointer<Float>) {
        let factors = PackedProduct.Factors(
            x.pointer, row: inputs, depth: inputs, panels: self.panels.pointer, panel: PackedProduct.panel)
        let (first, end) = (
            panels.lowerBound * PackedProduct.panel, min(panels.upperBound * PackedProduct.panel, outputs)
        )
        PackedProduct.multiply(
            factors.from(row: rows.lowerBound, panel: panels.lowerBound), rows: rows.count, anyColumns: end - first,
            bias: bias.pointer + first, into: y + rows.lowerBound * outputs + first, stride: outputs)
    }
}

extension Context {
    /// y = x W^T + b, as `Tensor.linear` has it; in a context that serves many predictions by packed weights.
    ///
    /// - Parameters:
    ///   - weight: W, `[O, I]`.
    ///   - bias: b, `[O]`.
    func linear(_ x: Tensor, _ weight: Parameter, _ bias: Parameter? = nil) -> Tensor {
        guard isServing, x.tape == nil else { return x.linear(self(weight), bias.map { self($0) }) }
        if x.shape.rows == 1 { return x.linearRow(weight.value, bias?.value) }
        let map = shared(for: weight) { PackedLinear(weight: weight.value, bias: bias?.value) }
        return map(x)
    }
}

import Glibc
import Kernels
import Tensors

/// Cross-entropy of the logits W x + b, forward and backward, as one entry of the tape.
///
/// Logits stand class by class, `[C, examples]`: the rows of W are then read where they lie, and what is packed for the
/// products is x, which is small beside W. A block of classes goes through product, softmax and, on the way back, the
/// products with x and with W while it is in the second cache.
final class OutputLoss {
    private let loss: CrossEntropy
    private let x, weight, bias: Tensor
    private let inputs, classes: Int  // I, C
    private let divisor: Divisor
    private let classWeightSum: Double  // sum_c w[c]
    private let chunks: [Chunk]

    /// Classes of a block: the gradients of their logits, their weights and the gradients of those share the second
    /// cache with the examples.
    private static let blockClasses = 192
    /// Examples of a chunk.
    private static let chunkExamples = 384

    init(_ loss: CrossEntropy, x: Tensor, weight: Tensor, bias: Tensor, targets: IndexTensor, mask: Mask?) {
        precondition(
            weight.shape.rank == 2 && x.shape.rank >= 2 && weight.shape[1] == x.shape[-1]
                && x.shape.leading == targets.shape && bias.shape == [weight.shape[0]],
            "an output layer \(weight.shape) of \(x.shape) for classes \(targets.shape)")
        let mask = RowWeights(mask, of: targets.shape)
        targets.checkClasses(below: weight.shape[0], mask, weights: loss.weights)
        (self.loss, self.x, self.weight, self.bias) = (loss, x, weight, bias)
        (inputs, classes) = (weight.shape[1], weight.shape[0])
        divisor = Divisor(targets.weight(mask, byClass: loss.weights))
        classWeightSum = loss.weights.map { $0.elements.reduce(0) { $0 + Double($1) } } ?? Double(classes)
        let rows = (0..<targets.count).filter { targets.pointer[$0] >= 0 && mask[$0] > 0 }
        chunks = stride(from: 0, to: rows.count, by: Self.chunkExamples).map { start in
            Chunk(rows[start..<min(start + Self.chunkExamples, rows.count)], of: x, targets: targets, mask)
        }
    }

    /// Some of the examples that count.
    private struct Chunk {
        /// Their rows of x.
        let rows: ArraySlice<Int>
        /// Columns of the logits: the examples, filled up to whole vectors.
        let columns: Int
        /// From one class to the next; never a power of two, which would put all of them into the same few lines of the
        /// cache.
        let stride: Int
        let x: Tensor  // [examples, I]
        let targets: IndexTensor  // [columns], -1 where filled up
        let weights: Tensor  // [columns] the mask's, 0 where filled up
        let logSums: Tensor  // [columns] L, 0 where filled up

        init(_ rows: ArraySlice<Int>, of x: Tensor, targets: IndexTensor, _ mask: RowWeights) {
            let inputs = x.shape[-1]
            self.rows = rows
            columns = PackedProduct.padded(rows.count)
            stride = columns + 16
            self.x = Tensor(uninitialized: [rows.count, inputs])
            self.targets = IndexTensor(uninitialized: [columns])
            (weights, logSums) = (Tensor(zeros: [columns]), Tensor(zeros: [columns]))
            self.targets.mutablePointer.update(repeating: -1, count: columns)
            for (place, row) in rows.enumerated() {
                (self.x.mutablePointer + place * inputs).update(from: x.pointer + row * inputs, count: inputs)
                self.targets.mutablePointer[place] = targets.pointer[row]
                weights.mutablePointer[place] = mask[row]
            }
        }
    }

    // MARK: Forward

    func forward() -> Tensor {
        let sources = [x, weight, bias]
        let isRecorded = sources.contains { $0.tape != nil }
        let powers = chunks.map { chunk in
            Powers(chunk, blocks: isRecorded ? (classes + Self.blockClasses - 1) / Self.blockClasses : 1)
        }
        let sum = zip(chunks, powers).reduce(0) { $0 + forward($1.0, $1.1, keepsAll: isRecorded) }
        return divisor.mean(of: sum).recorded(from: sources) { self.backward($0, powers) }
    }

    /// exp(x - m) of all logits x of a chunk, with the largest m up to the block that x stands in: what the way back
    /// needs of them.
    private struct Powers {
        let values: Tensor  // [blocks of classes, stride]
        let largest: Tensor  // [blocks, columns]

        init(_ chunk: Chunk, blocks: Int) {
            values = Tensor(uninitialized: [blocks * OutputLoss.blockClasses, chunk.stride])
            largest = Tensor(uninitialized: [blocks, chunk.columns])
        }
    }

    /// The sum of the chunk's losses.
    private func forward(_ chunk: Chunk, _ kept: Powers, keepsAll: Bool) -> Double {
        let panels = Tensor(uninitialized: [PackedProduct.panelCount(depth: inputs, columns: chunk.columns)])
        PackedProduct.pack(
            transposing: chunk.x.pointer, columns: chunk.rows.count, depth: inputs, into: panels.mutablePointer)
        let (largest, powers) = (Tensor(uninitialized: [chunk.columns]), Tensor(zeros: [chunk.columns]))
        let right = Tensor(zeros: [chunk.columns])
        let weighted = loss.labelSmoothing > 0 ? Tensor(zeros: [chunk.columns]) : nil
        largest.mutablePointer.update(repeating: -.infinity, count: chunk.columns)
        forEachBlock { block in
            let number = keepsAll ? block.lowerBound / Self.blockClasses : 0
            let target = kept.values.mutablePointer + number * Self.blockClasses * chunk.stride
            let factors = PackedProduct.Factors(
                weight.pointer + block.lowerBound * inputs, row: inputs, depth: inputs, panels: panels.pointer,
                panel: PackedProduct.panel)
            PackedProduct.multiply(
                factors, rows: block.count, columns: chunk.columns, into: target, stride: chunk.stride)
            classBlock(block, of: chunk, logits: target).add(
                largest: largest.mutablePointer, powers: powers.mutablePointer, right: right.mutablePointer,
                weighted: weighted?.mutablePointer)
            (kept.largest.mutablePointer + number * chunk.columns).update(from: largest.pointer, count: chunk.columns)
        }
        var sum = 0.0
        for place in 0..<chunk.rows.count {
            let logSum = largest.pointer[place] + log(powers.pointer[place])
            chunk.logSums.mutablePointer[place] = logSum
            var example = Double(classWeight(chunk.targets.pointer[place]) * (logSum - right.pointer[place]))
            if let weighted {
                let smoothing = Double(loss.labelSmoothing)
                let even = classWeightSum * Double(logSum) - Double(weighted.pointer[place])
                example = (1 - smoothing) * example + smoothing / Double(classes) * even
            }
            sum += Double(chunk.weights.pointer[place]) * example
        }
        return sum
    }

    // MARK: Backward

    private func backward(_ pass: BackwardPass, _ powers: [Powers]) {
        let scale = divisor.scale(pass)
        let sinks = Sinks(x: pass.sink(0), weight: pass.destination(1), bias: pass.sink(2))
        for (number, chunk) in chunks.enumerated() {
            backward(chunk, powers[number], scale: scale, sinks, isFirst: number == 0)
        }
        if chunks.isEmpty, let (sink, isEmpty) = sinks.weight, isEmpty {
            sink.update(repeating: 0, count: weight.count)
        }
    }

    private struct Sinks {
        let x: UnsafeMutablePointer<Float>?
        let weight: (pointer: UnsafeMutablePointer<Float>, isEmpty: Bool)?
        let bias: UnsafeMutablePointer<Float>?
    }

    private func backward(_ chunk: Chunk, _ kept: Powers, scale: Float, _ sinks: Sinks, isFirst: Bool) {
        let slopes = Slopes(self, chunk, scale: scale)
        let gradients = Tensor(uninitialized: [Self.blockClasses, chunk.stride])
        let examples = Tensor(uninitialized: [PackedProduct.panelCount(depth: chunk.columns, columns: inputs)])
        PackedProduct.pack(
            chunk.x.pointer, depth: chunk.rows.count, columns: inputs, into: examples.mutablePointer)
        let inputColumns = PackedProduct.padded(inputs)
        let inputGradient = Tensor(zeros: [chunk.rows.count, inputColumns])
        let lastPanel = Tensor(zeros: [Self.blockClasses, PackedProduct.panel])
        func addInputGradient(_ factors: PackedProduct.Factors, columns: Range<Int>) {
            PackedProduct.multiply(
                factors, rows: chunk.rows.count, columns: columns.count, adding: true,
                into: inputGradient.mutablePointer + columns.lowerBound, stride: inputColumns)
        }
        forEachBlock { block in
            // The products read the weights behind the softmax, which waits for nothing.
            let rows = weight.pointer + block.lowerBound * inputs
            Vector.prefetch(rows, count: block.count * inputs)
            let powers = kept.values.mutablePointer + block.lowerBound * chunk.stride
            classBlock(block, of: chunk, logits: powers).backward(
                largest: kept.largest.pointer + block.lowerBound / Self.blockClasses * chunk.columns,
                logSums: chunk.logSums.pointer, powers: slopes.powers.pointer, right: slopes.right.pointer,
                weighted: slopes.weighted?.pointer, into: gradients.mutablePointer, stride: chunk.stride,
                addingTo: sinks.bias)
            if let (sink, isEmpty) = sinks.weight {
                let factors = PackedProduct.Factors(
                    gradients.pointer, row: chunk.stride, depth: chunk.columns, panels: examples.pointer,
                    panel: PackedProduct.panel)
                PackedProduct.multiply(
                    factors, rows: block.count, anyColumns: inputs, adding: !(isEmpty && isFirst),
                    into: sink + block.lowerBound * inputs, stride: inputs)
            }
            guard sinks.x != nil else { return }
            // In place, but for a last panel that would read beyond the weights.
            let whole = inputs % 16 == 0 ? inputs : inputs / PackedProduct.panel * PackedProduct.panel
            addInputGradient(
                PackedProduct.Factors(
                    transposing: gradients.pointer, stride: chunk.stride, depth: block.count, rows, bStride: inputs),
                columns: 0..<whole)
            if whole < inputs {
                for place in 0..<block.count {
                    (lastPanel.mutablePointer + place * PackedProduct.panel)
                        .update(from: rows + place * inputs + whole, count: inputs - whole)
                }
                addInputGradient(
                    PackedProduct.Factors(
                        transposing: gradients.pointer, stride: chunk.stride, depth: block.count, lastPanel.pointer,
                        bStride: PackedProduct.panel),
                    columns: whole..<inputColumns)
            }
        }
        guard let sink = sinks.x else { return }
        for (place, row) in chunk.rows.enumerated() {
            Vector.add(inputGradient.pointer + place * inputColumns, to: sink + row * inputs, count: inputs)
        }
    }

    /// What the gradients of a chunk's logits are made of, `[columns]` each, zeros where they are filled up.
    private struct Slopes {
        let powers, right: Tensor
        let weighted: Tensor?

        init(_ run: OutputLoss, _ chunk: Chunk, scale: Float) {
            (powers, right) = (Tensor(zeros: [chunk.columns]), Tensor(zeros: [chunk.columns]))
            weighted = run.loss.labelSmoothing > 0 ? Tensor(zeros: [chunk.columns]) : nil
            let even = run.loss.labelSmoothing / Float(run.classes)
            for place in 0..<chunk.rows.count {
                let example = scale * chunk.weights.pointer[place]
                let right = example * run.classWeight(chunk.targets.pointer[place]) * (1 - run.loss.labelSmoothing)
                self.right.mutablePointer[place] = right
                powers.mutablePointer[place] = right + example * even * Float(run.classWeightSum)
                weighted?.mutablePointer[place] = example * even
            }
        }
    }

    // MARK: Classes

    private func forEachBlock(_ body: (Range<Int>) -> Void) {
        for start in stride(from: 0, to: classes, by: Self.blockClasses) {
            body(start..<min(start + Self.blockClasses, classes))
        }
    }

    private func classBlock(_ classes: Range<Int>, of chunk: Chunk, logits: UnsafeMutablePointer<Float>) -> ClassBlock {
        ClassBlock(
            logits: logits, stride: chunk.stride, classes: classes, examples: chunk.columns, bias: bias.pointer,
            weights: loss.weights?.pointer, targets: chunk.targets.pointer)
    }

    private func classWeight(_ target: Int32) -> Float { loss.weights?.pointer[Int(target)] ?? 1 }
}

import Cantus
import Testing

extension LayerCase {
    /// A row among longer ones comes to what it comes to alone, however wrong its padding: outputs and gradients.
    public func checkPadding() {
        if case .ignored = time { return }
        if mixesRows { return }
        let steps = max(6, minimumSteps + 3)
        let lengths = [Int32(steps), Int32(minimumSteps), Int32(minimumSteps + 2), Int32(steps - 1)]
        let size = Size(rows: lengths.count, steps: steps)
        let (function, parameters) = build()
        let x = draw(size)
        let batch = run(function, parameters, x, lengths)
        for (row, length) in lengths.enumerated() {
            let alone = x.enumerated().map { index, input in
                let part = Self.row(row, of: input)
                // Inputs with a time axis are cut to the row's length.
                let isSequence = inputs(size)[index] != inputs(Size(rows: size.rows, steps: steps + 1))[index]
                guard isSequence else { return part }
                let count = part.count / steps * Int(length)
                return Tensor(Array(part.elements[..<count]), Shape([1, Int(length)] + part.shape.array.dropFirst(2)))
            }
            let single = run(function, parameters, alone, nil)
            let whole = Self.row(row, of: batch.output)
            let found = Array(whole.elements[..<single.output.count])
            let error = relativeError(found.map(Double.init), single.output.elements.map(Double.init))
            #expect(error <= 1e-5, "\(name): row \(row) of length \(length), relative error \(error)")
            let behind = whole.elements[single.output.count...]
            #expect(behind.allSatisfy { $0 == 0 }, "\(name): row \(row), behind its end")
            for (index, gradient) in batch.gradients.enumerated() where alone[index].count < x[index].count / size.rows
            {
                let behind = Self.row(row, of: gradient).elements[alone[index].count...]
                #expect(
                    behind.allSatisfy { $0 == 0 }, "\(name): gradient of input \(index) behind the end of row \(row)")
            }
        }
    }

    /// What stands behind the rows' ends changes no bit of outputs and gradients, not even NaN.
    public func checkPaddingContent() {
        if case .ignored = time { return }
        let steps = max(5, minimumSteps + 1)
        let lengths = [Int32(steps - 1), Int32(0), Int32(minimumSteps)]
        let size = Size(rows: lengths.count, steps: steps)
        let (function, parameters) = build()
        let x = draw(size)[0]
        guard x.shape.rank > 1, x.shape[1] == steps else { return }
        let others = Array(draw(size).dropFirst())
        func filled(with padding: Float) -> Tensor {
            var elements = x.elements
            let width = x.count / (size.rows * steps)
            for (row, length) in lengths.enumerated() {
                for index in (row * steps + Int(length)) * width..<(row + 1) * steps * width {
                    elements[index] = padding
                }
            }
            return Tensor(elements, x.shape)
        }
        let zeros = run(function, parameters, [filled(with: 0)] + others, lengths)
        let strange = run(function, parameters, [filled(with: .nan)] + others, lengths)
        #expect(zeros.output.elements == strange.output.elements, "\(name): padding shows in the output")
        #expect(zeros.all == strange.all, "\(name): padding shows in a gradient")
    }

    private struct Result {
        let output: Tensor
        /// Of the inputs.
        let gradients: [Tensor]
        /// Of inputs and parameters.
        let all: [[Float]]
    }

    private func run(_ function: Function, _ parameters: Parameters, _ inputs: [Tensor], _ lengths: [Int32]?) -> Result
    {
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let watched = inputs.map(tape.watch)
        let context = Context.training(tape: tape, gradients: gradients, seed: 0)
        let output = function(watched, lengths.map { IndexTensor($0, [$0.count]) }, context)
        if output.tape != nil { tape.backward(from: (output * randomTensor(output.shape, seed: 8)).sum()) }
        let ofInputs = watched.map(tape.gradient)
        return Result(
            output: output, gradients: ofInputs,
            all: ofInputs.map(\.elements) + parameters.map { gradients.gradient(of: $0).elements })
    }

    private static func row(_ row: Int, of x: Tensor) -> Tensor {
        let width = x.count / x.shape[0]
        return Tensor(Array(x.elements[row * width..<(row + 1) * width]), Shape([1] + x.shape.array.dropFirst()))
    }
}

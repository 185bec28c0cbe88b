import Cantus
import Testing

extension LayerCase {
    /// Outputs against the plain version; gradients of all inputs and parameters against its central differences.
    ///
    /// Three rows, one row, one step; with lengths, among them zero and one, where the layer heeds them. No error is
    /// larger than what is stated of the layer.
    public func checkGradients() {
        let steps = max(4, minimumSteps)
        var sizes: [(Size, [Int32]?)] = [
            (Size(rows: 3, steps: steps), nil), (Size(rows: 1, steps: steps), nil),
            (Size(rows: 2, steps: minimumSteps), nil),
        ]
        if case .ignored = time {} else {
            sizes.append((Size(rows: 4, steps: steps), [Int32(steps), 0, 1, Int32(steps - 1)]))
            sizes.append((Size(rows: 1, steps: minimumSteps), [0]))
        }
        let limits = StatedErrors.of(name)
        var worst = LayerErrors(output: 0, gradient: 0)
        for (size, lengths) in sizes {
            let found = checkGradients(size, lengths: lengths, limits)
            worst = LayerErrors(output: max(worst.output, found.output), gradient: max(worst.gradient, found.gradient))
        }
        StatedErrors.record(worst, of: name)
    }

    private func checkGradients(_ size: Size, lengths: [Int32]?, _ limits: LayerErrors) -> LayerErrors {
        let what = "\(name), \(size)" + (lengths.map { " of lengths \($0)" } ?? "")
        let (function, parameters) = build()
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let inputs = draw(size).map(tape.watch)
        let context = Context.training(tape: tape, gradients: gradients, seed: 0)
        let output = function(inputs, lengths.map { IndexTensor($0, [size.rows]) }, context)
        expectShape(of: output, size, what)

        let exactInputs = inputs.map { $0.elements.map(Double.init) }
        let exactParameters = Dictionary(
            uniqueKeysWithValues: parameters.map { ($0.name, $0.value.elements.map(Double.init)) })
        let exactLengths = lengths?.map(Int.init) ?? Array(repeating: size.steps, count: size.rows)
        func plain(_ inputs: [[Double]], _ parameters: [String: [Double]]) -> [Double] {
            reference(Call(size: size, inputs: inputs, lengths: exactLengths, parameters: parameters))
        }
        let error = relativeError(output.elements.map(Double.init), plain(exactInputs, exactParameters))
        #expect(error <= limits.output, "\(what): forward, relative error \(error)")
        var worst = LayerErrors(output: error, gradient: 0)
        guard output.tape != nil else { return worst }

        let upstream = randomTensor(output.shape, seed: 5)
        let weights = upstream.elements.map(Double.init)
        func loss(_ inputs: [[Double]], _ parameters: [String: [Double]]) -> Double {
            zip(plain(inputs, parameters), weights).reduce(0) { $0 + $1.0 * $1.1 }
        }
        tape.backward(from: (output * upstream).sum())
        // Errors are relative to the largest gradient of all: some gradients, as that of a key's bias, are zero.
        var found: [(name: String, values: [Double], expected: [Double])] = []
        for (index, input) in inputs.enumerated() {
            let expected = GradientCase.centralDifferences(at: exactInputs[index]) { moved in
                var all = exactInputs
                all[index] = moved
                return loss(all, exactParameters)
            }
            found.append(("input \(index)", tape.gradient(of: input).elements.map(Double.init), expected))
        }
        for parameter in parameters where !parameter.isFrozen {
            let expected = GradientCase.centralDifferences(at: exactParameters[parameter.name]!) { moved in
                var all = exactParameters
                all[parameter.name] = moved
                return loss(exactInputs, all)
            }
            found.append((parameter.name, gradients.gradient(of: parameter).elements.map(Double.init), expected))
        }
        let largest = found.flatMap(\.expected).map(abs).max() ?? 0
        for (name, values, expected) in found {
            let floor = max(expected.map(abs).max() ?? 0, 1e-2 * largest, 1e-6)
            let difference = zip(values, expected).map { abs($0 - $1) }.max() ?? 0
            let error = values.count == expected.count && difference.isFinite ? difference / floor : .infinity
            #expect(error <= limits.gradient, "\(what): gradient of \(name), relative error \(error)")
            worst.gradient = max(worst.gradient, error)
        }
        return worst
    }

    private func expectShape(of output: Tensor, _ size: Size, _ what: String) {
        let features = output.shape.columns
        let expected: Shape? =
            switch time {
            case .ignored: nil
            case .summarized: [size.rows, features]
            case .kept: [size.rows, outputSteps(size.steps), features]
            }
        #expect(output.shape[0] == size.rows && features > 0, "\(what): an output \(output.shape)")
        if let expected { #expect(output.shape == expected, "\(what): an output \(output.shape)") }
    }
}

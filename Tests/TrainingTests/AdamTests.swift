import Kernels
import Layers
import TestSupport
import Tensors
import Testing
import Training

@Suite struct AdamTests {
    /// The course of torch.optim.Adam on ten numbers, as one array and as the rows of a table.
    @Test(arguments: [Parameter.GradientKind.dense, .rows])
    func followsPyTorch(kind: Parameter.GradientKind) throws {
        let fixture = try Fixture("layers/adam")
        let (centre, quadratic, quartic) = (
            try fixture["centre"], try fixture["quadratic"], try fixture["quartic"]
        )
        let parameters = Parameters(.uninitialized)
        let parameter: Parameter
        let weights: @Sendable (Context) -> Tensor
        switch kind {
        case .dense:
            let array = parameters.scope.parameter("x", [10], .zeros)
            (parameter, weights) = (array, { $0(array) })
        case .rows:
            let table = Embedding(entries: 5, width: 2, scope: parameters.scope["x"])
            (parameter, weights) = (
                table.weight, { table(IndexTensor([0, 1, 2, 3, 4], [5]), $0).reshaped([10]) }
            )
        }
        parameter.assign(try fixture["start"].reshaped(parameter.shape))
        let adam = Adam(for: parameters)
        let replicas = Replicas(1, parameters: parameters, optimizer: adam, pool: WorkerPool(threadCount: 1))
        for time in 1...50 {
            _ = try replicas.step(rows: [0], learningRate: 1e-2, maximumNorm: 0, seed: 0, time: time) { _, context in
                let away = weights(context) + (-1 * centre)
                let square = away * away
                return (0.5 * (quadratic * square) + 0.25 * (quartic * (square * square))).sum()
            }
            if [1, 10, 50].contains(time) {
                expectClose(parameter.value.reshaped([10]), try fixture["step_\(time)"], "step \(time)")
            }
        }
        let moments = Dictionary(uniqueKeysWithValues: adam.state.map { ($0.name, $0.tensor.reshaped([10])) })
        expectClose(
            try #require(moments["adam.first.\(parameter.name)"]), try fixture["exp_avg_50"], "first moment")
        expectClose(
            try #require(moments["adam.second.\(parameter.name)"]), try fixture["exp_avg_sq_50"], "second moment")
    }

    /// Rows that a batch does not touch keep weights and moments to the bit; touched ones move as the equations say.
    @Test func stepsTouchedRowsAlone() throws {
        let (rows, width) = (8, 3)
        let parameters = Parameters(.seed(2))
        let table = Embedding(entries: rows, width: width, scope: parameters.scope)
        let adam = Adam(for: parameters)
        let replicas = Replicas(1, parameters: parameters, optimizer: adam, pool: WorkerPool(threadCount: 1))
        var weights = table.weight.value.elements.map(Double.init)
        var first = [Double](repeating: 0, count: rows * width)
        var second = first
        let steps: [[Int32]] = [[1, 4], [4, 4, 6], [0], [6, 1, 0, 4], [4]]
        for (index, identifiers) in steps.enumerated() {
            let time = index + 1
            let upstream = randomTensor([identifiers.count, width], seed: UInt64(time))
            let before = (adam.state.map(\.tensor) + [table.weight.value]).map(\.elements)
            _ = try replicas.step(rows: [0], learningRate: 0.1, maximumNorm: 0, seed: 0, time: time) { _, context in
                (table(IndexTensor(identifiers, [identifiers.count]), context) * upstream).sum()
            }
            let after = (adam.state.map(\.tensor) + [table.weight.value]).map(\.elements)
            for row in Set(0..<rows).subtracting(identifiers.map(Int.init)) {
                for (old, new) in zip(before, after) {
                    let range = row * width..<(row + 1) * width
                    #expect(old[range].map(\.bitPattern) == new[range].map(\.bitPattern), "row \(row), step \(time)")
                }
            }
            for row in Set(identifiers) {
                for column in 0..<width {
                    var gradient = 0.0
                    for (place, identifier) in identifiers.enumerated() where identifier == row {
                        gradient += Double(upstream.elements[place * width + column])
                    }
                    let element = Int(row) * width + column
                    first[element] = 0.9 * first[element] + 0.1 * gradient
                    second[element] = 0.999 * second[element] + 0.001 * gradient * gradient
                    let mean = first[element] / (1 - Self.power(0.9, time))
                    let square = second[element] / (1 - Self.power(0.999, time))
                    weights[element] -= 0.1 * mean / (square.squareRoot() + 1e-8)
                }
            }
            #expect(relativeError(after[0].map(Double.init), first) < 1e-5)
            #expect(relativeError(after[1].map(Double.init), second) < 1e-5)
            #expect(relativeError(after[2].map(Double.init), weights) < 1e-5)
        }
        #expect(weights[0..<width].map(Float.init) != Array(repeating: 0, count: width))
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { product, _ in product * base }
    }

    /// Large parameters are shared out among threads in chunks: every element is stepped, once, with its own moments.
    @Test(arguments: [1, 3]) func largeParametersAreSteppedWhole(threads: Int) throws {
        let parameters = Parameters(.seed(5))
        let array = parameters.scope.parameter("array", [50_001], .zeros)
        let table = Embedding(entries: 4_000, width: 10, initializer: .zeros, scope: parameters.scope["table"])
        var rows = (0..<Int32(4_000)).map { $0 }
        var generator = SeededGenerator(seed: 5)
        generator.shuffle(&rows)
        let touched = Array(rows[..<3_500])
        let arrayGradient = randomTensor([50_001], seed: 6)
        let tableGradient = randomTensor([3_500, 10], seed: 7)
        let adam = Adam(for: parameters)
        let replicas = Replicas(1, parameters: parameters, optimizer: adam, pool: WorkerPool(threadCount: threads))
        let step = try replicas.step(rows: [0], learningRate: 0.5, maximumNorm: 0, seed: 0, time: 1) { _, context in
            (context(array) * arrayGradient).sum()
                + (table(IndexTensor(touched, [3_500]), context) * tableGradient).sum()
        }
        var expected = [Float](repeating: 0, count: 40_000)
        let touchedGradients = tableGradient.elements
        for (place, row) in touched.enumerated() {
            for column in 0..<10 { expected[Int(row) * 10 + column] = touchedGradients[place * 10 + column] }
        }
        let gradients = [arrayGradient, Tensor(expected, [4_000, 10])]
        let squares = gradients.flatMap(\.elements).reduce(0.0) { $0 + Double($1) * Double($1) }
        #expect(relativeError([step.gradientNorm], [squares.squareRoot()]) < 1e-6)
        // In Adam's first step both moments are corrected to the gradient and its square.
        for (parameter, gradient) in zip(parameters, gradients) {
            let moved = Tensor(gradient.elements.map { -0.5 * $0 / (abs($0) + 1e-8) }, gradient.shape)
            expectClose(parameter.value, moved, parameter.name)
            let moments = adam.state.filter { $0.name.hasSuffix(".\(parameter.name)") }.map(\.tensor)
            try #require(moments.count == 2)
            expectClose(moments[0], 0.1 * gradient, "first moment of \(parameter.name)")
            expectClose(moments[1], 0.001 * (gradient * gradient), "second moment of \(parameter.name)")
        }
    }

    /// Parameters that are frozen after some steps keep weights and moments to the bit, though the moments would carry
    /// them on; the others move.
    @Test func frozenParametersStayAsTheyAre() throws {
        let parameters = Parameters(.seed(3))
        let model = ToyModel(parameters)
        let adam = Adam(for: parameters)
        let replicas = Replicas(2, parameters: parameters, optimizer: adam, pool: WorkerPool(threadCount: 2))
        let problem = ToyProblem(count: 12)
        func train(_ times: ClosedRange<Int>) throws {
            for time in times {
                _ = try replicas.step(
                    rows: Array(0..<12), learningRate: 0.01, maximumNorm: 1, seed: 0, time: time,
                    loss: problem.loss(model))
            }
        }
        func state() -> [String: [[UInt32]]] {
            let tensors = parameters.map { ($0.name, $0.value) }
                + adam.state.map { ($0.name.split(separator: ".").dropFirst(2).joined(separator: "."), $0.tensor) }
            return Dictionary(grouping: tensors, by: \.0).mapValues { $0.map { $1.elements.map(\.bitPattern) } }
        }
        try train(1...3)
        let frozen = [model.words.weight, model.lstm.weights.hiddenWeight, model.head.bias]
        for parameter in frozen { parameter.isFrozen = true }
        let before = state()
        try train(4...6)
        let after = state()
        for parameter in parameters {
            let (old, new) = (try #require(before[parameter.name]), try #require(after[parameter.name]))
            try #require(old.count == 3)  // weights and two moments
            for (old, new) in zip(old, new) { #expect((old == new) == parameter.isFrozen, "\(parameter.name)") }
        }
    }
}

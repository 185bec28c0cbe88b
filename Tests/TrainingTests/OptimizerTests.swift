import FoundationEssentials
import Kernels
import Layers
import TestSupport
import Tensors
import Testing
import Training

@Suite struct OptimizerTests {
    /// One course of `optimizers.safetensors`: an optimizer as PyTorch was told to make it.
    struct Course: Sendable, CustomTestStringConvertible {
        let name: String
        let learningRate: Double
        let optimizer: OptimizerDescription
        var testDescription: String { name }

        init(_ name: String, _ learningRate: Double, _ optimizer: OptimizerDescription) {
            (self.name, self.learningRate, self.optimizer) = (name, learningRate, optimizer)
        }
    }

    static let courses = [
        Course("sgd", 1e-2, .sgd()), Course("sgd_decay", 1e-2, .sgd(.init(weightDecay: 0.1))),
        Course("sgd_momentum", 1e-2, .sgd(.init(momentum: 0.9))),
        Course("sgd_nesterov", 1e-2, .sgd(.init(momentum: 0.9, nesterov: true, weightDecay: 0.1))),
        Course("adagrad", 5e-2, .adaGrad()), Course("adagrad_decay", 5e-2, .adaGrad(.init(weightDecay: 0.1))),
        Course("adadelta", 1, .adaDelta()),
        Course("adadelta_decay", 0.5, .adaDelta(.init(rho: 0.8, weightDecay: 0.1))),
        Course("rmsprop", 1e-2, .rmsProp()),
        Course("rmsprop_centered", 1e-2, .rmsProp(.init(alpha: 0.9, centered: true))),
        Course("rmsprop_momentum", 1e-3, .rmsProp(.init(momentum: 0.8, weightDecay: 0.1))),
        Course(
            "rmsprop_all", 1e-3, .rmsProp(.init(alpha: 0.9, centered: true, momentum: 0.8, weightDecay: 0.1))),
        Course("adam", 1e-2, .adam()),
        Course("adam_decay", 1e-2, .adam(.init(beta1: 0.8, beta2: 0.99, weightDecay: 0.1))),
        Course("adamw", 1e-2, .adamW(.init(weightDecay: 0.1))), Course("adamax", 1e-2, .adamax()),
        Course("adamax_decay", 1e-2, .adamax(.init(beta1: 0.8, beta2: 0.9, weightDecay: 0.1))),
        Course("nadam", 1e-2, .nadam()),
        Course("nadam_decay", 1e-2, .nadam(.init(momentumDecay: 0.1, weightDecay: 0.1))),
    ]

    /// The course of PyTorch's optimizers on ten numbers, as one array and as the rows of a table.
    @Test(arguments: courses, [Parameter.GradientKind.dense, .rows])
    func followsPyTorch(course: Course, kind: Parameter.GradientKind) throws {
        let fixture = try Fixture("layers/optimizers")
        let (centre, quadratic, quartic) = (
            try fixture["centre"], try fixture["quadratic"], try fixture["quartic"]
        )
        let parameters = Parameters(.uninitialized)
        let weights: @Sendable (Context) -> Tensor
        switch kind {
        case .dense:
            let array = parameters.scope.parameter("x", [10], .zeros)
            weights = { $0(array) }
        case .rows:
            let table = Embedding(entries: 5, width: 2, scope: parameters.scope["x"])
            weights = { table(IndexTensor([3, 1, 2, 0, 4], [5]), $0).reshaped([10]) }
        }
        let rows = kind == .rows ? [3, 1, 2, 0, 4] : Array(0..<5)
        /// Pairs of numbers between the fixture's order and the table's.
        func reordered(_ x: Tensor, _ place: (Int) -> Int) -> Tensor {
            let elements = x.elements
            return Tensor((0..<5).flatMap { [elements[2 * place($0)], elements[2 * place($0) + 1]] }, [10])
        }
        let start = reordered(try fixture["start"]) { rows.firstIndex(of: $0)! }
        parameters[0].assign(start.reshaped(parameters[0].shape))
        let replicas = Replicas(
            1, parameters: parameters, optimizer: course.optimizer.optimizer(for: parameters),
            pool: WorkerPool(threadCount: 1))
        for time in 1...50 {
            _ = try replicas.step(
                rows: [0], learningRate: course.learningRate, maximumNorm: 0, seed: 0, time: time
            ) { _, context in
                let away = weights(context) + (-1 * centre)
                let square = away * away
                return (0.5 * (quadratic * square) + 0.25 * (quartic * (square * square))).sum()
            }
            if [1, 10, 50].contains(time) {
                let found = reordered(parameters[0].value) { rows[$0] }
                expectClose(found, try fixture["\(course.name)_\(time)"], "step \(time)")
            }
        }
    }

    /// Rows that a batch does not touch keep weights and memory to the bit.
    @Test(arguments: courses) func stepsTouchedRowsAlone(course: Course) throws {
        let parameters = Parameters(.seed(2))
        let table = Embedding(entries: 6, width: 3, scope: parameters.scope)
        let optimizer = course.optimizer.optimizer(for: parameters)
        let replicas = Replicas(1, parameters: parameters, optimizer: optimizer, pool: WorkerPool(threadCount: 1))
        func bits() -> [[UInt32]] {
            (optimizer.state.map(\.tensor) + [table.weight.value]).map { $0.elements.map(\.bitPattern) }
        }
        for (index, identifiers) in ([[1, 4], [4, 4, 5], [0], [5, 1]] as [[Int32]]).enumerated() {
            let before = bits()
            _ = try replicas.step(
                rows: [0], learningRate: 0.1, maximumNorm: 0, seed: 0, time: index + 1
            ) { _, context in
                Float(index + 1) * table(IndexTensor(identifiers, [identifiers.count]), context).sum()
            }
            for (old, new) in zip(before, bits()) {
                for row in 0..<6 {
                    let range = row * 3..<(row + 1) * 3
                    #expect((old[range] == new[range]) != identifiers.contains(Int32(row)), "row \(row)")
                }
            }
        }
    }

    /// Where a gradient of zero changes nothing, stepping by rows is the dense step.
    @Test(arguments: [OptimizerDescription.sgd(), .adaGrad()])
    func someStepByRowsAsIfDense(description: OptimizerDescription) throws {
        func train(_ lookUp: (Parameters) -> @Sendable (_ row: Int, Context) -> Tensor) throws -> [[UInt32]] {
            let parameters = Parameters(.uninitialized)
            let row = lookUp(parameters)
            parameters[0].assign(randomTensor([4, 3], seed: 1))
            let replicas = Replicas(
                1, parameters: parameters, optimizer: description.optimizer(for: parameters),
                pool: WorkerPool(threadCount: 1))
            for time in 1...12 {
                _ = try replicas.step(
                    rows: [0], learningRate: 0.1, maximumNorm: 0, seed: 0, time: time
                ) { _, context in
                    let vector = row(time % 3, context)
                    return (vector * vector).sum()
                }
            }
            return parameters.bits
        }
        let byRows = try train { parameters in
            let table = Embedding(entries: 4, width: 3, scope: parameters.scope)
            return { table(IndexTensor([Int32($0)], [1]), $1) }
        }
        let dense = try train { parameters in
            let array = parameters.scope.parameter("weight", [4, 3], .zeros)
            // What is not the row counts nothing, and has a gradient of zero.
            return { row, context in
                let mask = Tensor((0..<4).flatMap { [Float](repeating: $0 == row ? 1 : 0, count: 3) }, [4, 3])
                return context(array) * mask
            }
        }
        #expect(byRows == dense)
    }

    /// Whatever the optimizer, steps of a shape that was met before take all of their memory from the pool. In a
    /// process of its own: other tests take from the same pool and give to it.
    @Test func laterStepsAllocateNothing() async {
        await #expect(processExitsWith: .success) {
            for course in OptimizerTests.courses {
                let problem = ToyProblem(count: 16)
                let parameters = Parameters(.seed(1))
                let model = ToyModel(parameters, dropout: 0.2)
                let replicas = Replicas(
                    2, parameters: parameters, optimizer: course.optimizer.optimizer(for: parameters),
                    pool: WorkerPool(threadCount: 1))
                let rules = GradientRules(
                    penalty: GradientPenalty(l1: 1e-3, l2: 1e-3),
                    clipping: GradientClipping(maximumValue: 0.5, maximumParameterNorm: 1, maximumNorm: 1))
                var freshBlocks: [Int] = []
                for time in 1...4 {
                    _ = try replicas.step(
                        replicas.shares(of: [Array(0..<8), Array(8..<16)], problem.loss(model)), learningRate: 0.01,
                        rules: rules, seed: UInt64(time), time: time)
                    freshBlocks.append(StoragePool.allocated.blocks)
                }
                #expect(freshBlocks.allSatisfy { $0 == freshBlocks[0] }, "\(course.name): \(freshBlocks)")
            }
        }
    }

    @Test(arguments: courses) func jsonComesBack(course: Course) throws {
        let json = try JSONEncoder().encode(course.optimizer)
        #expect(try JSONDecoder().decode(OptimizerDescription.self, from: json) == course.optimizer)
        #expect(OptimizerDescription(course.optimizer.kind).kind == course.optimizer.kind)
        let keys = try #require(String(data: json, encoding: .utf8))
        #expect(keys.contains("\"kind\":\"\(course.name.prefix { $0 != "_" })\""))
    }
}

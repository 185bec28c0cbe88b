import Layers
import Tensors
import Training

/// A training step that is timed: a model, a loss and one random batch.
public struct StepJob: Sendable {
    /// The model at work on the batch.
    package struct Model: Sendable {
        /// The mean loss of some rows of the batch.
        package let loss: @Sendable (_ rows: [Int32], _ context: Context) -> Tensor
        /// What comes out for the first row alone.
        package let predict: @Sendable (_ context: Context) -> Tensor
    }

    public let name: String
    /// Input, model and output in a line.
    public let summary: String
    /// Rows of the batch.
    public let rows: Int
    /// Multiplications, each with its addition, in the matrix products of one forward pass.
    let products: Int
    package let make: @Sendable (Scope, _ tables: Parameter.GradientKind) -> Model

    /// Floating-point operations of a step: the products forward, and twice as many backward, whether or not all of
    /// these are computed.
    package var operations: Double { 6 * Double(products) }
}

extension StepJob {
    /// A job whose input is a tensor, row by row.
    init<Target: BatchRows>(
        _ name: String, _ summary: String, input: @escaping @Sendable () -> Tensor,
        target: @escaping @Sendable () -> Target,
        products: Int, loss: @escaping @Sendable (Tensor, Target) -> Tensor,
        make: @escaping @Sendable (Scope) -> @Sendable (Tensor, Context) -> Tensor
    ) {
        self.init(name, summary, rows: input, target, products) { scope, _ in
            let model = make(scope)
            return (model, { x, y, context in loss(model(x, context), y) })
        }
    }

    /// A job whose input is identifiers, row by row.
    init<Target: BatchRows>(
        _ name: String, _ summary: String, identifiers: @escaping @Sendable () -> IndexTensor,
        target: @escaping @Sendable () -> Target, products: Int,
        loss: @escaping @Sendable (Tensor, Target) -> Tensor,
        make:
            @escaping @Sendable (Scope, _ tables: Parameter.GradientKind) -> @Sendable (IndexTensor, Context) -> Tensor
    ) {
        self.init(name, summary, rows: identifiers, target, products) { scope, tables in
            let model = make(scope, tables)
            return (model, { x, y, context in loss(model(x, context), y) })
        }
    }

    /// A job whose input is identifiers and whose output is one of many words at every step.
    init(
        _ name: String, _ summary: String, identifiers: @escaping @Sendable () -> IndexTensor,
        words: @escaping @Sendable () -> IndexTensor, products: Int,
        make:
            @escaping @Sendable (Scope, _ tables: Parameter.GradientKind)
            -> (encoder: @Sendable (IndexTensor, Context) -> Tensor, output: Linear)
    ) {
        self.init(name, summary, rows: identifiers, words, products) { scope, tables in
            let (encoder, output) = make(scope, tables)
            return (
                { x, context in output(encoder(x, context), context) },
                { x, y, context in CrossEntropy()(of: output, encoder(x, context), targets: y, context) }
            )
        }
    }

    private init<Input: BatchRows, Target: BatchRows>(
        _ name: String, _ summary: String, rows input: @escaping @Sendable () -> Input,
        _ target: @escaping @Sendable () -> Target, _ products: Int,
        _ make:
            @escaping @Sendable (Scope, _ tables: Parameter.GradientKind)
            -> (predict: @Sendable (Input, Context) -> Tensor, loss: @Sendable (Input, Target, Context) -> Tensor)
    ) {
        self.name = name
        self.summary = summary
        self.products = products
        rows = input().shape[0]
        self.make = { scope, tables in
            let (model, x, y) = (make(scope, tables), input(), target())
            return Model(
                loss: { rows, context in model.loss(x.rows(rows), y.rows(rows), context) },
                predict: { model.predict(x.rows([0]), $0) })
        }
    }
}

/// An array whose rows can be handed out: what a data loader does for a batch.
protocol BatchRows: Sendable {
    var shape: Shape { get }
    /// The rows of these numbers, copied.
    func rows(_ numbers: [Int32]) -> Self
}

extension Tensor: BatchRows {
    func rows(_ numbers: [Int32]) -> Tensor {
        let width = count / shape[0]
        let result = Tensor(uninitialized: Shape([numbers.count] + shape.array.dropFirst()))
        for (place, row) in numbers.enumerated() {
            (result.mutablePointer + place * width).update(from: pointer + Int(row) * width, count: width)
        }
        return result
    }
}

extension IndexTensor: BatchRows {
    func rows(_ numbers: [Int32]) -> IndexTensor {
        let width = count / shape[0]
        let result = IndexTensor(uninitialized: Shape([numbers.count] + shape.array.dropFirst()))
        for (place, row) in numbers.enumerated() {
            (result.mutablePointer + place * width).update(from: pointer + Int(row) * width, count: width)
        }
        return result
    }
}

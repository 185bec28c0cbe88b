import Kernels
import Layers
import TestSupport
import Tensors
import Testing
import Training

/// Whole models in training: the loss before each of ten steps of Adam against PyTorch's, in float64.
///
/// Float32 is asked for 1e-6 relative; a few parts in 1e-7 are measured. A step divides by the root of a mean of
/// squares, so that rounding shows in the weights where gradients are small.
@Suite struct LossCurveTests {
    /// A model, with the loss on the batch of its fixture.
    private typealias Build = @Sendable (Scope, Fixture) throws -> @Sendable (Context) -> Tensor

    private struct Curve: Sendable, CustomTestStringConvertible {
        let name: String
        let build: Build
        var testDescription: String { name }
    }

    private static let curves = [
        Curve(name: "mlp") { scope, file in
            let model = Sequential(scope: scope) {
                Child { Linear(inputs: 6, outputs: 8, scope: $0) }
                Activation.relu
                Child { Linear(inputs: 8, outputs: 3, scope: $0) }
            }
            let (x, targets) = (try file["input"], try file.integers("targets"))
            return { CrossEntropy()(model(x, $0), targets: targets) }
        },
        Curve(name: "average") { scope, file in
            let words = Embedding(entries: 20, width: 5, padding: 0, scope: scope["words"])
            let head = Linear(inputs: 5, outputs: 4, scope: scope["head"])
            let (ids, lengths, targets) = (try file.integers("ids"), try file.integers("lengths"), try file["targets"])
            return { context in
                let logits = head(words(ids, context).meanOverTime(lengths: lengths), context)
                return BinaryCrossEntropy()(logits, targets: targets)
            }
        },
        Curve(name: "lstm") { scope, file in
            let encoder = LSTM(inputs: 4, hidden: 6, scope: scope["encoder"])
            let head = Linear(inputs: 6, outputs: 3, scope: scope["head"])
            let (x, lengths, targets) = (try file["x"], try file.integers("lengths"), try file.integers("targets"))
            return { context in
                let state = encoder(x, lengths: lengths, context).state.hidden
                return CrossEntropy()(head(state, context), targets: targets)
            }
        },
        Curve(name: "gru") { scope, file in
            let encoder = GRU(inputs: 2, hidden: 6, scope: scope["encoder"])
            let head = Linear(inputs: 6, outputs: 1, scope: scope["head"])
            let (x, targets) = (try file["x"], try file["targets"])
            return { MeanSquaredError()(head(encoder(x, $0).state.hidden, $0), targets: targets) }
        },
        Curve(name: "convolution") { scope, file in
            let convolution = Conv1D(
                inputs: 4, outputs: 6, window: SlidingWindow(size: 3, padding: .same), scope: scope["convolution"])
            let head = Linear(inputs: 6, outputs: 3, scope: scope["head"])
            let (x, targets) = (try file["x"], try file.integers("targets"))
            return { context in
                let largest = GlobalMaxPooling()(convolution(x, context).relu(), context)
                return CrossEntropy()(head(largest, context), targets: targets)
            }
        },
        Curve(name: "transformer") { scope, file in
            let words = Embedding(entries: 15, width: 8, scope: scope["words"])
            let options = TransformerOptions(width: 8, heads: 2, feedForward: 16, activation: .relu, norm: .after)
            let encoder = TransformerEncoder(options, blocks: 1, scope: scope["encoder"])
            let head = Linear(inputs: 8, outputs: 3, scope: scope["head"])
            let (ids, lengths, targets) = (
                try file.integers("ids"), try file.integers("lengths"), try file.integers("targets")
            )
            return { context in
                let encoded = encoder(words(ids, context), lengths: lengths, context)
                return CrossEntropy()(head(encoded.meanOverTime(lengths: lengths), context), targets: targets)
            }
        },
    ]

    @Test(arguments: curves) private func tenSteps(curve: Curve) throws {
        let file = try Fixture("layers/curve_\(curve.name)")
        let parameters = Parameters(.uninitialized)
        let loss = try curve.build(parameters.scope, file)
        for parameter in parameters { parameter.assign(try file[parameter.name]) }
        let replicas = Replicas(
            1, parameters: parameters, optimizer: Adam(for: parameters), pool: WorkerPool(threadCount: 1))
        let expected = try file["losses"].elements
        #expect(expected.count == 10)
        for (index, value) in expected.enumerated() {
            let step = try replicas.step(
                rows: [0], learningRate: 0.02, maximumNorm: 0, seed: 1, time: index + 1) { _, context in loss(context) }
            let error = abs(step.loss - Double(value)) / Double(value)
            #expect(error < 1e-6, "\(curve.name): step \(index + 1), relative error \(error)")
        }
    }
}

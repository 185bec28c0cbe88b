import Layers
import TestSupport
import Tensors
import Testing

/// Chains of layers drawn at random, their gradients against central differences.
///
/// Tensors are Float32, so single differences would drown in rounding. Each array of weights, and the input, is moved
/// along whole directions instead: along its gradient, where the slope is the gradient's length, and along a random
/// direction, which tells of a gradient that is missing. The slope is taken from four points (error of order h^4), the
/// loss summed in Double.
@Suite struct RandomSequentialTests {
    /// What goes from layer to layer: `[N, T, D]`, or `[N, D]` where there are no steps.
    private struct Form {
        var steps: Int?
        var width: Int
    }

    /// One kind of layer: the form that comes of a form, and how to build it; nil where it does not fit.
    private struct Kind: Sendable {
        let build: @Sendable (inout Form, _ newWidth: Int) -> Child?

        /// Takes any form and keeps it.
        static func keeping(_ make: @escaping @Sendable (_ width: Int, Scope) -> any Layer) -> Kind {
            Kind { form, _ in
                let width = form.width
                return Child { make(width, $0) }
            }
        }

        /// Takes any form and changes the width.
        static func mapping(_ make: @escaping @Sendable (_ width: Int, _ new: Int, Scope) -> any Layer) -> Kind {
            Kind { form, new in
                let width = form.width
                form.width = new
                return Child { make(width, new, $0) }
            }
        }

        /// Takes sequences, keeps their steps and changes the width.
        static func alongTime(_ make: @escaping @Sendable (_ width: Int, _ new: Int, Scope) -> any Layer) -> Kind {
            Kind { form, new in form.steps == nil ? nil : mapping(make).build(&form, new) }
        }

        /// Takes sequences and makes a vector of each.
        static func summarizing(
            width: @escaping @Sendable (_ steps: Int, _ width: Int) -> Int = { $1 }, _ layer: any Layer
        ) -> Kind {
            Kind { form, _ in
                guard let steps = form.steps else { return nil }
                form = Form(steps: nil, width: width(steps, form.width))
                return Child { _ in layer }
            }
        }
    }

    private struct LSTMOutputs: Layer {
        let lstm: LSTM
        func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
            lstm(x, lengths: lengths, context).output
        }
    }

    /// What is drawn from. Functions with a kink are left to the conformance table: a difference across one tells
    /// nothing.
    private static let kinds: [Kind] = [
        .mapping { Linear(inputs: $0, outputs: $1, scope: $2) },
        .keeping { _, _ in Activation.tanh },
        .keeping { _, _ in Activation.sigmoid },
        .keeping { _, _ in Activation.gelu },
        .keeping { _, _ in Activation.geluTanh },
        .keeping { _, _ in Activation.silu },
        .keeping { _, _ in Activation.softplus },
        .keeping { _, _ in Activation.softmax },
        .keeping { _, _ in Dropout(0) },
        .keeping { width, scope in
            Residual(scope: scope) {
                Child { Linear(inputs: width, outputs: width, scope: $0) }
                Activation.tanh
            }
        },
        .mapping { width, new, scope in
            Residual(scope: scope, projection: (inputs: width, outputs: new)) {
                Activation.silu
                Child { Linear(inputs: width, outputs: new, scope: $0) }
            }
        },
        .mapping { width, new, scope in
            Sequential(scope: scope) {
                Child { Linear(inputs: width, outputs: new, scope: $0) }
                Activation.sigmoid
            }
        },
        .alongTime { LSTMOutputs(lstm: LSTM(inputs: $0, hidden: $1, scope: $2)) },
        .alongTime { LSTMOutputs(lstm: LSTM(inputs: $0, hidden: $1, direction: .reverse, scope: $2)) },
        .alongTime { Recurrent(.gru, inputs: $0, hidden: $1, layers: 2, scope: $2) },
        .alongTime { Recurrent(.rnn(.tanh), inputs: $0, hidden: $1, direction: .both(merge: .mean), scope: $2) },
        Kind { form, new in
            guard form.steps != nil else { return nil }
            let width = form.width
            form = Form(steps: nil, width: 2 * new)
            return Child {
                Recurrent(
                    .lstm(forgetBias: 1), inputs: width, hidden: new, direction: .both(merge: .concatenate),
                    output: .lastStep, scope: $0)
            }
        },
        Kind { form, _ in form.steps == nil ? nil : Child { _ in Reverse() } },
        .alongTime { Conv1D(inputs: $0, outputs: $1, window: SlidingWindow(size: 3, padding: .same), scope: $2) },
        .alongTime { Conv1D(inputs: $0, outputs: $1, window: SlidingWindow(size: 2, padding: .causal), scope: $2) },
        Kind { form, _ in
            let width = form.width
            let window = SlidingWindow(size: 3, dilation: 2, padding: .same)
            return form.steps == nil
                ? nil
                : Child { Conv1D(inputs: width, outputs: width, window: window, connections: .depthwise, scope: $0) }
        },
        Kind { form, _ in
            form.steps == nil ? nil : Child { _ in AveragePooling(size: 2, stride: 1, padding: .same) }
        },
        Kind { form, _ in
            guard let steps = form.steps, steps <= 8 else { return nil }
            form.steps = 2 * steps
            return Child { _ in Upsampling(factor: 2, method: .linear) }
        },
        Kind { form, _ in
            let width = form.width
            return form.steps == nil ? nil : Child { LearnedPositions(width: width, maximumSteps: 16, scope: $0) }
        },
        Kind { form, _ in
            guard form.steps != nil else { return nil }
            let width = form.width
            form.steps = nil
            return Child { AdditivePooling(width: width, hidden: 3, scope: $0) }
        },
        .keeping { LayerNorm(width: $0, epsilon: 0.1, scope: $1) },
        .keeping { RMSNorm(width: $0, epsilon: 0.1, scope: $1) },
        .summarizing(GlobalAveragePooling()),
        Kind { form, _ in
            // Of two features a norm makes little more than signs, with a kink where they are equal.
            guard form.steps != nil, form.width % 2 == 0, form.width > 2 else { return nil }
            let options = TransformerOptions(width: form.width, heads: 2, feedForward: 5)
            return Child { TransformerEncoder(options, blocks: 1, scope: $0) }
        },
        .summarizing(LastStep()),
        .summarizing(width: *, Flatten()),
        Kind { form, new in
            guard form.steps == nil else { return nil }
            form.steps = new
            return Child { _ in RepeatVector(steps: new) }
        },
    ]

    @Test(arguments: 1...40) func gradients(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var form = Form(steps: 4, width: 2 + generator.index(below: 3))
        let shape: Shape = [3, 4, form.width]
        var children: [Child] = []
        let count = 2 + generator.index(below: 5)
        while children.count < count {
            let kind = Self.kinds[generator.index(below: Self.kinds.count)]
            if let child = kind.build(&form, 2 + generator.index(below: 4)) { children.append(child) }
        }
        let parameters = Parameters(.seed(seed))
        let model = Sequential(scope: parameters.scope) { for child in children { child } }
        let lengths = generator.index(below: 2) == 0 ? nil : IndexTensor([4, 1, 2], [3])

        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let start = randomTensor(shape, seed: seed &+ 100)
        let watched = tape.watch(start)
        let output = model(watched, lengths: lengths, .training(tape: tape, gradients: gradients, seed: 0))
        let upstream = randomFloats(output.count, seed: seed &+ 200)
        #expect(output.shape == (form.steps.map { [3, $0, form.width] } ?? [3, form.width]), "seed \(seed)")
        tape.backward(from: (output * Tensor(upstream, output.shape)).sum())

        func loss(_ x: Tensor) -> Double {
            zip(model(x, lengths: lengths, .inference).elements, upstream)
                .reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        var parts = parameters.map { parameter in
            Part(
                name: parameter.name, start: parameter.value.elements,
                gradient: gradients.gradient(of: parameter).elements.map(Double.init)
            ) { moved in
                let before = Tensor(parameter.value.elements, parameter.shape)
                parameter.assign(Tensor(moved, parameter.shape))
                defer { parameter.assign(before) }
                return loss(start)
            }
        }
        parts.append(
            Part(
                name: "input", start: start.elements, gradient: tape.gradient(of: watched).elements.map(Double.init)
            ) { loss(Tensor($0, shape)) })
        let largest = parts.map(\.norm).max()!
        for part in parts {
            for (name, direction) in part.directions(seed: seed &+ 300) {
                let expected = part.slope(along: direction)
                let found = zip(part.gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
                let error = abs(found - expected) / max(largest, 1e-3)
                let names = model.layers.map { "\(type(of: $0))" }.joined(separator: ", ")
                #expect(error < 1e-3, "seed \(seed), \(names): \(part.name) along \(name), relative error \(error)")
            }
        }
    }

    /// An array of numbers that the loss depends on.
    private struct Part {
        let name: String
        let start: [Float]
        let gradient: [Double]
        let loss: ([Float]) -> Double

        var norm: Double { gradient.reduce(0) { $0 + $1 * $1 }.squareRoot() }

        /// Directions of length 1.
        func directions(seed: UInt64) -> [(name: String, [Double])] {
            let random = randomFloats(start.count, seed: seed).map(Double.init)
            let length = random.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let chance = ("a random direction", random.map { $0 / length })
            return norm > 0 ? [chance, ("its gradient", gradient.map { $0 / norm })] : [chance]
        }

        /// (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h, the slope at 0 with an error of order h^4.
        func slope(along direction: [Double]) -> Double {
            let h = 0.015
            func f(_ distance: Double) -> Double {
                loss(zip(start, direction).map { Float(Double($0) + distance * $1) })
            }
            return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)
        }
    }
}

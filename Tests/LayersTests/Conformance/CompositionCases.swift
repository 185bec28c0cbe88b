import Foundation
import Layers
import TestSupport
import Tensors

let compositionCases: [LayerCase] = [
    LayerCase("LastStep", time: .summarized, fixture: "last_step", inputs: { [[$0.rows, $0.steps, 3]] }) { _ in
        { x, lengths, context in LastStep()(x[0], lengths: lengths, context) }
    } reference: {
        Reference.lastStep($0.x, steps: $0.size.steps, lengths: $0.lengths)
    },
    LayerCase("Reverse", time: .kept, fixture: "reverse", inputs: { [[$0.rows, $0.steps, 3]] }) { _ in
        { x, lengths, context in Reverse()(x[0], lengths: lengths, context) }
    } reference: {
        Reference.steps($0.x, steps: $0.size.steps, lengths: $0.lengths) { step, length in length - 1 - step }
    },
    LayerCase("Flatten", time: .summarized, fixture: "flatten", inputs: { [[$0.rows, $0.steps, 3]] }) { _ in
        { x, lengths, context in Flatten()(x[0], lengths: lengths, context) }
    } reference: {
        Reference.steps($0.x, steps: $0.size.steps, lengths: $0.lengths) { step, _ in step }
    },
    LayerCase("RepeatVector", time: .ignored, fixture: "repeat_vector", inputs: { [[$0.rows, 3]] }) { _ in
        { x, lengths, context in RepeatVector(steps: 4)(x[0], lengths: lengths, context) }
    } reference: { call in
        (0..<call.size.rows).flatMap { row in (0..<4).flatMap { _ in call.x[row * 3..<(row + 1) * 3] } }
    },
    LayerCase("Residual", time: .ignored, fixture: "residual", inputs: { [[$0.rows, $0.steps, 5]] }) { scope in
        let layer = Residual(scope: scope) {
            Child { Linear(inputs: 5, outputs: 5, scope: $0) }
            Activation.tanh
        }
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: {
        zip($0.x, Reference.linear($0.x, $0["body.0.weight"], $0["body.0.bias"], inputs: 5)).map { $0 + tanh($1) }
    },
    LayerCase(
        "Residual with a projection", time: .ignored, fixture: "residual_projection", inputs: { [[$0.rows, 5]] }
    ) { scope in
        let layer = Residual(scope: scope, projection: (inputs: 5, outputs: 2)) {
            Child { Linear(inputs: 5, outputs: 2, scope: $0) }
            Activation.sigmoid
        }
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: { call in
        let change = Reference.linear(call.x, call["body.0.weight"], call["body.0.bias"], inputs: 5)
        let straight = Reference.linear(call.x, call["projection.weight"], call["projection.bias"], inputs: 5)
        return zip(straight, change).map { $0 + Reference.sigmoid($1) }
    },
    LayerCase("Sequential", time: .summarized, fixture: "sequential", inputs: { [[$0.rows, $0.steps, 3]] }) { scope in
        let layer = Sequential(scope: scope) {
            Reverse()
            Child {
                Sequential(scope: $0) {
                    Child { Linear(inputs: 3, outputs: 4, scope: $0) }
                    Activation.tanh
                }
            }
            LastStep()
            Child { Linear(inputs: 4, outputs: 2, scope: $0) }
        }
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: { call in
        let reversed = Reference.steps(call.x, steps: call.size.steps, lengths: call.lengths) { $1 - 1 - $0 }
        let mapped = Reference.linear(reversed, call["1.0.weight"], call["1.0.bias"], inputs: 3).map { tanh($0) }
        let last = Reference.lastStep(mapped, steps: call.size.steps, lengths: call.lengths)
        return Reference.linear(last, call["3.weight"], call["3.bias"], inputs: 4)
    },
    LayerCase(
        "TiedLinear", time: .ignored, fixture: "tied_linear", inputs: { [[$0.rows, $0.steps, 4]] }
    ) { scope in
        let embedding = Embedding(entries: 6, width: 4, gradientKind: .dense, scope: scope["words"])
        let layer = TiedLinear(embedding, scope: scope["head"])
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: {
        Reference.linear($0.x, $0["words.weight"], $0["head.bias"], inputs: 4)
    },
]

import Tensors

extension Parameters {
    /// The layers of a model as the names of its parameters tell them, with what each put out in one run.
    ///
    /// A layer's output is the last one before another layer's parameters are used: what functions without weights, a
    /// pool or an activation, make of it counts as its own. Not to be called while the parameters are trained.
    ///
    /// - Parameter forward: Runs the model in a context of training; its dropout drops.
    public func summary(running forward: (_ context: Context) -> Void) -> Summary {
        let summary = summary()
        // Layers do not show that they use what is frozen.
        let frozen = filter { $0.isFrozen && !$0.isBuffer }
        for parameter in frozen { parameter.isFrozen = false }
        defer { for parameter in frozen { parameter.isFrozen = true } }
        let (tape, gradients) = (Tape(), Gradients(for: self))
        var current: String?
        var outputs: [String: Shape] = [:]
        gradients.observer = { current = Summary.layer(of: $0.name) }
        tape.observer = { output in
            if let current { outputs[current] = output.shape }
        }
        forward(.training(tape: tape, gradients: gradients, seed: 0))
        return Summary(
            lines: summary.lines.map {
                Summary.Line(name: $0.name, kind: $0.kind, output: outputs[$0.name], weights: $0.weights)
            })
    }
}

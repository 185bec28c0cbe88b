import Layers
import Tensors

extension StepJob {
    /// Recurrent layers as forecasting, tagging and audio use them: an optional table of words, one layer, its last step
    /// or the mean of all, a linear layer.
    static let recurrent: [StepJob] = [
        forecast("rnn", .rnn(.tanh)), forecast("lstm", .lstm()), forecast("gru", .gru),
        tagging("lstm", .lstm()), tagging("gru", .gru), tagging("bilstm", .lstm(), isBidirectional: true), audio, large,
    ]

    /// Multiplications of a recurrent layer in one direction.
    static func products(_ kind: Recurrent.Kind, rows: Int, steps: Int, inputs: Int, hidden: Int) -> Int {
        let gates =
            switch kind {
            case .rnn: 1
            case .gru: 3
            case .lstm: 4
            }
        return gates * rows * steps * (inputs + hidden) * hidden
    }

    private static func forecast(_ name: String, _ kind: Recurrent.Kind) -> StepJob {
        StepJob(
            "forecast.\(name)", "series of 168 steps, \(name) of 64, last step, 1 number",
            input: { RandomBatch.normal([32, 168, 1]) }, target: { RandomBatch.normal([32, 1]) },
            products: products(kind, rows: 32, steps: 168, inputs: 1, hidden: 64), loss: JobLoss.meanSquared
        ) { scope in
            let encoder = Recurrent(kind, inputs: 1, hidden: 64, output: .lastStep, scope: scope["encoder"])
            let head = Linear(inputs: 64, outputs: 1, scope: scope["head"])
            return { x, context in head(encoder(x, context), context) }
        }
    }

    private static func tagging(_ name: String, _ kind: Recurrent.Kind, isBidirectional: Bool = false) -> StepJob {
        let directions = isBidirectional ? 2 : 1
        return StepJob(
            "tag.\(name)", "100 words of 20,000, \(name) of 128, last step, 10 labels",
            identifiers: { RandomBatch.identifiers(below: 20_000, [64, 100]) },
            target: { RandomBatch.binary([64, 10]) },
            products: directions * products(kind, rows: 64, steps: 100, inputs: 128, hidden: 128), loss: JobLoss.binary
        ) { scope, tables in
            let table = Embedding(entries: 20_000, width: 128, gradientKind: tables, scope: scope["table"])
            // As PyTorch's peer takes the last step of both directions, all steps are computed forward.
            let encoder = Recurrent(
                kind, inputs: 128, hidden: 128, direction: isBidirectional ? .both(merge: .concatenate) : .forward,
                output: isBidirectional ? .everyStep : .lastStep, scope: scope["encoder"])
            let head = Linear(inputs: encoder.features, outputs: 10, scope: scope["head"])
            return { x, context in
                let steps = encoder(table(x, context), context)
                return head(isBidirectional ? steps.lastStep() : steps, context)
            }
        }
    }

    private static let audio = StepJob(
        "audio.bigru", "101 frames of 64, bidirectional gru of 128, mean over time, 10 classes",
        input: { RandomBatch.normal([32, 101, 64]) }, target: { RandomBatch.identifiers(below: 10, [32]) },
        products: 2 * products(.gru, rows: 32, steps: 101, inputs: 64, hidden: 128), loss: JobLoss.classes
    ) { scope in
        let encoder = Recurrent(
            .gru, inputs: 64, hidden: 128, direction: .both(merge: .concatenate), scope: scope["encoder"])
        let head = Linear(inputs: 256, outputs: 10, scope: scope["head"])
        return { x, context in head(encoder(x, context).meanOverTime(), context) }
    }

    private static let large = StepJob(
        "lstm.large", "64 steps of 512, lstm of 512, last step, 10 classes",
        input: { RandomBatch.normal([64, 64, 512]) }, target: { RandomBatch.identifiers(below: 10, [64]) },
        products: products(.lstm(), rows: 64, steps: 64, inputs: 512, hidden: 512), loss: JobLoss.classes
    ) { scope in
        let encoder = Recurrent(.lstm(), inputs: 512, hidden: 512, output: .lastStep, scope: scope["encoder"])
        let head = Linear(inputs: 512, outputs: 10, scope: scope["head"])
        return { x, context in head(encoder(x, context), context) }
    }
}

/// The losses of the jobs.
enum JobLoss {
    static let meanSquared: @Sendable (Tensor, Tensor) -> Tensor = { MeanSquaredError()($0, targets: $1) }
    static let binary: @Sendable (Tensor, Tensor) -> Tensor = { BinaryCrossEntropy()($0, targets: $1) }
    static let classes: @Sendable (Tensor, IndexTensor) -> Tensor = { CrossEntropy()($0, targets: $1) }
}

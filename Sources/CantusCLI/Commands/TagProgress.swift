import Cantus

/// The progress of a training of a tagger on standard error.
final class TagProgress {
    private let bar = ProgressBar()
    private var epochs = 0
    /// Whether the checkpoint is this training's; one that an earlier training left may be another's.
    private(set) var hasCheckpoint = false

    func show(_ event: TagTraining.Event) {
        switch event {
        case .prepared(let rows, let labels, let vocabulary, let parameters, let epochs, let replicas):
            self.epochs = epochs
            bar.log(Self.text(rows) + "; \(labels) labels, \(Formats.grouped(vocabulary)) words")
            bar.log(
                "\(Formats.grouped(parameters)) parameters, \(epochs) epochs at most, \(replicas) "
                    + (replicas == 1 ? "replica" : "replicas"))
        case .trainer(let event): show(event)
        case .baselines: bar.log("fitting the baselines")
        }
    }

    func show(_ event: TagComparison.Event) {
        switch event {
        case .baselines(let rows, let labels):
            bar.log(Self.text(rows) + "; \(labels) labels")
            bar.log("fitting the baselines")
        case .model(let kind, let number, let count, let parameters, let epochs):
            self.epochs = epochs
            bar.log("\(kind.rawValue), model \(number) of \(count): \(Formats.grouped(parameters)) parameters")
        case .trainer(let event): show(event)
        }
    }

    private func show(_ event: Trainer.Event) {
        switch event {
        case .resumed(let epoch):
            hasCheckpoint = true
            bar.log("resumed behind epoch \(epoch)")
        case .step(let epoch, let examples, let count, let loss):
            bar.show(
                "epoch \(epoch) of \(epochs)", done: examples, of: count, doneInAll: (epoch - 1) * count + examples,
                of: epochs * count, unit: "rows", note: "loss \(Formats.fixed(loss, decimals: 4))")
        case .epoch(let epoch, let isBest):
            hasCheckpoint = true
            bar.log(
                "epoch \(epoch.number) of \(epochs): loss \(Formats.fixed(epoch.trainingLoss, decimals: 4)), "
                    + "validation loss \(Formats.fixed(epoch.validationLoss, decimals: 4)), "
                    + "micro-F1 \(Formats.fixed(epoch.validationScore, decimals: 3))" + (isBest ? " (best so far)" : ""))
        }
    }

    private static func text(_ rows: TagReport.Rows) -> String {
        "\(Formats.grouped(rows.train)) rows to train on, \(Formats.grouped(rows.validation)) for validation, "
            + "\(Formats.grouped(rows.threshold)) for the threshold, \(Formats.grouped(rows.test)) to test on"
    }

    func finish() { bar.clear() }
}

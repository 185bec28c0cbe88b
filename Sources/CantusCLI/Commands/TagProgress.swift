import Cantus

/// The progress of a training of a tagger on standard error.
final class TagProgress {
    let trainer = TrainerProgress(unit: "rows") { "micro-F1 \(Formats.fixed($0, decimals: 3))" }

    func show(_ event: TagTraining.Event) {
        switch event {
        case .prepared(let rows, let labels, let vocabulary, let parameters, let epochs, let replicas):
            trainer.epochs = epochs
            trainer.log(Self.text(rows) + "; \(labels) labels, \(Formats.grouped(vocabulary)) words")
            trainer.log(
                "\(Formats.grouped(parameters)) parameters, \(epochs) epochs at most, \(replicas) "
                    + (replicas == 1 ? "replica" : "replicas"))
        case .trainer(let event): trainer.show(event)
        case .baselines: trainer.log("fitting the baselines")
        }
    }

    func show(_ event: TagComparison.Event) {
        switch event {
        case .baselines(let rows, let labels):
            trainer.log(Self.text(rows) + "; \(labels) labels")
            trainer.log("fitting the baselines")
        case .model(let kind, let number, let count, let parameters, let epochs):
            trainer.epochs = epochs
            trainer.log("\(kind.rawValue), model \(number) of \(count): \(Formats.grouped(parameters)) parameters")
        case .trainer(let event): trainer.show(event)
        }
    }

    private static func text(_ rows: TagReport.Rows) -> String {
        "\(Formats.grouped(rows.train)) rows to train on, \(Formats.grouped(rows.validation)) for validation, "
            + "\(Formats.grouped(rows.threshold)) for the threshold, \(Formats.grouped(rows.test)) to test on"
    }
}

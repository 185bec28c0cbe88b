import Cantus

/// The progress of a training of a classifier of sounds on standard error.
final class AudioProgress {
    let trainer = TrainerProgress(unit: "chunks") { "probability of the right label \(Formats.fixed($0, decimals: 3))" }
    /// The fold that is being trained on; nil for the model that is kept.
    private(set) var fold: Int?

    func show(_ event: AudioTraining.Event) {
        switch event {
        case .read(let files, let chunks, let rate):
            trainer.log(
                "\(Formats.grouped(files)) files, \(Formats.grouped(chunks)) chunks at \(Formats.grouped(rate)) Hz")
        case .prepared(let fold, let files, let labels, let parameters, let epochs, let replicas):
            self.fold = fold?.number
            trainer.epochs = epochs
            if let fold { trainer.log("fold \(fold.number) of \(fold.of): \(fold.name) is held out") }
            trainer.log(Self.text(files) + "; \(labels) labels")
            trainer.log(
                "\(Formats.grouped(parameters)) parameters, \(epochs) epochs at most, \(replicas) "
                    + (replicas == 1 ? "replica" : "replicas"))
        case .trainer(let event): trainer.show(event)
        case .baselines: trainer.log("fitting the baselines")
        }
    }

    private static func text(_ files: AudioReport.Files) -> String {
        "\(Formats.grouped(files.train)) files to train on, \(Formats.grouped(files.validation)) for validation, "
            + "\(Formats.grouped(files.test)) to test on"
    }
}

import Cantus

/// The progress of a training or a backtest of a forecaster on standard error.
final class ForecastProgress {
    let trainer = TrainerProgress(unit: "windows") { "error \(Formats.fixed(-$0, decimals: 4))" }

    func show(_ event: ForecastTraining.Event) {
        switch event {
        case .prepared(let windows, let firstWindow, let notes):
            for note in notes { trainer.log(note) }
            trainer.log(
                "\(Formats.grouped(windows.train)) windows to train on, \(Formats.grouped(windows.validation)) for "
                    + "validation, \(Formats.grouped(windows.test)) to test on")
            trainer.log("the first: \(firstWindow)")
        case .scaling(let sentence): trainer.log(sentence)
        case .baselines: trainer.log("fitting the baselines")
        case .model(let kind, let number, let count, let parameters, let epochs, let replicas):
            trainer.epochs = epochs
            let which = count > 1 ? ", model \(number) of \(count)" : ""
            let how =
                epochs == 0
                ? "solved for"
                : "\(epochs) epochs at most, \(replicas) \(replicas == 1 ? "replica" : "replicas")"
            trainer.log("\(kind.rawValue)\(which): \(Formats.grouped(parameters)) parameters, \(how)")
        case .trainer(let event): trainer.show(event)
        }
    }

    func show(_ event: ForecastBacktest.Event) {
        switch event {
        case .prepared(let origins, let fits, let notes):
            for note in notes { trainer.log(note) }
            trainer.log(
                "\(Formats.grouped(origins)) origins"
                    + (fits > 0 ? ", \(Formats.grouped(fits)) fits" : "; the model stays as it is"))
        case .fit(let number, let count): trainer.log("fit \(number) of \(count)")
        }
    }
}

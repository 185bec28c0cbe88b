import ArgumentParser
import Cantus
import Glibc

/// The progress of a `Trainer` on standard error, whatever it trains: a bar while an epoch runs, a line behind it, and
/// what Ctrl-C leaves.
final class TrainerProgress {
    private let bar = ProgressBar()
    private let unit: String
    private let score: (Double) -> String
    /// Epochs at most, as the training announces them.
    var epochs = 0
    /// Whether the checkpoint is this training's; one that an earlier training left may be another's.
    private(set) var hasCheckpoint = false

    /// - Parameters:
    ///   - unit: What examples are called: `rows`.
    ///   - score: The validation score in words: `micro-F1 0.687`.
    init(unit: String, score: @escaping (Double) -> String) {
        (self.unit, self.score) = (unit, score)
    }

    func show(_ event: Trainer.Event) {
        switch event {
        case .resumed(let epoch):
            hasCheckpoint = true
            bar.log("resumed behind epoch \(epoch)")
        case .step(let epoch, let examples, let count, let loss):
            bar.show(
                "epoch \(epoch) of \(epochs)", done: examples, of: count, doneInAll: (epoch - 1) * count + examples,
                of: epochs * count, unit: unit, note: "loss \(Formats.fixed(loss, decimals: 4))")
        case .epoch(let epoch, let isBest):
            hasCheckpoint = true
            bar.log(
                "epoch \(epoch.number) of \(epochs): loss \(Formats.fixed(epoch.trainingLoss, decimals: 4)), "
                    + "validation loss \(Formats.fixed(epoch.validationLoss, decimals: 4)), "
                    + score(epoch.validationScore) + (isBest ? " (best so far)" : ""))
        }
    }

    /// Writes a line that stays, above the bar.
    func log(_ line: String) { bar.log(line) }

    /// Runs a training, and ends the process with a message where Ctrl-C stopped it.
    ///
    /// - Parameter checkpoint: Where the training leaves its state; asked for when it has been stopped.
    func interruptible<Result>(
        checkpoint: @autoclosure () -> String, _ training: () throws -> Result
    ) throws -> Result {
        defer { bar.clear() }
        do {
            return try training()
        } catch TrainingError.interrupted {
            bar.clear()
            Standard.error(
                hasCheckpoint
                    ? "cantus: interrupted; the last whole epoch is in \(checkpoint()), and --resume goes on from it\n"
                    : "cantus: interrupted before the first epoch was done; nothing was written\n")
            throw ExitCode(128 + SIGINT)
        }
    }
}

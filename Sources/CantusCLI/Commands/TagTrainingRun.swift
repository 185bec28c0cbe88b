import ArgumentParser
import Cantus
import Glibc

/// One training of a tagger as the terminal shows it; `tag train` and `run` both come here.
struct TagTrainingRun {
    private let recipe: TagRecipe
    private let data: String
    private let test: String?
    private let output: String
    private let options: TrainingRunOptions

    init(_ recipe: TagRecipe, data: String, test: String?, output: String, options: TrainingRunOptions) {
        (self.recipe, self.data, self.test, self.output, self.options) = (recipe, data, test, output, options)
    }

    func run() throws {
        try OutputFile.check(output, isNoneOf: [data] + (test.map { [$0] } ?? []) + [recipe.embeddings.file])
        try OutputFile.check(output, replacing: options.force)
        let rows = try read(data)
        let testRows = try test.map(read)
        let checkpoint = output + ".checkpoint"
        let training = TagTraining(
            recipe, checkpointPath: checkpoint, resumes: options.resume, pool: options.threading.pool())
        Interrupts.watch()
        let progress = TagProgress()
        let result: (tagger: Tagger, report: TagReport)
        do {
            result = try training.run(
                rows, path: data, test: testRows, shouldStop: { Interrupts.isRequested }, report: progress.show)
        } catch TrainingError.interrupted {
            progress.finish()
            Standard.error(
                progress.hasCheckpoint
                    ? "cantus: interrupted; the last whole epoch is in \(checkpoint), and --resume goes on from it\n"
                    : "cantus: interrupted before the first epoch was done; nothing was written\n")
            throw ExitCode(128 + SIGINT)
        }
        progress.finish()
        try result.tagger.write(to: output, replacing: options.force)
        try OutputFile.remove(checkpoint)
        if options.json {
            try Standard.json(result.report)
        } else {
            Standard.output(TagTable.rendered(result.report, style: Standard.tableStyle))
            Standard.output("\nThe model is in \(output).\n")
        }
    }

    private func read(_ path: String) throws -> LabeledTexts {
        let rows = try LabeledTexts.read(
            path: path, textColumn: recipe.columns.text.nonEmpty, labelsColumn: recipe.columns.labels.nonEmpty,
            skippingMalformed: options.skipMalformed)
        SkippedRows.report(rows, path: path)
        return rows
    }
}

extension String {
    /// Nil for the empty text.
    var nonEmpty: String? { isEmpty ? nil : self }
}

/// What was left out by --skip-malformed, on standard error.
enum SkippedRows {
    static func report(_ rows: LabeledTexts, path: String) {
        guard rows.skippedCount > 0 else { return }
        let noun = rows.skippedCount == 1 ? "row was" : "rows were"
        Standard.error("\(Formats.grouped(rows.skippedCount)) malformed \(noun) left out of \(path):\n")
        for error in rows.skipped { Standard.error("  \(error)\n") }
        if rows.skippedCount > rows.skipped.count { Standard.error("  …\n") }
    }
}

/// The progress of a training of a tagger on standard error.
private final class TagProgress {
    private let bar = ProgressBar()
    private var epochs = 0
    /// Whether the checkpoint is this training's; one that an earlier training left may be another's.
    private(set) var hasCheckpoint = false

    func show(_ event: TagTraining.Event) {
        switch event {
        case .prepared(let rows, let labels, let vocabulary, let parameters, let epochs, let replicas):
            self.epochs = epochs
            bar.log(
                "\(Formats.grouped(rows.train)) rows to train on, \(Formats.grouped(rows.validation)) for validation, "
                    + "\(Formats.grouped(rows.threshold)) for the threshold, \(Formats.grouped(rows.test)) to test on; "
                    + "\(labels) labels, \(Formats.grouped(vocabulary)) words")
            bar.log(
                "\(Formats.grouped(parameters)) parameters, \(epochs) epochs at most, \(replicas) "
                    + (replicas == 1 ? "replica" : "replicas"))
        case .trainer(.resumed(let epoch)):
            hasCheckpoint = true
            bar.log("resumed behind epoch \(epoch)")
        case .trainer(.step(let epoch, let examples, let count, let loss)):
            bar.show(
                "epoch \(epoch) of \(epochs)", done: examples, of: count, doneInAll: (epoch - 1) * count + examples,
                of: epochs * count, unit: "rows", note: "loss \(Formats.fixed(loss, decimals: 4))")
        case .trainer(.epoch(let epoch, let isBest)):
            hasCheckpoint = true
            bar.log(
                "epoch \(epoch.number) of \(epochs): loss \(Formats.fixed(epoch.trainingLoss, decimals: 4)), "
                    + "validation loss \(Formats.fixed(epoch.validationLoss, decimals: 4)), "
                    + "micro-F1 \(Formats.fixed(epoch.validationScore, decimals: 3))" + (isBest ? " (best so far)" : ""))
        case .baselines:
            bar.log("fitting the baselines")
        }
    }

    func finish() { bar.clear() }
}

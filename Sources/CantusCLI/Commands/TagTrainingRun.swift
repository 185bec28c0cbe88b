import Cantus

/// The training of a tagger, or of one of each kind, as the terminal shows it; `tag train` and `run` both come here.
struct TagTrainingRun {
    private let recipes: [TagRecipe]
    private let data: String
    private let test: String?
    private let output: String
    private let options: TrainingRunOptions
    private let progress = TagProgress()

    /// - Parameter recipes: One, or several to compare.
    init(_ recipes: [TagRecipe], data: String, test: String?, output: String, options: TrainingRunOptions) {
        (self.recipes, self.data, self.test, self.output, self.options) = (recipes, data, test, output, options)
    }

    func run() throws {
        let inputs = [data] + (test.map { [$0] } ?? []) + recipes.map(\.embeddings.file)
        try OutputFile.check(output, isNoneOf: inputs)
        try OutputFile.check(output, replacing: options.force)
        let rows = try read(data)
        let testRows = try test.map(read)
        Interrupts.watch()
        if recipes.count == 1 { try train(rows, testRows) } else { try compare(rows, testRows) }
    }

    private func train(_ rows: LabeledTexts, _ testRows: LabeledTexts?) throws {
        let checkpoint = output + ".checkpoint"
        let training = TagTraining(
            recipes[0], checkpointPath: checkpoint, resumes: options.resume, pool: options.threading.pool())
        let result = try progress.trainer.interruptible(checkpoint: checkpoint) {
            try training.run(
                rows, path: data, test: testRows, shouldStop: { Interrupts.isRequested }, report: progress.show)
        }
        try result.tagger.write(to: output, replacing: options.force)
        try OutputFile.remove(checkpoint)
        if options.json {
            try Standard.json(result.report)
        } else {
            Standard.output(TagTable.rendered(result.report, style: Standard.tableStyle))
            Standard.output("\nThe model is in \(output).\n")
        }
    }

    private func compare(_ rows: LabeledTexts, _ testRows: LabeledTexts?) throws {
        func checkpoint(_ name: String) -> String { "\(output).\(name).checkpoint" }
        let comparison = TagComparison(
            recipes, checkpointPath: { checkpoint($0.rawValue) }, resumes: options.resume,
            pool: options.threading.pool())
        let result = try progress.trainer.interruptible(checkpoint: checkpoint("MODEL")) {
            try comparison.run(
                rows, path: data, test: testRows, shouldStop: { Interrupts.isRequested }, report: progress.show)
        }
        try result.tagger.write(to: output, replacing: options.force)
        for recipe in recipes { try OutputFile.remove(checkpoint(recipe.model.kind.rawValue)) }
        if options.json {
            try Standard.json(result.report)
        } else {
            Standard.output(TagComparisonTable.rendered(result.report, style: Standard.tableStyle))
            Standard.output("\nThe model is in \(output).\n")
        }
    }

    private func read(_ path: String) throws -> LabeledTexts {
        let columns = recipes[0].columns
        let rows = try LabeledTexts.read(
            path: path, textColumn: columns.text.nonEmpty, labelsColumn: columns.labels.nonEmpty,
            skippingMalformed: options.skipMalformed)
        SkippedRows.report(rows, path: path)
        return rows
    }
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

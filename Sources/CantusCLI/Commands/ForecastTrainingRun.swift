import Cantus

/// The training of a forecaster as the terminal shows it; `forecast train` and `run` both come here.
struct ForecastTrainingRun {
    private let recipes: [ForecastRecipe]
    private let data: String
    private let output: String
    private let plot: String?
    private let options: TrainingRunOptions
    private let progress = ForecastProgress()

    /// - Parameter recipes: One, or several of which one is kept.
    init(_ recipes: [ForecastRecipe], data: String, output: String, plot: String?, options: TrainingRunOptions) {
        (self.recipes, self.data, self.output, self.plot, self.options) = (recipes, data, output, plot, options)
    }

    func run() throws {
        for path in [output] + (plot.map { [$0] } ?? []) {
            try OutputFile.check(path, isNoneOf: [data, recipes[0].calendar.holidays])
            try OutputFile.check(path, replacing: options.force)
        }
        let reading = try SeriesReading.read(path: data, options: recipes[0].reading)
        Interrupts.watch()
        func checkpoint(_ name: String) -> String {
            recipes.count == 1 ? "\(output).checkpoint" : "\(output).\(name).checkpoint"
        }
        let training = ForecastTraining(
            recipes, checkpointPath: { checkpoint($0.rawValue) }, resumes: options.resume,
            pool: options.threading.pool())
        let result = try progress.trainer.interruptible(checkpoint: checkpoint("MODEL")) {
            try training.run(
                reading, path: data, shouldStop: { Interrupts.isRequested }, report: progress.show)
        }
        try result.forecaster.write(to: output, replacing: options.force)
        if let plot {
            let chart = ForecastChart(result.track, title: "Forecasts of the test part")
            try OutputFile.write(chart.svg, to: plot, replacing: options.force)
        }
        for recipe in recipes { try OutputFile.remove(checkpoint(recipe.model.kind.rawValue)) }
        if options.json {
            try Standard.json(result.report)
        } else {
            Standard.output(ForecastTable.rendered(result.report, style: Standard.tableStyle))
            Standard.output("\nThe model is in \(output)\(plot.map { ", the picture in \($0)" } ?? "").\n")
        }
    }
}

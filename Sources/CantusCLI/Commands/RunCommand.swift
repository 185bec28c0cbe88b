import ArgumentParser
import Cantus

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Trains what a recipe in YAML says.",
        discussion: """
            Example:
              cantus run Recipes/auto-tag-questions.yaml --output tagger.safetensors

            A recipe names its job, data and output, and any keys of the job's recipe; flags win over it. Paths are \
            taken from the folder in which the command runs.
            """)

    @Argument(help: "The recipe; - reads standard input.")
    var recipe: String

    @Option(help: ArgumentHelp("The data, in place of the recipe's.", valueName: "file"))
    var data: String?

    @Option(help: ArgumentHelp("Rows to test on, in place of the recipe's.", valueName: "file"))
    var test: String?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Where the model goes, in place of the recipe's.", valueName: "file"))
    var output: String?

    @OptionGroup var rows: RowOptions

    @OptionGroup var options: TrainingRunOptions

    func run() throws {
        try Failures.reported {
            let file = try RecipeFile(contentsOf: recipe)
            // Keys come first: a misspelt one is the likely reason why another is missing.
            switch file.job {
            case TagRecipe.job:
                try file.checkOutermostKeys(against: TagRecipe())
                let recipes = try TagRecipe.recipes(settings: file.settings + options.settings)
                let paths = try paths(file)
                try TagTrainingRun(
                    recipes, data: paths.data, test: test ?? file.optional("test"), output: paths.output,
                    skippingMalformed: rows.skipMalformed, options: options
                ).run()
            case EmbedRecipe.job:
                try file.checkOutermostKeys(against: EmbedRecipe())
                let recipe = try EmbedRecipe(settings: file.settings + options.settings)
                try refuseRows(file)
                guard !options.resume else {
                    throw RecipeError("\(file.place("job")): the job embed takes no --resume")
                }
                let paths = try paths(file)
                try EmbedTrainingRun(
                    recipe, corpus: paths.data, output: paths.output, threading: options.threading,
                    force: options.force, json: options.json
                ).run()
            case AudioRecipe.job:
                try file.checkOutermostKeys(against: AudioRecipe())
                let recipe = try AudioRecipe(settings: file.settings + options.settings)
                try refuseRows(file)
                let paths = try paths(file)
                try AudioTrainingRun(
                    recipe, data: paths.data, output: paths.output, pictures: AudioPictures(), cache: nil,
                    options: options
                ).run()
            case ForecastRecipe.job:
                try file.checkOutermostKeys(against: ForecastRecipe())
                let recipes = try ForecastRecipe.recipes(settings: file.settings + options.settings)
                try refuseRows(file)
                let paths = try paths(file)
                try ForecastTrainingRun(recipes, data: paths.data, output: paths.output, plot: nil, options: options)
                    .run()
            default:
                throw RecipeError(
                    "\(file.place("job")): job is \"\(file.job)\", tag, embed, forecast or audio expected")
            }
        }
    }

    /// Refuses what only jobs on rows of a table take.
    private func refuseRows(_ file: RecipeFile) throws {
        for (given, name) in [
            (test != nil || file.optional("test") != nil, "test rows"), (rows.skipMalformed, "--skip-malformed"),
        ] where given { throw RecipeError("\(file.place("job")): the job \(file.job) takes no \(name)") }
    }

    /// What is read and where the result goes: the flags, or else the recipe's.
    private func paths(_ file: RecipeFile) throws -> (data: String, output: String) {
        (try data ?? file.required("data"), try output ?? file.required("output"))
    }
}

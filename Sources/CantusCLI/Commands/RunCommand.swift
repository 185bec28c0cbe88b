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

    @Option(name: .shortAndLong, help: ArgumentHelp("Where the model goes, in place of the recipe's.", valueName: "file"))
    var output: String?

    @OptionGroup var options: TrainingRunOptions

    func run() throws {
        try Failures.reported {
            let file = try RecipeFile(contentsOf: recipe)
            switch file.job {
            case TagRecipe.job:
                try file.checkOutermostKeys(against: TagRecipe())
                let recipe = try TagRecipe(settings: file.settings + options.settings)
                try TagTrainingRun(
                    recipe, data: data ?? file.required("data"), test: test ?? file.optional("test"),
                    output: output ?? file.required("output"), options: options
                ).run()
            case EmbedRecipe.job:
                try file.checkOutermostKeys(against: EmbedRecipe())
                let recipe = try EmbedRecipe(settings: file.settings + options.settings)
                for (given, name) in [
                    (test != nil || file.optional("test") != nil, "test rows"), (options.resume, "--resume"),
                    (options.skipMalformed, "--skip-malformed"),
                ] where given { throw RecipeError("\(file.place("job")): the job embed takes no \(name)") }
                try EmbedTrainingRun(
                    recipe, corpus: data ?? file.required("data"), output: output ?? file.required("output"),
                    threading: options.threading, force: options.force, json: options.json
                ).run()
            default:
                throw RecipeError("\(file.place("job")): job is \"\(file.job)\", tag or embed expected")
            }
        }
    }
}

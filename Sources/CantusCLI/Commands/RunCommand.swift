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
            guard file.job == TagRecipe.job else {
                throw RecipeError("\(file.place("job")): job is \"\(file.job)\", tag expected")
            }
            try file.checkOutermostKeys(against: TagRecipe())
            let tag = try TagRecipe(settings: file.settings + options.settings)
            try TagTrainingRun(
                tag, data: try data ?? file.required("data"), test: test ?? file.optional("test"),
                output: try output ?? file.required("output"), options: options
            ).run()
        }
    }
}

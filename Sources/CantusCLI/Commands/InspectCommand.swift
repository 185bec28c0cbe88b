import ArgumentParser
import Cantus

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Shows what is in a model file: layers, pipeline, scores, recipe.",
        discussion: """
            Example:
              cantus inspect tagger.safetensors
            """)

    @Argument(help: "The model file.")
    var model: String

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func run() throws {
        try Failures.reported {
            let inspection = try ModelInspection(contentsOf: model)
            if json {
                try Standard.json(inspection)
            } else {
                Standard.output(InspectionText.rendered(inspection, style: Standard.tableStyle))
            }
        }
    }
}

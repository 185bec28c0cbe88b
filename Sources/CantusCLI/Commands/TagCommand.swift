import ArgumentParser

struct TagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag",
        abstract: "Tags questions and other short texts with any number of labels.",
        discussion: """
            Input is a table (TSV or CSV with a header) with a column of texts and one of labels, written as \
            ['php', 'sql'], as php|sql, as php,sql or as <php><sql>; or lines of __label__php __label__sql text.
            """,
        subcommands: [
            TagTrainCommand.self, TagEvaluateCommand.self, TagPredictCommand.self, TagLearningRateCommand.self,
        ])
}

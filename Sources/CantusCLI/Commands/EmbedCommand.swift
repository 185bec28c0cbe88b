import ArgumentParser

struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Trains, queries, scores, converts and draws word vectors.",
        discussion: """
            Vectors are read by extension: .safetensors (written by cantus), .txt (word2vec or GloVe text), .vec \
            (fastText text), .bin (word2vec binary, or fastText's own model).
            """,
        subcommands: [
            EmbedTrainCommand.self, EmbedNeighborsCommand.self, EmbedAnalogyCommand.self, EmbedOddCommand.self,
            EmbedEvaluateCommand.self, EmbedConvertCommand.self, EmbedPlotCommand.self,
        ])
}

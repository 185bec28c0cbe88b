import ArgumentParser

struct AudioCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audio",
        abstract: "Classifies sounds: clips in files, and streams as they come.",
        discussion: """
            Data are a folder with one folder a label in it; or a folder of files whose names tell the label \
            (--pattern '{label}_{group}_{index}.wav'); or a table (CSV, TSV) with the columns filename, label (or \
            category) and perhaps group and fold. WAV, FLAC, OGG (Vorbis, Opus), AIFF, AU, CAF and, where libsndfile is \
            1.1 or newer, MP3 are read, at any rate and with any number of channels; the content decides, not the name.
            """,
        subcommands: [
            AudioTrainCommand.self, AudioEvaluateCommand.self, AudioClassifyCommand.self, AudioFeaturesCommand.self,
        ])
}

import ArgumentParser
import Cantus
import Glibc

extension Cleaner.Preset: ExpressibleByArgument {}
extension Tokenizer: ExpressibleByArgument {}

/// A ready-made cleaning rule as an argument.
struct CleaningRuleName: ExpressibleByArgument {
    let rule: Cleaner.Rule

    init?(argument: String) {
        guard let rule = Cleaner.Rule(named: argument) else { return nil }
        self.rule = rule
    }

    static var allValueStrings: [String] { Cleaner.Rule.readyMade.map(\.name) }
}

/// Where the texts come from.
struct TextInput: ParsableArguments {
    @Argument(help: ArgumentHelp("Files with one text a line; - or none reads standard input.", valueName: "file"))
    var files: [String] = []

    func validate() throws {
        if files.count(where: { $0 == "-" }) > 1 {
            throw ValidationError("- stands more than once; standard input can be read once")
        }
    }

    func reader() throws -> TextReader { try TextReader(paths: files) }
}

/// Where the result goes.
struct TextOutput: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where the result goes (default: standard output), whole or not at all.", valueName: "file"))
    var output: String?

    @Flag(help: "Replace the output where it stands already.")
    var force = false

    /// Opens the output and passes it to `body` as a function that takes it block by block.
    func write(_ body: (TextStages.Emit) throws -> Void) throws {
        guard let output, output != "-" else { return try body(Self.writeToStandardOutput) }
        // The end of a pipe may come from the same Ctrl-C: what was read until then is not the whole input.
        Interrupts.watch()
        func check() throws { if Interrupts.isRequested { throw ExitCode(128 + SIGINT) } }
        try OutputFile.write(to: output, replacing: force) { writer in
            try body {
                try check()
                try writer.append($0)
            }
            try check()
        }
    }

    private static func writeToStandardOutput(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            let written = Glibc.write(STDOUT_FILENO, base, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                // Nobody reads any more, as behind `| head`: no reason for a message.
                if errno == EPIPE { throw ExitCode(128 + SIGPIPE) }
                throw FileError(
                    .inputOutput, path: "standard output", "writing failed: \(String(cString: strerror(errno)))")
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }
}

/// How texts become tokens.
struct TextPipelineOptions: ParsableArguments {
    @Option(help: "How the texts are cleaned before they are split (default: none).")
    var preset: Cleaner.Preset?

    @OptionGroup var ruleOptions: CleaningRuleOptions

    @Option(help: "Where the texts are split (default: words, or whitespace with the preset technical).")
    var tokenizer: Tokenizer?

    func validate() throws { try ruleOptions.check(besides: preset) }

    var cleaner: Cleaner { ruleOptions.cleaner(preset ?? .none) }

    var pipeline: TextPipeline {
        let tokenizer = tokenizer ?? (ruleOptions.rules.isEmpty ? preset ?? .none : .none).tokenizer
        return TextPipeline(cleaner: cleaner, tokenizer: tokenizer)
    }
}

/// Ready-made rules one by one, in the place of a preset.
struct CleaningRuleOptions: ParsableArguments {
    @Option(
        name: .customLong("rule"),
        help: ArgumentHelp(
            "A ready-made cleaning rule, in the place of a preset; give it again for the next rule, in order.",
            valueName: "name"))
    var rules: [CleaningRuleName] = []

    func check(besides preset: Cleaner.Preset?) throws {
        if preset != nil, !rules.isEmpty { throw ValidationError("--preset and --rule exclude each other") }
    }

    func cleaner(_ preset: Cleaner.Preset) -> Cleaner {
        rules.isEmpty ? Cleaner(preset) : Cleaner(rules.map(\.rule))
    }
}

import Foundation
import Glibc
import Testing

/// The `cantus` binary that was built beside these tests.
struct Cantus {
    /// What one run came to.
    struct Outcome {
        let output: String
        let error: String
        /// The exit code; nil where a signal ended the process.
        let code: Int32?
        /// The signal that ended the process; nil where it ended by itself.
        let signal: Int32?

        /// Decodes standard output, which must hold one JSON object.
        func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try JSONDecoder().decode(type, from: Data(output.utf8))
        }

        /// Standard output as a JSON object, for looking at its keys.
        func object() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        }
    }

    /// A run that goes on beside the test.
    final class Running {
        fileprivate let process: Process
        fileprivate let captured: TemporaryFolder

        fileprivate init(_ process: Process, _ captured: TemporaryFolder) {
            (self.process, self.captured) = (process, captured)
        }

        var isRunning: Bool { process.isRunning }

        /// What standard error holds by now.
        var errorSoFar: String { (try? captured.text("error")) ?? "" }

        func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

        func outcome() throws -> Outcome {
            process.waitUntilExit()
            let ended = process.terminationReason == .exit
            return Outcome(
                output: try captured.text("output"), error: try captured.text("error"),
                code: ended ? process.terminationStatus : nil, signal: ended ? nil : process.terminationStatus)
        }
    }

    static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("cantus").path

    /// Runs the binary to its end.
    ///
    /// - Parameters:
    ///   - input: Standard input; empty where nil.
    ///   - environment: Added to the environment of the tests.
    ///   - output: A file in the place of the one that standard output is read back from.
    static func run(
        _ arguments: [String], in folder: TemporaryFolder, input: [UInt8]? = nil, environment: [String: String] = [:],
        output: String? = nil
    ) throws -> Outcome {
        try start(arguments, in: folder, input: input, environment: environment, output: output).outcome()
    }

    static func run(
        _ arguments: String..., in folder: TemporaryFolder, input: String? = nil
    ) throws -> Outcome {
        try run(arguments, in: folder, input: input.map { Array($0.utf8) })
    }

    /// Starts the binary. What it writes goes to files: pipes would have to be emptied while it runs.
    static func start(
        _ arguments: [String], in folder: TemporaryFolder, input: [UInt8]? = nil, environment: [String: String] = [:],
        output: String? = nil
    ) throws -> Running {
        let captured = try TemporaryFolder()
        for name in ["output", "error"] { try captured.write([], to: name) }
        try captured.write(input ?? [], to: "input")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: captured.url("input"))
        process.standardOutput = try FileHandle(
            forWritingTo: output.map { URL(fileURLWithPath: $0) } ?? captured.url("output"))
        process.standardError = try FileHandle(forWritingTo: captured.url("error"))
        // The threads on which tests run block signals, and a process would start with them blocked, too.
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_UNBLOCK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
        return Running(process, captured)
    }
}

/// Expects a run to fail as bad input should: an exit code, a message that holds some texts, nothing on standard
/// output.
func expectFailure(
    _ outcome: Cantus.Outcome, _ code: Int32, saying texts: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(outcome.signal == nil, "\(outcome.error)", sourceLocation: sourceLocation)
    #expect(outcome.code == code, "\(outcome.error)", sourceLocation: sourceLocation)
    #expect(outcome.output == "", sourceLocation: sourceLocation)
    let message = outcome.error.split(separator: "\n").filter { $0.hasPrefix("cantus: ") || $0.hasPrefix("Error: ") }
    #expect(message.count == 1, "one message expected, found: \(outcome.error)", sourceLocation: sourceLocation)
    for text in texts {
        #expect(message.first?.contains(text) == true, "\(text) in: \(outcome.error)", sourceLocation: sourceLocation)
    }
}

/// Expects a run to succeed.
func expectSuccess(_ outcome: Cantus.Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(outcome.code == 0, "\(outcome.error)", sourceLocation: sourceLocation)
}

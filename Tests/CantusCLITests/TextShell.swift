import Foundation

/// Runs lines of the shell, for pipes between commands.
enum TextShell {
    private static let binary = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("cantus").path

    /// Runs a script with the binary as `$0` and returns its exit code.
    static func run(_ script: String, in folder: TemporaryFolder) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script, binary]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

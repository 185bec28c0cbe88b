import CKernels
import Glibc

/// How the processor is told to behave.
public enum Processor {
    /// From here on denormal floats count as zero on the calling thread: each would cost up to a hundred cycles.
    static func flushDenormals() { cantus_flush_denormals() }

    /// Runs `body` with denormal floats counting as zero, as they do on the workers of a `WorkerPool`, and leaves the
    /// calling thread as it was: its numbers are its owner's.
    package static func flushingDenormals<Result>(_ body: () throws -> Result) rethrows -> Result {
        var environment = fenv_t()
        fegetenv(&environment)
        flushDenormals()
        defer { fesetenv(&environment) }
        return try body()
    }
}

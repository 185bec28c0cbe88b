import CKernels

/// What the processor can do, and how it is told to behave.
public enum Processor {
    /// From here on denormal floats count as zero on the calling thread: each would cost up to a hundred cycles.
    ///
    /// Training turns it on for the thread that runs it; the workers of a `WorkerPool` have it from the start.
    public static func flushDenormals() { cantus_flush_denormals() }
}

import Glibc

/// The memory of this process.
package enum ProcessMemory {
    /// The largest resident set so far, in MiB.
    package static var peakMebibytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }
}

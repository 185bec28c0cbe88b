import CKernels
import Glibc
import Synchronization

/// Where threads that take the same steps together wait for each other, awake.
///
///     pool.run(threads) { thread in
///         for step in 0..<steps {
///             work(step, thread)
///             barrier.wait(behind: step)
///         }
///     }
package final class StepBarrier: Sendable {
    private let threads: Int
    private let arrivals = Atomic<Int>(0)

    /// - Parameter threads: All of which must be at work at the same time: no more than a pool has.
    package init(threads: Int) { self.threads = threads }

    /// Returns when all threads have taken this step, counted from 0; what they wrote before is then seen here.
    package func wait(behind step: Int) {
        arrivals.wrappingAdd(1, ordering: .acquiringAndReleasing)
        let wanted = threads * (step + 1)
        var spins = 0
        while arrivals.load(ordering: .acquiring) < wanted {
            spins += 1
            if spins % 4096 == 0 { sched_yield() } else { cantus_pause() }
        }
    }
}

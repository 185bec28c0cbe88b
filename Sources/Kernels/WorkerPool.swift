import CKernels
import Glibc
import Synchronization

/// Threads that run the same few loops again and again, and wait for them awake.
///
/// A training step calls `run` several times a millisecond. Waking a sleeping thread costs 6 to 28 microseconds,
/// noticing from a spin loop 0.2, so a worker spins for a while before it sleeps. Denormal floats count as zero on all
/// threads while they work here. Work goes by index, and who does which is left to chance: results must not depend on it.
public final class WorkerPool: Sendable {
    /// Threads that take part, the caller's included.
    public let threadCount: Int
    private let shared: Shared

    /// The number of cores that this process may use.
    public static var coreCount: Int { Int(cantus_core_count()) }

    /// - Parameter threadCount: Threads that take part, the caller's included; by default one a core.
    public init(threadCount: Int = WorkerPool.coreCount) {
        precondition(threadCount > 0, "a pool of \(threadCount) threads")
        self.threadCount = threadCount
        let shared = Shared()
        self.shared = shared
        // A spinning worker in the place of the one that has work to do would only be in its way.
        let spins = threadCount <= Self.coreCount ? 20_000 : 0
        for _ in 1..<threadCount {
            var thread = pthread_t()
            let argument = Unmanaged.passRetained(Worker(shared: shared, spins: spins))
            let status = pthread_create(
                &thread, nil,
                { raw in
                    Unmanaged<Worker>.fromOpaque(raw!).takeRetainedValue().loop()
                    return nil
                }, argument.toOpaque())
            precondition(status == 0, "a thread could not be started: \(String(cString: strerror(status)))")
            pthread_detach(thread)
        }
    }

    deinit { shared.publish(nil, count: 0) }

    /// Calls `body` once for each index below `count`, on all threads, and returns when all calls have returned.
    ///
    /// One call at a time: `body` may not call `run` on the same pool.
    public func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
        Processor.flushingDenormals {
            if count <= 1 || threadCount == 1 {
                for index in 0..<max(count, 0) { body(index) }
                return
            }
            withoutActuallyEscaping(body) { body in
                shared.publish(body, count: count)
                withoutSharing { shared.work(body, count: count) }
                shared.waitForWorkers(threadCount - 1)
            }
        }
    }

    /// Cuts `0..<count` into at most `parts` ranges of nearly equal length, none empty.
    public static func ranges(_ count: Int, parts: Int) -> [Range<Int>] {
        let parts = min(parts, count)
        return (0..<max(parts, 0)).map { count * $0 / parts..<count * ($0 + 1) / parts }
    }
}

/// What the caller and the workers share: the current loop and its number. One object serves every `run`, so that
/// running allocates nothing.
private final class Shared: @unchecked Sendable {
    /// Rises with every loop; workers spin on it.
    private let generation = Atomic<Int>(0)
    private let nextIndex = Atomic<Int>(0)
    private let finishedWorkers = Atomic<Int>(0)
    private var body: (@Sendable (Int) -> Void)?  // under the mutex
    private var count = 0  // under the mutex
    private var sleepers = 0  // under the mutex
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(condition)
        mutex.deallocate()
        condition.deallocate()
    }

    /// Makes a loop the current one and wakes who sleeps; nil ends the workers.
    func publish(_ body: (@Sendable (Int) -> Void)?, count: Int) {
        pthread_mutex_lock(mutex)
        self.body = body
        self.count = count
        nextIndex.store(0, ordering: .relaxed)
        finishedWorkers.store(0, ordering: .relaxed)
        generation.wrappingAdd(1, ordering: .releasing)
        if sleepers > 0 { pthread_cond_broadcast(condition) }
        pthread_mutex_unlock(mutex)
    }

    /// Takes indices until none is left.
    func work(_ body: @Sendable (Int) -> Void, count: Int) {
        while true {
            let index = nextIndex.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            body(index)
        }
    }

    /// Every worker passes through every loop, so that none can start on one after its `run` has returned.
    func waitForWorkers(_ workers: Int) {
        var spins = 0
        while finishedWorkers.load(ordering: .acquiring) < workers {
            spins += 1
            if spins % 4096 == 0 { sched_yield() } else { cantus_pause() }
        }
        pthread_mutex_lock(mutex)
        body = nil
        pthread_mutex_unlock(mutex)
    }

    /// A worker's life: wait for a loop, first awake, then asleep; take part; say so.
    func serve(spins: Int) {
        var seen = 0
        while true {
            var spinsLeft = spins
            while spinsLeft > 0, generation.load(ordering: .relaxed) == seen {
                cantus_pause()
                spinsLeft -= 1
            }
            guard participate(&seen) else { return }
            finishedWorkers.wrappingAdd(1, ordering: .releasing)
        }
    }

    /// The loop's body lives in this frame alone: no worker may hold it when it reports back.
    @inline(never)
    private func participate(_ seen: inout Int) -> Bool {
        pthread_mutex_lock(mutex)
        sleepers += 1
        while generation.load(ordering: .relaxed) == seen { pthread_cond_wait(condition, mutex) }
        sleepers -= 1
        seen = generation.load(ordering: .relaxed)
        let body = body
        let count = count
        pthread_mutex_unlock(mutex)
        guard let body else { return false }
        work(body, count: count)
        return true
    }
}

private final class Worker {
    private let shared: Shared
    private let spins: Int

    init(shared: Shared, spins: Int) {
        self.shared = shared
        self.spins = spins
    }

    func loop() {
        cantus_flush_denormals()
        shared.serve(spins: spins)
    }
}

import Glibc

extension WorkerPool {
    /// Runs `body`, during which the work of single operations on the calling thread is shared out among the threads of
    /// this pool: for predictions of a row or two, where there are no replicas that could keep the threads busy.
    ///
    /// Only operations whose results do not depend on how they are cut are shared out.
    public func sharingOperations<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard threadCount > 1 else { return try body() }
        let before = pthread_getspecific(Self.key)
        pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
        defer { pthread_setspecific(Self.key, before) }
        return try body()
    }

    /// The pool that shares the work of operations on this thread; nil within its own `run`.
    package static var sharing: WorkerPool? {
        pthread_getspecific(key).map { Unmanaged<WorkerPool>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Calls `body` once for each index below `count`, on all threads of the pool that shares operations, or one by one.
    package static func runShared(_ count: Int, _ body: @Sendable (Int) -> Void) {
        if count > 1, let pool = sharing {
            pool.run(count, body)
        } else {
            for index in 0..<count { body(index) }
        }
    }

    /// The threads that are worth sharing a product of so many multiplications: one where there is no pool that shares.
    package static func threadsSharing(multiplications: Int) -> Int {
        multiplications >= sharedMultiplications ? sharing?.threadCount ?? 1 : 1
    }

    /// Products below this many multiplications are not worth handing out to other threads.
    private static let sharedMultiplications = 1 << 18

    /// Runs `body` for pieces of `0..<count` elements that are independent of each other, on all threads of the pool that
    /// shares operations where there are enough of them.
    package static func runSharedPieces(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
        guard count >= 1 << 14, let pool = sharing else { return body(0..<count) }
        // Pieces begin at whole vectors, so that no element is computed by other instructions than in one piece.
        let parts = pieces(count, unit: 64, threads: pool.threadCount)
        pool.run(parts.count) { body(parts[$0]) }
    }

    /// Nearly equal ranges, one a thread, that begin at multiples of `unit`.
    package static func pieces(_ count: Int, unit: Int, threads: Int) -> [Range<Int>] {
        ranges((count + unit - 1) / unit, parts: threads).map {
            $0.lowerBound * unit..<min($0.upperBound * unit, count)
        }
    }

    /// Runs `body`, in which nothing is shared out: what a pool does itself while it runs.
    func withoutSharing(_ body: () -> Void) {
        guard let before = pthread_getspecific(Self.key) else { return body() }
        pthread_setspecific(Self.key, nil)
        body()
        pthread_setspecific(Self.key, before)
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let status = pthread_key_create(&key, nil)
        precondition(status == 0, "no key for a thread's pool: \(String(cString: strerror(status)))")
        return key
    }()
}

import Glibc
import Synchronization

/// Memory that is handed out, taken back and handed out again.
///
/// Sizes are rounded up to one of four classes an octave, so that batches of nearly the same shape reuse the same
/// blocks: after the first few steps of training nothing new is allocated, and no page is touched for the first time.
///
/// That holds for a pool that one thread at a time takes from. Of two that share one, each may find the blocks gone that
/// it had in the step before; so every replica of a training has a pool of its own (`serving`).
public final class StoragePool: Sendable {
    /// What the pool has done so far.
    public struct Statistics: Sendable {
        /// Blocks that had to be allocated from the system, without those that were returned to it.
        public var freshBlocks = 0
        /// Their bytes.
        public var freshBytes = 0
        /// Bytes handed out and not yet given back.
        public var bytesInUse = 0
    }

    /// The pool of tensors that are made outside of any `serving`.
    public static let shared = StoragePool()

    private struct State {
        var free: [Int: [UInt]] = [:]  // addresses of free blocks by class size
        var statistics = Statistics()
    }
    private let state = Mutex(State())

    // Of all pools together.
    private static let blocksOfAll = Atomic<Int>(0)
    private static let bytesOfAll = Atomic<Int>(0)

    public init() {}

    deinit { trim() }

    public var statistics: Statistics { state.withLock { $0.statistics } }

    /// Blocks that all pools together have allocated from the system and not returned, and their bytes.
    public static var allocated: (blocks: Int, bytes: Int) {
        (blocksOfAll.load(ordering: .relaxed), bytesOfAll.load(ordering: .relaxed))
    }

    /// Returns the idle blocks to the system.
    public func trim() {
        state.withLock { state in
            for (size, blocks) in state.free {
                for block in blocks { free(UnsafeMutableRawPointer(bitPattern: block)) }
                Self.count(&state.statistics, blocks: -blocks.count, size: size)
            }
            state.free.removeAll()
        }
    }

    private static func count(_ statistics: inout Statistics, blocks: Int, size: Int) {
        statistics.freshBlocks += blocks
        statistics.freshBytes += blocks * size
        blocksOfAll.wrappingAdd(blocks, ordering: .relaxed)
        bytesOfAll.wrappingAdd(blocks * size, ordering: .relaxed)
    }

    // MARK: Threads

    /// What holds the pool of each thread, where it has been given one.
    private static let threadKey: pthread_key_t = {
        var key = pthread_key_t()
        let status = pthread_key_create(&key, nil)
        precondition(status == 0, "no key for a thread's memory: \(String(cString: strerror(status)))")
        return key
    }()

    /// The pool that tensors of this thread are taken from.
    package static var current: StoragePool {
        guard let pool = pthread_getspecific(threadKey) else { return shared }
        return Unmanaged<StoragePool>.fromOpaque(pool).takeUnretainedValue()
    }

    /// Runs `body` with this pool for all tensors that it makes on this thread. They may outlive it, and may be let go
    /// on any thread.
    public func serving<Result>(_ body: () throws -> Result) rethrows -> Result {
        let before = pthread_getspecific(Self.threadKey)
        pthread_setspecific(Self.threadKey, Unmanaged.passUnretained(self).toOpaque())
        defer { pthread_setspecific(Self.threadKey, before) }
        return try withExtendedLifetime(self) { try body() }
    }

    // MARK: Blocks

    /// The class that holds `byteCount` bytes: 4, 5, 6 or 7 times a power of two, at least 256.
    static func classSize(for byteCount: Int) -> Int {
        guard byteCount > 256 else { return 256 }
        let step = 1 << (Int.bitWidth - 1 - (byteCount - 1).leadingZeroBitCount - 2)
        return (byteCount + step - 1) / step * step
    }

    /// A block of at least `byteCount` bytes at a multiple of 64. Its content is whatever it was.
    func take(byteCount: Int) -> (pointer: UnsafeMutableRawPointer, size: Int) {
        let size = Self.classSize(for: byteCount)
        let reused: UInt? = state.withLock { state in
            state.statistics.bytesInUse += size
            if let block = state.free[size]?.popLast() { return block }
            Self.count(&state.statistics, blocks: 1, size: size)
            return nil
        }
        if let reused { return (UnsafeMutableRawPointer(bitPattern: reused)!, size) }
        let isLarge = size >= 2 * Self.largePage
        var pointer: UnsafeMutableRawPointer?
        let status = posix_memalign(&pointer, isLarge ? Self.largePage : 64, size)
        guard status == 0, let pointer else { fatalError("no memory for \(size) bytes") }
        // Products walk over columns, a page a row: with pages of 4 KiB the processor would look up addresses all the
        // time. It is advice; a kernel that cannot follow it goes on as before.
        if isLarge { madvise(pointer, size, MADV_HUGEPAGE) }
        return (pointer, size)
    }

    /// Bytes of a large page of memory.
    private static let largePage = 2 << 20

    /// Takes a block back.
    func give(_ pointer: UnsafeMutableRawPointer, size: Int) {
        state.withLock { state in
            state.free[size, default: []].append(UInt(bitPattern: pointer))
            state.statistics.bytesInUse -= size
        }
    }
}

/// A block of the pool, given back when nobody refers to it any more.
///
/// Content is shared without locks: kernels write a storage before they hand it on, and optimizers write weights
/// while nobody reads them.
public final class Storage: @unchecked Sendable {
    package let bytes: UnsafeMutableRawPointer
    private let size: Int
    private let pool: StoragePool

    /// Room for `count` elements of 4 bytes, uninitialised.
    package init(count: Int, pool: StoragePool = .current) {
        (bytes, size) = pool.take(byteCount: count * 4)
        self.pool = pool
    }

    deinit { pool.give(bytes, size: size) }

    /// The block as floats.
    package var floats: UnsafeMutablePointer<Float> { bytes.assumingMemoryBound(to: Float.self) }
    /// The block as indices.
    package var indices: UnsafeMutablePointer<Int32> { bytes.assumingMemoryBound(to: Int32.self) }
    /// The block as doubles, half as many.
    package var doubles: UnsafeMutablePointer<Double> { bytes.assumingMemoryBound(to: Double.self) }
}

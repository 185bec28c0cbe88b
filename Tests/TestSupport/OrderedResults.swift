import Synchronization

/// Results that threads write each at a place of its own.
public final class OrderedResults<Value: Sendable>: Sendable {
    private let storage: Mutex<[Value?]>

    public init(count: Int) { storage = Mutex(Array(repeating: nil, count: count)) }

    public func set(_ index: Int, _ value: Value) { storage.withLock { $0[index] = value } }

    public var values: [Value?] { storage.withLock { $0 } }
}

/// Places for results, each written by one thread.
package final class Slots<Value>: @unchecked Sendable {
    private let values: UnsafeMutablePointer<Value?>
    package let count: Int

    package init(count: Int) {
        self.count = count
        values = .allocate(capacity: max(count, 1))
        values.initialize(repeating: nil, count: count)
    }

    deinit {
        values.deinitialize(count: count)
        values.deallocate()
    }

    package subscript(index: Int) -> Value? {
        get { values[index] }
        set { values[index] = newValue }
    }
}

/// A dense, row-major array of 32-bit floats: a storage, a shape and, where gradients are wanted, a place on a tape.
///
/// A tensor does not change once it is made; operations make new ones, in storage that the pool reuses. Views are
/// made where they cost nothing: `reshaped` shares storage and place.
public struct Tensor: @unchecked Sendable {
    package let storage: Storage
    package let offset: Int
    public let shape: Shape
    package let place: Place?

    package init(storage: Storage, offset: Int = 0, shape: Shape, place: Place? = nil) {
        self.storage = storage
        self.offset = offset
        self.shape = shape
        self.place = place
    }

    /// Room for `shape`, with whatever content; the caller writes all of it.
    package init(uninitialized shape: Shape) {
        self.init(storage: Storage(count: shape.count), shape: shape)
    }

    public init(zeros shape: Shape) {
        self.init(uninitialized: shape)
        mutablePointer.update(repeating: 0, count: shape.count)
    }

    public init(repeating value: Float, _ shape: Shape) {
        self.init(uninitialized: shape)
        mutablePointer.update(repeating: value, count: shape.count)
    }

    /// The elements in row-major order.
    public init(_ elements: [Float], _ shape: Shape) {
        precondition(elements.count == shape.count, "\(elements.count) elements for the shape \(shape)")
        self.init(uninitialized: shape)
        elements.withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress { mutablePointer.update(from: base, count: buffer.count) }
        }
    }

    /// A single number.
    public init(_ value: Float) { self.init([value], []) }

    public var count: Int { shape.count }

    /// The elements in row-major order, copied.
    public var elements: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    /// The number that a tensor of one element holds.
    public var scalar: Float {
        precondition(count == 1, "a single number was expected, the shape is \(shape)")
        return pointer[0]
    }

    package var pointer: UnsafePointer<Float> { UnsafePointer(storage.floats + offset) }
    package var mutablePointer: UnsafeMutablePointer<Float> { storage.floats + offset }

    /// The same elements under another shape; free, and gradients pass through.
    public func reshaped(_ shape: Shape) -> Tensor {
        precondition(shape.count == count, "\(self.shape) cannot be seen as \(shape)")
        return Tensor(storage: storage, offset: offset, shape: shape, place: place)
    }

    /// The same elements without a place on a tape: no gradient flows further back.
    public var detached: Tensor { Tensor(storage: storage, offset: offset, shape: shape) }
}

/// A dense, row-major array of 32-bit integers: identifiers, lengths, classes.
public struct IndexTensor: @unchecked Sendable {
    package let storage: Storage
    public let shape: Shape

    package init(uninitialized shape: Shape) {
        storage = Storage(count: shape.count)
        self.shape = shape
    }

    /// The elements in row-major order.
    public init(_ elements: [Int32], _ shape: Shape) {
        precondition(elements.count == shape.count, "\(elements.count) elements for the shape \(shape)")
        self.init(uninitialized: shape)
        elements.withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress { storage.indices.update(from: base, count: buffer.count) }
        }
    }

    public var count: Int { shape.count }

    /// The elements in row-major order, copied.
    public var elements: [Int32] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    package var pointer: UnsafePointer<Int32> { UnsafePointer(storage.indices) }
    package var mutablePointer: UnsafeMutablePointer<Int32> { storage.indices }
}

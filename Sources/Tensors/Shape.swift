/// The extents of a tensor: up to four, outermost first.
///
/// `[N, T, D]` reads: N rows (sequences) of T steps of D features. `[]` is a single number.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The number of axes.
    public let rank: Int
    private let extents: SIMD4<Int>

    public init(_ extents: some Collection<Int>) {
        precondition(extents.count <= 4, "a shape of \(extents.count) axes; at most 4 are possible")
        precondition(extents.allSatisfy { $0 >= 0 }, "a shape with a negative extent: \(Array(extents))")
        var packed = SIMD4<Int>.zero
        for (axis, extent) in extents.enumerated() { packed[axis] = extent }
        rank = extents.count
        self.extents = packed
    }

    public init(arrayLiteral elements: Int...) { self.init(elements) }

    /// The extent of an axis; negative axes count from the last: -1 is the innermost.
    public subscript(axis: Int) -> Int {
        let place = axis < 0 ? rank + axis : axis
        precondition(place >= 0 && place < rank, "axis \(axis) of a tensor of shape \(self)")
        return extents[place]
    }

    /// The number of elements.
    public var count: Int { (0..<rank).reduce(1) { $0 * extents[$1] } }

    /// The product of all extents but the last: the rows of the tensor seen as a matrix.
    public var rows: Int { (0..<max(rank - 1, 0)).reduce(1) { $0 * extents[$1] } }

    /// The last extent, 1 for a single number.
    public var columns: Int { rank == 0 ? 1 : extents[rank - 1] }

    /// The axes before the last: `[N, T]` of `[N, T, D]`; none for a single number.
    package var leading: Shape { Shape(array.dropLast()) }

    /// The extents as an array.
    public var array: [Int] { (0..<rank).map { extents[$0] } }

    /// This shape with another last extent.
    public func replacingLast(with extent: Int) -> Shape {
        precondition(rank > 0, "a single number has no last axis")
        return Shape(array.dropLast() + [extent])
    }

    public var description: String { "[" + array.map(String.init).joined(separator: ", ") + "]" }
}

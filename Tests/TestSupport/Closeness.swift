import Cantus
import Testing

/// The largest difference of two arrays, relative to the largest magnitude in the second.
public func relativeError(_ values: [Double], _ expected: [Double]) -> Double {
    guard values.count == expected.count else { return .infinity }
    let size = expected.map(abs).max() ?? 0
    let difference = zip(values, expected).map { abs($0 - $1) }.max() ?? 0
    guard difference.isFinite else { return .infinity }
    return difference == 0 ? 0 : difference / max(size, 1e-12)
}

public func relativeError(_ values: Tensor, _ expected: Tensor) -> Double {
    guard values.shape == expected.shape else { return .infinity }
    return relativeError(values.elements.map(Double.init), expected.elements.map(Double.init))
}

/// Expects two tensors to agree within a relative error.
public func expectClose(
    _ values: Tensor, _ expected: Tensor, within tolerance: Double = 1e-5, _ what: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(values.shape == expected.shape, "\(what): shape", sourceLocation: sourceLocation)
    let error = relativeError(values, expected)
    #expect(error <= tolerance, "\(what): relative error \(error)", sourceLocation: sourceLocation)
}

/// Floats drawn from a seeded normal distribution.
public func randomFloats(_ count: Int, seed: UInt64, scale: Double = 1) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float(generator.normal() * scale) }
}

public func randomTensor(_ shape: Shape, seed: UInt64, scale: Double = 1) -> Tensor {
    Tensor(randomFloats(shape.count, seed: seed, scale: scale), shape)
}

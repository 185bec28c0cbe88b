import Kernels

/// The directions in which points differ most (Pearson 1901), and the points seen along them.
public struct PrincipalComponents: Sendable {
    /// The coordinates of each point along the components, `[n][count]`.
    public let coordinates: [[Double]]
    /// The share of the points' variance that lies along each component, largest first.
    public let explainedVariance: [Double]

    /// Finds the leading eigenvectors of the covariance by subspace iteration, with some directions to spare.
    ///
    /// The sign of a component is such that its largest element (of equals the first) is positive. The same points give
    /// the same result.
    ///
    /// - Parameters:
    ///   - points: `[n, dimensions]` in row-major order, finite.
    ///   - count: How many components, at most the dimensions.
    /// - Precondition: there is a point, and the sizes fit.
    public init(of points: [Float], dimensions: Int, count: Int = 2) {
        precondition(
            dimensions > 0 && !points.isEmpty && points.count % dimensions == 0 && (1...dimensions).contains(count),
            "\(count) components of \(points.count) elements in \(dimensions) dimensions")
        let n = points.count / dimensions
        let centred = Self.centred(points, n, dimensions)
        let covariance = Self.covariance(centred, n, dimensions)
        let trace = (0..<dimensions).reduce(0.0) { $0 + covariance[$1 * dimensions + $1] }
        let (vectors, values) = Self.leading(covariance, dimensions, count: count)
        explainedVariance = values.map { trace > 0 ? max(0, $0) / trace : 0 }
        coordinates = (0..<n).map { point in
            vectors.map { vector in
                (0..<dimensions).reduce(0.0) { $0 + Double(centred[point * dimensions + $1]) * vector[$1] }
            }
        }
    }

    private static func centred(_ points: [Float], _ n: Int, _ dimensions: Int) -> [Float] {
        var means = [Double](repeating: 0, count: dimensions)
        for (place, value) in points.enumerated() { means[place % dimensions] += Double(value) / Double(n) }
        return points.indices.map { Float(Double(points[$0]) - means[$0 % dimensions]) }
    }

    /// `[dimensions, dimensions]`, divided by the number of points.
    private static func covariance(_ centred: [Float], _ n: Int, _ dimensions: Int) -> [Double] {
        var product = [Float](repeating: 0, count: dimensions * dimensions)
        centred.withUnsafeBufferPointer { centred in
            let matrix = Matrix(centred.baseAddress!, rows: n, columns: dimensions)
            product.withUnsafeMutableBufferPointer { product in
                BLAS.multiply(
                    matrix, transposingA: true, matrix,
                    into: MutableMatrix(product.baseAddress!, rows: dimensions, columns: dimensions),
                    scale: 1 / Float(n))
            }
        }
        return product.map(Double.init)
    }
}

extension PrincipalComponents {
    private static let spare = 6  // directions more than asked for, which speed up convergence
    private static let longestIteration = 1000
    private static let tolerance = 1e-10  // of a direction's change
    private static let seed: UInt64 = 1

    /// The eigenvectors of a symmetric matrix with the largest eigenvalues, and these.
    private static func leading(_ matrix: [Double], _ size: Int, count: Int) -> ([[Double]], [Double]) {
        var generator = SeededGenerator(seed: seed)
        var basis = (0..<min(count + spare, size)).map { _ in (0..<size).map { _ in generator.normal() } }
        orthonormalize(&basis)
        var values = [Double](repeating: 0, count: basis.count)
        for _ in 0..<longestIteration {
            let images = basis.map { product(matrix, $0) }
            // Within the subspace, the best approximations to eigenvectors (Rayleigh and Ritz).
            let inner = basis.map { b in images.map { dot(b, $0) } }
            let (rotation, eigenvalues) = jacobi(inner)
            values = eigenvalues
            var next = rotation.map { weights in combination(images, weights) }
            let change = (0..<count).reduce(0.0) { largest, k in
                // How far the image of the vector is from a multiple of it.
                let vector = combination(basis, rotation[k])
                let rest = zip(next[k], vector).map { $0 - eigenvalues[k] * $1 }
                return max(largest, dot(rest, rest).squareRoot())
            }
            orthonormalize(&next)
            basis = next
            if change <= tolerance * max(eigenvalues[0], .leastNormalMagnitude) { break }
        }
        let signed = basis.prefix(count).map { vector in
            let largest = vector.indices.max { abs(vector[$0]) < abs(vector[$1]) }!
            return vector[largest] < 0 ? vector.map { -$0 } : vector
        }
        return (signed, Array(values.prefix(count)))
    }

    private static func product(_ matrix: [Double], _ vector: [Double]) -> [Double] {
        let size = vector.count
        return matrix.withUnsafeBufferPointer { matrix in
            vector.withUnsafeBufferPointer { vector in
                (0..<size).map { row in
                    // Symmetric, and the order of summation fixed: four sums that do not wait for each other.
                    var sums = SIMD4<Double>()
                    var column = 0
                    while column + 4 <= size {
                        for lane in 0..<4 {
                            sums[lane] += matrix[row * size + column + lane] * vector[column + lane]
                        }
                        column += 4
                    }
                    var sum = sums.sum()
                    while column < size {
                        sum += matrix[row * size + column] * vector[column]
                        column += 1
                    }
                    return sum
                }
            }
        }
    }

    /// Gram and Schmidt, twice over for the sake of rounding. What is left of a direction that depends on those before
    /// becomes zero.
    private static func orthonormalize(_ vectors: inout [[Double]]) {
        for k in vectors.indices {
            let before = dot(vectors[k], vectors[k]).squareRoot()
            for _ in 0..<2 {
                for j in 0..<k {
                    let overlap = dot(vectors[k], vectors[j])
                    for i in vectors[k].indices { vectors[k][i] -= overlap * vectors[j][i] }
                }
            }
            let length = dot(vectors[k], vectors[k]).squareRoot()
            let scale = length > 1e-12 * before ? 1 / length : 0
            for i in vectors[k].indices { vectors[k][i] *= scale }
        }
    }

    /// All eigenvectors of a small symmetric matrix by Jacobi's rotations, largest eigenvalue first.
    private static func jacobi(_ matrix: [[Double]]) -> ([[Double]], [Double]) {
        let n = matrix.count
        var a = matrix
        var v = (0..<n).map { row in (0..<n).map { row == $0 ? 1.0 : 0.0 } }
        let scale = a.reduce(0.0) { $0 + dot($1, $1) }
        for _ in 0..<60 {
            var off = 0.0
            for p in 0..<n { for q in 0..<n where p != q { off += a[p][q] * a[p][q] } }
            if off <= 1e-30 * scale { break }
            for p in 0..<n {
                for q in (p + 1)..<max(n, p + 1) where a[p][q] != 0 {
                    let theta: Double = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let root: Double = (theta * theta + 1).squareRoot()
                    let t: Double = theta < 0 ? 1 / (theta - root) : 1 / (theta + root)
                    let c = 1 / (t * t + 1).squareRoot()
                    let s = t * c
                    for k in 0..<n { (a[k][p], a[k][q]) = rotated(a[k][p], a[k][q], c, s) }
                    for k in 0..<n { (a[p][k], a[q][k]) = rotated(a[p][k], a[q][k], c, s) }
                    for k in 0..<n { (v[k][p], v[k][q]) = rotated(v[k][p], v[k][q], c, s) }
                }
            }
        }
        let values = (0..<n).map { a[$0][$0] }
        let order = (0..<n).sorted { (values[$1], $0) < (values[$0], $1) }
        return (order.map { column in v.map { $0[column] } }, order.map { values[$0] })
    }

    private static func rotated(_ x: Double, _ y: Double, _ cosine: Double, _ sine: Double) -> (Double, Double) {
        (cosine * x - sine * y, sine * x + cosine * y)
    }

    private static func combination(_ vectors: [[Double]], _ weights: [Double]) -> [Double] {
        var sum = [Double](repeating: 0, count: vectors[0].count)
        for (vector, weight) in zip(vectors, weights) {
            for i in sum.indices { sum[i] += weight * vector[i] }
        }
        return sum
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}

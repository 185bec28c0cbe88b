import Kernels
import Tensors

/// Ridge regression of many outputs on the same inputs, in closed form:
///
///     y - y0 = W (x - x0),   W = argmin sum |y - y0 - W (x - x0)|^2 + lambda |W|^2
///
/// with the means x0 and y0 of the rows that it is fitted to. Of several penalties the one is taken whose squared error
/// on other rows is least.
struct RidgeFit {
    /// W, `[H, F]`.
    let weights: [Double]
    /// y0 - W x0, `[H]`.
    let intercepts: [Double]
    /// The root of the mean squared error over the rows that it was fitted to, output by output.
    let deviations: [Double]

    /// Rows of inputs `[N, F]` and outputs `[N, H]`.
    typealias Rows = (inputs: Tensor, outputs: Tensor)

    /// - Parameters:
    ///   - training, validation: How many blocks of rows there are, and each of them.
    static func best(
        features: Int, outputs: Int, training: (count: Int, block: @Sendable (Int) -> Rows),
        validation: (count: Int, block: @Sendable (Int) -> Rows), pool: WorkerPool
    ) -> RidgeFit {
        let fitted = Moments(features: features, outputs: outputs, blocks: training.count, training.block, pool: pool)
        let other = Moments(
            features: features, outputs: outputs, blocks: validation.count, validation.block, pool: pool)
        let centred = fitted.centred(at: fitted)
        let scored = other.centred(at: fitted)
        let trace = (0..<features).reduce(0) { $0 + centred.gram[$1 * features + $1] }
        // Inputs that are all equal teach nothing: any penalty then leaves the mean.
        let unit = trace > 0 ? trace / Double(features) : 1
        let tried = Slots<(weights: [Double], error: Double)>(count: Self.penalties.count)
        pool.run(Self.penalties.count) { index in
            guard let weights = centred.solved(penalty: Self.penalties[index] * unit) else { return }
            tried[index] = (weights, scored.squaredErrors(of: weights).reduce(0, +))
        }
        var best: (weights: [Double], error: Double)?
        for index in 0..<tried.count {
            guard let candidate = tried[index], candidate.error.isFinite else { continue }
            if best.map({ candidate.error < $0.error }) ?? true { best = candidate }
        }
        let weights = best?.weights ?? [Double](repeating: 0, count: outputs * features)
        let means = (inputs: fitted.inputMeans, outputs: fitted.outputMeans)
        return RidgeFit(
            weights: weights,
            intercepts: (0..<outputs).map { row in
                (0..<features).reduce(means.outputs[row]) { $0 - weights[row * features + $1] * means.inputs[$1] }
            },
            deviations: centred.squaredErrors(of: weights).map {
                (max($0, 0) / max(fitted.count, 1)).squareRoot()
            })
    }

    /// In units of the mean square of the centred inputs.
    private static let penalties = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]
}

/// Sums over rows, from which weights follow, and the error of any weights.
private struct Moments: Sendable {
    let features, outputs: Int
    var count = 0.0
    /// sum x x', `[F, F]`, the lower triangle; both triangles once it is centred.
    var gram: [Double]
    /// sum y x', `[H, F]`.
    var products: [Double]
    var inputSums: [Double]
    var outputSums: [Double]
    /// sum y^2, `[H]`.
    var outputSquares: [Double]

    private init(features: Int, outputs: Int) {
        (self.features, self.outputs) = (features, outputs)
        gram = [Double](repeating: 0, count: features * features)
        products = [Double](repeating: 0, count: outputs * features)
        inputSums = [Double](repeating: 0, count: features)
        outputSums = [Double](repeating: 0, count: outputs)
        outputSquares = outputSums
    }

    /// Lanes that add up blocks one after the other, and are then added up in their order: the result does not depend
    /// on the number of threads.
    private static let lanes = 4

    init(
        features: Int, outputs: Int, blocks: Int, _ block: @Sendable (Int) -> RidgeFit.Rows, pool: WorkerPool
    ) {
        let lanes = Slots<Moments>(count: Self.lanes)
        pool.run(Self.lanes) { lane in
            var sums = Moments(features: features, outputs: outputs)
            for number in stride(from: lane, to: blocks, by: Self.lanes) { sums.add(block(number)) }
            lanes[lane] = sums
        }
        self = lanes[0]!
        for lane in 1..<Self.lanes { add(lanes[lane]!) }
    }

    private mutating func add(_ rows: RidgeFit.Rows) {
        let count = rows.inputs.shape[0]
        let inputs = rows.inputs.elements.map(Double.init)
        let targets = rows.outputs.elements.map(Double.init)
        NormalEquations.addGram(inputs, rows: count, columns: features, to: &gram)
        NormalEquations.multiplyTransposed(
            targets, inputs, rows: count, columns: outputs, width: features, into: &products, adding: true)
        for row in 0..<count {
            for place in 0..<features { inputSums[place] += inputs[row * features + place] }
            for place in 0..<outputs {
                let value = targets[row * outputs + place]
                outputSums[place] += value
                outputSquares[place] += value * value
            }
        }
        self.count += Double(count)
    }

    private mutating func add(_ other: Moments) {
        func add(_ a: inout [Double], _ b: [Double]) { for place in b.indices { a[place] += b[place] } }
        add(&gram, other.gram)
        add(&products, other.products)
        add(&inputSums, other.inputSums)
        add(&outputSums, other.outputSums)
        add(&outputSquares, other.outputSquares)
        count += other.count
    }

    var inputMeans: [Double] { inputSums.map { $0 / max(count, 1) } }
    var outputMeans: [Double] { outputSums.map { $0 / max(count, 1) } }

    /// The same sums of rows from which the means of `other`'s rows were taken.
    func centred(at other: Moments) -> Moments {
        let (x, y) = (other.inputMeans, other.outputMeans)
        var result = self
        for row in 0..<features {
            for column in 0...row {
                let value = gram[row * features + column] - inputSums[row] * x[column] - x[row] * inputSums[column]
                    + count * x[row] * x[column]
                result.gram[row * features + column] = value
                result.gram[column * features + row] = value
            }
        }
        for row in 0..<outputs {
            for column in 0..<features {
                result.products[row * features + column] += count * y[row] * x[column] - outputSums[row] * x[column]
                    - y[row] * inputSums[column]
            }
            result.outputSquares[row] += count * y[row] * y[row] - 2 * y[row] * outputSums[row]
        }
        return result
    }

    /// W, `[H, F]`; nil where the penalty is too small for one solution.
    func solved(penalty: Double) -> [Double]? {
        var (system, sides) = (gram, products)
        for place in 0..<features { system[place * features + place] += penalty }
        guard NormalEquations.solve(&system, order: features, sides: &sides, count: outputs),
            sides.allSatisfy(\.isFinite)
        else { return nil }
        return sides
    }

    /// sum (y - W x)^2 over the rows, output by output; of centred sums.
    func squaredErrors(of weights: [Double]) -> [Double] {
        var images = [Double](repeating: 0, count: outputs * features)
        NormalEquations.multiply(weights, gram, rows: outputs, columns: features, width: features, into: &images)
        return (0..<outputs).map { row in
            (row * features..<(row + 1) * features).reduce(outputSquares[row]) { sum, place in
                sum + (images[place] - 2 * products[place]) * weights[place]
            }
        }
    }
}

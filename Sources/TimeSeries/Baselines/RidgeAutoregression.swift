import Kernels

/// A linear model of all lags with a penalty on its weights: for every step of the horizon a row of weights of its own,
/// in closed form.
///
///     y - y0 = W (x - x0),   W = argmin sum |y - y0 - W (x - x0)|^2 + lambda |W|^2
///
/// x are the inputs of a window, y its targets, x0 and y0 their means over the training windows (so the intercept
/// carries no penalty). The penalty is the one of 1e-7 to 1e2 times the mean square of the inputs, in steps of ten,
/// that has the least squared error on the validation windows (Hoerl and Kennard 1970).
public struct RidgeAutoregression: Baseline {
    public let name = "ridge autoregression"
    /// lambda, in units of the mean square of the centred inputs times the number of training windows.
    public let penalty: Double
    public let lookback: Int
    public let horizon: Int
    /// W transposed, `[lookback, horizon]`.
    private let weights: [Double]
    /// y0 - W x0, `[horizon]`.
    private let intercepts: [Double]

    /// Fits one channel.
    ///
    /// - Parameters:
    ///   - values: The channel from its first step on.
    ///   - train: Windows to fit to, none of which touches a missing value; nil comes back where there are fewer than
    ///     two.
    ///   - validation: Windows to choose the penalty by; without any it is 1e-2.
    public init?(_ values: [Double], train: SlidingWindows, validation: SlidingWindows) {
        guard train.count >= 2 else { return nil }
        let (lookback, horizon) = (train.lookback, train.horizon)
        let means = WindowMeans(values, train)
        let fitting = CentredMoments(values, train, means)
        let checking = CentredMoments(values, validation, means)
        let trace = (0..<lookback).reduce(0) { $0 + fitting.gram[$1 * lookback + $1] }
        // A constant series has nothing to learn from: its forecast is the mean.
        let unit = trace > 0 ? trace / Double(lookback) : 1
        var best: (weights: [Double], penalty: Double, error: Double)?
        for penalty in validation.isEmpty ? [1e-2] : (-7...2).map(Self.powerOfTen) {
            guard let weights = fitting.weights(penalty: penalty * unit) else { continue }
            let error = checking.squaredError(of: weights)
            if best.map({ error < $0.error }) ?? true { best = (weights, penalty, error) }
        }
        guard let (found, penalty, _) = best else { return nil }
        (self.lookback, self.horizon, self.penalty) = (lookback, horizon, penalty)
        weights = (0..<lookback * horizon).map { found[$0 % horizon * lookback + $0 / horizon] }
        intercepts = (0..<horizon).map { step in
            (0..<lookback).reduce(means.targets[step]) { sum, lag in
                sum - found[step * lookback + lag] * means.inputs[lag]
            }
        }
    }

    private static func powerOfTen(_ exponent: Int) -> Double {
        (0..<abs(exponent)).reduce(1) { power, _ in exponent < 0 ? power / 10 : power * 10 }
    }

    public func forecast(
        _ values: UnsafeBufferPointer<Double>, _ window: SlidingWindows.Window,
        into forecast: UnsafeMutableBufferPointer<Double>
    ) {
        precondition(
            window.inputs.count == lookback && forecast.count <= horizon,
            "a window of \(window.inputs.count) and \(forecast.count) steps for a model of \(lookback) and \(horizon)")
        for step in forecast.indices { forecast[step] = intercepts[step] }
        for lag in 0..<lookback {
            let value = values[window.inputs.lowerBound + lag]
            for step in forecast.indices { forecast[step] += value * weights[lag * horizon + step] }
        }
    }

    public func forecasts(_ values: [Double], _ windows: SlidingWindows) -> [Double] {
        precondition(windows.lookback == lookback && windows.horizon == horizon, "windows of another shape")
        return [Double](unsafeUninitializedCapacity: windows.count * horizon) { forecasts, count in
            forecasts.initialize(repeating: 0)
            WindowBlocks(values, windows).forEach { block in
                let part = forecasts.baseAddress! + block.first * horizon
                NormalEquations.multiply(
                    block.inputs, weights, rows: block.count, columns: lookback, width: horizon, into: part)
                for row in 0..<block.count {
                    for step in 0..<horizon { part[row * horizon + step] += intercepts[step] }
                }
            }
            count = windows.count * horizon
        }
    }
}

/// The means of inputs and targets over windows.
private struct WindowMeans {
    var inputs: [Double]
    var targets: [Double]

    init(_ values: [Double], _ windows: SlidingWindows) {
        inputs = [Double](repeating: 0, count: windows.lookback)
        targets = [Double](repeating: 0, count: windows.horizon)
        let share = 1 / Double(windows.count)
        for window in windows {
            for lag in inputs.indices { inputs[lag] += values[window.inputs.lowerBound + lag] * share }
            for step in targets.indices { targets[step] += values[window.targets.lowerBound + step] * share }
        }
    }
}

/// The second moments of centred windows, from which weights follow and the error of any weights.
private struct CentredMoments {
    let lookback: Int
    let horizon: Int
    /// sum (x - x0)(x - x0)', `[lookback, lookback]`, both triangles.
    var gram: [Double]
    /// sum (y - y0)(x - x0)', `[horizon, lookback]`.
    var products: [Double]
    /// sum |y - y0|^2
    var targetSquares = 0.0

    init(_ values: [Double], _ windows: SlidingWindows, _ means: WindowMeans) {
        (lookback, horizon) = (windows.lookback, windows.horizon)
        gram = [Double](repeating: 0, count: lookback * lookback)
        products = [Double](repeating: 0, count: horizon * lookback)
        WindowBlocks(values, windows, means).forEach { block in
            NormalEquations.addGram(block.inputs, rows: block.count, columns: lookback, to: &gram)
            NormalEquations.multiplyTransposed(
                block.targets, block.inputs, rows: block.count, columns: horizon, width: lookback, into: &products,
                adding: true)
            for place in 0..<block.count * horizon { targetSquares += block.targets[place] * block.targets[place] }
        }
        for row in 0..<lookback {
            for column in 0..<row { gram[column * lookback + row] = gram[row * lookback + column] }
        }
    }

    /// W, `[horizon, lookback]`; nil where the penalty is too small for the equations to have one solution.
    func weights(penalty: Double) -> [Double]? {
        var (system, sides) = (gram, products)
        for lag in 0..<lookback { system[lag * lookback + lag] += penalty }
        guard NormalEquations.solve(&system, order: lookback, sides: &sides, count: horizon) else { return nil }
        return sides.allSatisfy(\.isFinite) ? sides : nil
    }

    /// sum |y - y0 - W (x - x0)|^2 = sum |y - y0|^2 + sum of (W gram - 2 products) W, element by element.
    func squaredError(of weights: [Double]) -> Double {
        var images = [Double](repeating: 0, count: horizon * lookback)
        NormalEquations.multiply(weights, gram, rows: horizon, columns: lookback, width: lookback, into: &images)
        return weights.indices.reduce(targetSquares) { sum, place in
            sum + (images[place] - 2 * products[place]) * weights[place]
        }
    }
}

/// Windows copied block by block, centred where means are given: BLAS wants rows that do not overlap.
private struct WindowBlocks {
    struct Block {
        /// The number of the first window, and how many there are.
        let first: Int
        let count: Int
        /// `[count, lookback]`
        let inputs: UnsafePointer<Double>
        /// `[count, horizon]`, only where means are given.
        let targets: UnsafePointer<Double>
    }

    private let values: [Double]
    private let windows: SlidingWindows
    private let means: WindowMeans?
    private static let size = 512  // windows

    init(_ values: [Double], _ windows: SlidingWindows, _ means: WindowMeans? = nil) {
        (self.values, self.windows, self.means) = (values, windows, means)
    }

    func forEach(_ body: (Block) -> Void) {
        let (lookback, horizon) = (windows.lookback, windows.horizon)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.size * (lookback + horizon)) { memory in
            let inputs = memory.baseAddress!
            let targets = inputs + Self.size * lookback
            for first in stride(from: 0, to: windows.count, by: Self.size) {
                let count = min(Self.size, windows.count - first)
                for row in 0..<count {
                    let window = windows[first + row]
                    for lag in 0..<lookback {
                        let value = values[window.inputs.lowerBound + lag]
                        inputs[row * lookback + lag] = value - (means?.inputs[lag] ?? 0)
                    }
                    guard let means else { continue }
                    for step in 0..<horizon {
                        targets[row * horizon + step] = values[window.targets.lowerBound + step] - means.targets[step]
                    }
                }
                body(Block(first: first, count: count, inputs: inputs, targets: targets))
            }
        }
    }
}

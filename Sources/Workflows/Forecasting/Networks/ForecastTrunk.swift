import Layers
import Tensors

/// Makes features out of windows; a linear layer on these is a forecast.
protocol ForecastTrunk: Sendable {
    /// F.
    var features: Int { get }

    /// - Returns: `[N, F]`, one row for all steps to come; or `[N, H, F]`, one for each of them.
    func callAsFunction(_ batch: ForecastBatch, _ context: Context) -> Tensor
}

/// The window itself: the head on it is a linear autoregression.
struct WindowTrunk: ForecastTrunk {
    let features: Int

    func callAsFunction(_ batch: ForecastBatch, _ context: Context) -> Tensor { batch.values }
}

/// The window's trend, which is a moving average, and beside it what is left without it: the head on both is the
/// decomposing linear model (DLinear; Zeng et al. 2023, "Are transformers effective for time series forecasting?").
///
///     trend[t] = mean of x[t - (k - 1) / 2 ... t + k / 2], the ends repeated beyond the window
struct DecompositionTrunk: ForecastTrunk {
    /// Steps that the moving average takes in.
    let kernel: Int
    private let lookback: Int

    init(lookback: Int, kernel: Int) { (self.lookback, self.kernel) = (lookback, kernel) }

    var features: Int { 2 * lookback }

    func callAsFunction(_ batch: ForecastBatch, _ context: Context) -> Tensor {
        let (rows, steps) = (batch.rows, lookback)
        let result = Tensor(uninitialized: [rows, 2 * steps])
        let before = (kernel - 1) / 2
        for row in 0..<rows {
            let x = batch.values.pointer + row * steps
            let trend = result.mutablePointer + row * 2 * steps
            func value(_ step: Int) -> Float { x[min(max(step, 0), steps - 1)] }
            // The sum slides along; in Double, so that what leaves it leaves nothing behind.
            var sum = (0..<kernel).reduce(0.0) { $0 + Double(value($1 - before)) }
            for step in 0..<steps {
                trend[step] = Float(sum / Double(kernel))
                trend[steps + step] = x[step] - trend[step]
                sum += Double(value(step - before + kernel)) - Double(value(step - before))
            }
        }
        return result
    }
}

import Kernels
import Layers
import Tensors

/// Forecasts of many windows, scaled and without the calendar's profile.
struct ScaledForecasts {
    /// `[E, H]`
    let points: [Float]
    /// `[E, H, Q]`; nil where the model has no layer for quantiles.
    let quantiles: [Float]?

    /// The place of the first number that is not finite, in either; nil where there is none.
    var firstNonFinite: Int? { points.firstIndex { !$0.isFinite } ?? quantiles?.firstIndex { !$0.isFinite } }
}

/// Runs a model over windows in batches, on all threads.
struct ForecastScorer: Sendable {
    let model: ForecastModel
    /// The steps of a window, over the whole horizon.
    let sizes: WindowSizes
    /// Whether the model forecasts one step at a time.
    let isRecursive: Bool
    /// Q; 0 where the model has no layer for quantiles.
    let quantiles: Int
    let pool: WorkerPool
    private static let batchSize = 128

    func forecasts(_ inputs: ForecastInputs, _ origins: [ForecastInputs.Origin]) -> ScaledForecasts {
        let (horizon, width) = (sizes.horizon, isRecursive ? 0 : quantiles)
        let points = UnsafeMutableBufferPointer<Float>.allocate(capacity: origins.count * horizon)
        let bands = UnsafeMutableBufferPointer<Float>.allocate(capacity: origins.count * horizon * width)
        defer {
            points.deallocate()
            bands.deallocate()
        }
        let batches = WorkerPool.ranges(
            origins.count, parts: (origins.count + Self.batchSize - 1) / Self.batchSize)
        // One context for all batches: layers prepare their weights once. Each batch writes its own rows.
        nonisolated(unsafe) let context = Context.inference
        nonisolated(unsafe) let pointResult = points
        nonisolated(unsafe) let bandResult = bands
        pool.run(batches.count) { index in
            let range = batches[index]
            let output = output(inputs, Array(origins[range]), context)
            (pointResult.baseAddress! + range.lowerBound * horizon)
                .update(from: output.points.pointer, count: range.count * horizon)
            if width > 0, let quantiles = output.quantiles {
                (bandResult.baseAddress! + range.lowerBound * horizon * width)
                    .update(from: quantiles.pointer, count: range.count * horizon * width)
            }
        }
        return ScaledForecasts(points: Array(points), quantiles: width > 0 ? Array(bands) : nil)
    }

    /// One batch.
    private func output(
        _ inputs: ForecastInputs, _ origins: [ForecastInputs.Origin], _ context: Context
    ) -> ForecastModel.Output {
        guard isRecursive else { return model(inputs.batch(origins, sizes), context) }
        let windows = inputs.windows(origins, sizes)
        return ForecastModel.Output(
            points: points(after: windows, starts: origins.map(\.start), inputs, context), quantiles: nil)
    }

    /// Points for windows whose values are given, `[N, H]`.
    ///
    /// - Parameters:
    ///   - values: Scaled, `[N, L]`; their content is lost.
    ///   - starts: The steps at which the windows start, for the calendar.
    ///   - context: For prediction, the same for all calls as long as the weights do not change.
    func points(after values: Tensor, starts: [Int], _ inputs: ForecastInputs, _ context: Context) -> Tensor {
        guard isRecursive else {
            return model(inputs.batch(normalizing: values, starts: starts, sizes), context).points
        }
        let (rows, lookback, horizon) = (starts.count, sizes.lookback, sizes.horizon)
        let oneStep = WindowSizes(lookback: lookback, gap: 0, horizon: 1)
        // Each forecast is read as if it had been seen.
        let extended = Tensor(uninitialized: [rows, lookback + horizon])
        let width = lookback + horizon
        for row in 0..<rows {
            (extended.mutablePointer + row * width).update(from: values.pointer + row * lookback, count: lookback)
        }
        let result = Tensor(uninitialized: [rows, horizon])
        for step in 0..<horizon {
            for row in 0..<rows {
                (values.mutablePointer + row * lookback)
                    .update(from: extended.pointer + row * width + step, count: lookback)
            }
            let batch = inputs.batch(normalizing: values, starts: starts.map { $0 + step }, oneStep)
            let points = model(batch, context).points
            for row in 0..<rows {
                extended.mutablePointer[row * width + lookback + step] = points.pointer[row]
                result.mutablePointer[row * horizon + step] = points.pointer[row]
            }
        }
        return result
    }
}

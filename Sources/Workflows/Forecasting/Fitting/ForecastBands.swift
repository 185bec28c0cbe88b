import Glibc
import Kernels

/// How a band is made around forecasts: by what the validation part has shown.
///
/// Each quantile is moved, step by step of the horizon, by the quantile of its own errors on the validation part: of
/// forecasts without a layer for quantiles that makes the band, of those with one it corrects it (split conformal
/// prediction; Romano et al. 2019, "Conformalized quantile regression", one side at a time). Quantiles that then cross
/// are put in order, which never makes them worse (Chernozhukov et al. 2010, "Quantile and probability curves without
/// crossing").
public struct ForecastBands: Hashable, Sendable {
    /// Q levels, ascending.
    public let levels: [Double]
    /// H.
    let horizon: Int
    /// What is added to each quantile, scaled: `[H, Q]`.
    let shifts: [Float]
    /// Errors of points over whole windows, for paths beyond the horizon: `[R, H]`.
    let errors: [Float]

    /// Windows whose errors are kept, at most.
    private static let mostErrors = 256
    /// With fewer windows than these, the errors of all steps count for each step.
    private static let fewWindows = 30

    init(levels: [Double], horizon: Int, shifts: [Float], errors: [Float]) {
        (self.levels, self.horizon, self.shifts, self.errors) = (levels, horizon, shifts, errors)
    }

    /// - Parameters:
    ///   - forecasts: Of the windows of the validation part.
    ///   - targets: `[E, H]`.
    init(levels: [Double], horizon: Int, _ forecasts: ScaledForecasts, targets: [Float], pool: WorkerPool) {
        (self.levels, self.horizon) = (levels, horizon)
        let (windows, width) = (targets.count / horizon, levels.count)
        let (points, quantiles) = (forecasts.points, forecasts.quantiles)
        let isPooled = windows < Self.fewWindows
        let columns = Slots<[Float]>(count: isPooled ? 1 : horizon)
        pool.run(columns.count) { column in
            let places = stride(from: column, to: targets.count, by: isPooled ? 1 : horizon)
            columns[column] = levels.enumerated().map { index, level -> Float in
                let errors = places.map { place -> Float in
                    guard let quantiles else { return targets[place] - points[place] }
                    return targets[place] - quantiles[place * width + index]
                }
                return Self.quantile(level, of: errors)
            }
        }
        shifts = (0..<horizon).flatMap { columns[isPooled ? 0 : $0]! }
        let kept = min(windows, Self.mostErrors)
        errors = (0..<kept).flatMap { row -> [Float] in
            let window = windows * row / kept
            return (window * horizon..<(window + 1) * horizon).map { targets[$0] - points[$0] }
        }
    }

    /// The quantiles of a forecast, ascending, scaled: `[Q]`.
    ///
    /// - Parameters:
    ///   - step: The step of the horizon.
    ///   - base: What the layer for quantiles says, `[Q]`; the point, where there is none.
    func quantiles(step: Int, point: Float, base: ArraySlice<Float>?) -> [Float] {
        levels.indices.map { index in
            (base.map { $0[$0.startIndex + index] } ?? point) + shifts[step * levels.count + index]
        }.sorted()
    }

    /// The smallest number that at least a share of n + 1 errors does not exceed, the one to come being among them; the
    /// mirror image of it below the middle.
    private static func quantile(_ share: Double, of errors: [Float]) -> Float {
        guard !errors.isEmpty else { return 0 }
        let sorted = errors.sorted()
        if share == 0.5 {
            return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        }
        let upper = max(share, 1 - share)
        let rank = min(Int((upper * Double(sorted.count + 1)).rounded(.up)), sorted.count) - 1
        return share > 0.5 ? sorted[rank] : sorted[sorted.count - 1 - rank]
    }
}

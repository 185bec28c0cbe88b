import Layers
import TimeSeries

extension Forecaster {
    /// The layers with what each puts out for one window.
    public func summary() -> Summary {
        let isRecursive = recipe.model.strategy == .recursive
        let window = recipe.window
        let sizes = WindowSizes(
            lookback: window.lookback, gap: window.gap, horizon: isRecursive ? 1 : window.horizon)
        let zeros = [Double](repeating: 0, count: window.lookback)
        let table = SeriesTable(axis: scaling.axis, names: names, channels: names.map { _ in zeros })
        let inputs = ForecastInputs(
            table, scaling: scaling, offset: 0, features: features, future: window.gap + window.horizon,
            normalization: recipe.scaling.window)
        let batch = inputs.batch([ForecastInputs.Origin(series: 0, start: 0)], sizes)
        return parameters.summary { context in _ = model(batch, context) }
    }
}

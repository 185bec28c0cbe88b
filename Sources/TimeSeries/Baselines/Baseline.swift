/// A plain forecast that every model has to beat.
///
/// All baselines forecast through this protocol, one channel at a time and in the data's own units. They may read what
/// lies before a window's inputs too (a weekly season asks for the week before, however short the lookback), but
/// nothing at or behind the end of the inputs.
public protocol Baseline: Sendable {
    /// As tables show it: `seasonal naive (24)`.
    var name: String { get }

    /// Forecasts the targets of one window.
    ///
    /// - Parameters:
    ///   - values: The channel from its first step on. Missing values are NaN.
    ///   - window: Its inputs are the last that may be read.
    ///   - forecast: Receives `window.targets.count` values.
    func forecast(
        _ values: UnsafeBufferPointer<Double>, _ window: SlidingWindows.Window,
        into forecast: UnsafeMutableBufferPointer<Double>)

    /// Forecasts the targets of all windows, `[windows, horizon]`, row-major. The default goes window by window.
    func forecasts(_ values: [Double], _ windows: SlidingWindows) -> [Double]
}

extension Baseline {
    public func forecasts(_ values: [Double], _ windows: SlidingWindows) -> [Double] {
        let horizon = windows.horizon
        return [Double](unsafeUninitializedCapacity: windows.count * horizon) { buffer, count in
            values.withUnsafeBufferPointer { values in
                for (row, window) in windows.enumerated() {
                    let part = UnsafeMutableBufferPointer(rebasing: buffer[row * horizon..<(row + 1) * horizon])
                    part.initialize(repeating: 0)
                    forecast(values, window, into: part)
                }
            }
            count = windows.count * horizon
        }
    }
}

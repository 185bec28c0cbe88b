/// Pairs of inputs and targets that slide along a series: a description only, nothing is copied.
///
///      |<- lookback ->|<- gap ->|<- horizon ->|
///      inputs                    targets
///
/// A window belongs to the part in which all its targets lie; its inputs may lie before. Every window whose targets fit
/// is there, the last included.
public struct SlidingWindows: RandomAccessCollection, Hashable, Sendable {
    /// One window, as ranges of steps.
    public struct Window: Hashable, Sendable {
        public let inputs: Range<Int>
        public let targets: Range<Int>
    }

    /// Steps that a forecast is made from.
    public let lookback: Int
    /// Steps between the inputs and the first target: 0 where the next step is forecast.
    public let gap: Int
    /// Steps that are forecast.
    public let horizon: Int
    /// Steps from one window to the next.
    public let stride: Int
    /// The first target of the first window.
    private let first: Int
    /// Numbers of the windows that are kept; nil where all are.
    private let kept: [Int32]?
    public let count: Int

    /// The windows whose targets lie in `part`.
    ///
    /// - Precondition: `lookback`, `horizon` and `stride` are at least 1, `gap` at least 0.
    public init(lookback: Int, gap: Int = 0, horizon: Int, stride: Int = 1, targetsIn part: Range<Int>) {
        precondition(
            lookback > 0 && gap >= 0 && horizon > 0 && stride > 0,
            "windows of lookback \(lookback), gap \(gap), horizon \(horizon), stride \(stride)")
        (self.lookback, self.gap, self.horizon, self.stride) = (lookback, gap, horizon, stride)
        first = Swift.max(part.lowerBound, lookback + gap)
        let last = part.upperBound - horizon
        count = last < first ? 0 : (last - first) / stride + 1
        kept = nil
    }

    private init(_ all: SlidingWindows, kept: [Int32]) {
        (lookback, gap, horizon, stride) = (all.lookback, all.gap, all.horizon, all.stride)
        (first, self.kept, count) = (all.first, kept, kept.count)
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    public subscript(position: Int) -> Window {
        precondition(position >= 0 && position < count, "window \(position) of \(count)")
        let target = first + (kept.map { Int($0[position]) } ?? position) * stride
        return Window(inputs: target - gap - lookback..<target - gap, targets: target..<target + horizon)
    }

    /// The windows in which no value of these channels is missing, neither among inputs nor among targets.
    public func withoutMissing(in channels: [[Double]]) -> SlidingWindows {
        guard channels.contains(where: { $0.contains { $0.isNaN } }) else { return self }
        // missing[i]: how many of the steps before i miss a value.
        var missing = [0]
        for step in 0..<(channels.first?.count ?? 0) {
            missing.append(missing[step] + (channels.contains { $0[step].isNaN } ? 1 : 0))
        }
        func isWhole(_ range: Range<Int>) -> Bool { missing[range.upperBound] == missing[range.lowerBound] }
        let numbers = indices.filter { isWhole(self[$0].inputs) && isWhole(self[$0].targets) }
        return SlidingWindows(self, kept: numbers.map { kept?[$0] ?? Int32($0) })
    }

    /// A window in words, so that an off-by-one would be seen: `window 1 of 3,748 reads steps 0 to 167 and forecasts
    /// step 168`, with stamps where the axis has them.
    public func sentence(for position: Int, on axis: TimeAxis) -> String {
        let window = self[position]
        func words(_ range: Range<Int>) -> String {
            let (from, to) = (range.lowerBound, range.upperBound - 1)
            let labels = [axis.label(at: from), axis.label(at: to)]
            if range.count == 1 { return "step \(from)" + (axis.step == nil ? "" : " (\(labels[0]))") }
            return "steps \(from) to \(to)" + (axis.step == nil ? "" : " (\(labels[0]) to \(labels[1]))")
        }
        return "window \(position + 1) of \(count) reads \(words(window.inputs)) and forecasts \(words(window.targets))"
    }
}

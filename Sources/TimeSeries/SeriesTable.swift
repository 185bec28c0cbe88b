/// One series or several on a common axis of time.
///
/// Values are columns, contiguous, one a channel. A value that is missing is NaN; there are no infinite values.
public struct SeriesTable: Sendable {
    public let axis: TimeAxis
    /// The names of the channels: value columns, ids, or `id/column` where there are several of both.
    public let names: [String]
    /// `[channels][steps]`
    public let channels: [[Double]]

    /// Steps of time.
    public var count: Int { channels.first?.count ?? 0 }

    /// - Precondition: at least one channel, all of one length and with a name each; no value is infinite.
    public init(axis: TimeAxis, names: [String], channels: [[Double]]) {
        precondition(
            names.count == channels.count && !channels.isEmpty, "\(channels.count) channels, \(names.count) names")
        for (name, channel) in zip(names, channels) {
            precondition(
                channel.count == channels[0].count, "\(channel.count) values of \(name), \(channels[0].count) steps")
            precondition(!channel.contains { $0.isInfinite }, "an infinite value of \(name)")
        }
        (self.axis, self.names, self.channels) = (axis, names, channels)
    }

    /// A single series.
    public init(_ values: [Double], name: String = "value", axis: TimeAxis = .counter) {
        self.init(axis: axis, names: [name], channels: [values])
    }

    /// Whether no value is negative, so that a forecast below zero would be nonsense.
    public var isNonNegative: Bool { channels.allSatisfy { $0.allSatisfy { !($0 < 0) } } }

    /// Whether any value is missing.
    public var hasMissing: Bool { channels.contains { $0.contains { $0.isNaN } } }

    /// The steps `range` alone, on an axis that starts there.
    public subscript(range: Range<Int>) -> SeriesTable {
        SeriesTable(
            axis: axis.advanced(by: range.lowerBound), names: names, channels: channels.map { Array($0[range]) })
    }

    /// The channels of these names in this order; nil where one is not there.
    public func selecting(_ wanted: [String]) -> SeriesTable? {
        var chosen: [[Double]] = []
        for name in wanted {
            guard let place = names.firstIndex(of: name) else { return nil }
            chosen.append(channels[place])
        }
        return chosen.isEmpty ? nil : SeriesTable(axis: axis, names: wanted, channels: chosen)
    }
}

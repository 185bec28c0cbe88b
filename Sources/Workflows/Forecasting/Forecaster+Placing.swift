import Files
import TimeSeries

extension Forecaster {
    /// Series on the axis of the training data.
    struct PlacedSeries {
        /// The model's series in the model's order.
        let table: SeriesTable
        /// The step of the table's first value on the axis of the training data.
        let offset: Int
    }

    /// Finds the model's series in a table, and their place on the axis of the training data.
    ///
    /// - Throws: `FileError` where a series is not there, or time does not go in the model's steps.
    func placed(_ table: SeriesTable, path: String) throws -> PlacedSeries {
        let path = InputFile.displayName(path)
        let own = scaling.axis
        guard own.isOfKind(table.axis), let offset = own.offset(of: table.axis) else {
            throw FileError.malformed(
                path, .file, "a step of \(table.axis.stepName) found, the model was trained on steps of "
                    + own.stepName)
        }
        // The name does not matter where there is but one series on both sides.
        if names.count == 1, table.names.count == 1 { return PlacedSeries(table: table, offset: offset) }
        guard let chosen = table.selecting(names) else {
            let missing = names.filter { !table.names.contains($0) }.prefix(5).map { "\"\($0)\"" }
            throw FileError.malformed(
                path, .file, "no series \(missing.joined(separator: ", ")) found, on which the model was trained")
        }
        return PlacedSeries(table: chosen, offset: offset)
    }
}

extension TimeAxis {
    /// Whether another axis goes in the same steps.
    fileprivate func isOfKind(_ other: TimeAxis) -> Bool {
        switch (spacing, other.spacing) {
        case (.index(_, let a), .index(_, let b)): a == b
        case (.fixed(_, let a), .fixed(_, let b)): a == b
        case (.months(_, let a, _), .months(_, let b, _)): a == b
        default: false
        }
    }

    /// The step at which another axis of the same kind begins; nil where that lies between two steps of a counter.
    fileprivate func offset(of other: TimeAxis) -> Int? {
        if case .index(let first, let stride) = spacing, case .index(let start, _) = other.spacing {
            return (start - first) % stride == 0 ? (start - first) / stride : nil
        }
        return other.timestamp(at: 0).flatMap { nearestStep(to: $0) }
    }
}

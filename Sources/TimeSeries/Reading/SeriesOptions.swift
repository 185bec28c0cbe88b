/// How a missing value is filled. Only values between the first and the last known one of a channel can be filled with
/// some right, but for `zero`.
public enum FillRule: String, Codable, CaseIterable, Sendable {
    /// On the straight line between the neighbours; at both ends values stay missing.
    case linear
    /// With the last known value; before the first they stay missing.
    case previous
    /// With 0: a stretch without requests.
    case zero
    /// Not at all: windows that touch a missing value are left out.
    case none
}

/// Which of several values for one stamp counts.
public enum DuplicateRule: String, Codable, CaseIterable, Sendable {
    case last, first, mean, sum
    /// None: a stamp that comes again is an error.
    case refuse
}

/// What to read from a file of series. nil means that it is found out.
public struct SeriesOptions: Codable, Hashable, Sendable {
    /// The columns of values. Found out: all that hold numbers, but for the time and the id.
    public var valueColumns: [String]?
    /// The column of stamps. Found out: by its content, and by its name.
    public var timeColumn: String?
    /// Which number comes first in dates like `01/02/2020`. Found out: by a day above 12.
    public var dateOrder: DateOrder?
    /// The column that says to which series a row belongs, in long tables. Found out: texts under a name like
    /// `unique_id`, `series` or `page`.
    public var idColumn: String?
    /// The step of time. Found out: the most frequent distance of neighbouring stamps. For a counter, or a file without
    /// stamps, it says how long a step is, and `start` has to be given too.
    public var step: TimeStep?
    /// The stamp of the first row, for a file that has a counter or nothing in the place of stamps; needs `step`.
    public var start: Timestamp?
    public var fill: FillRule
    public var duplicates: DuplicateRule

    public init(
        valueColumns: [String]? = nil, timeColumn: String? = nil, dateOrder: DateOrder? = nil,
        idColumn: String? = nil, step: TimeStep? = nil, start: Timestamp? = nil, fill: FillRule = .linear,
        duplicates: DuplicateRule = .last
    ) {
        (self.valueColumns, self.timeColumn, self.dateOrder) = (valueColumns, timeColumn, dateOrder)
        self.idColumn = idColumn
        (self.step, self.start, self.fill, self.duplicates) = (step, start, fill, duplicates)
    }
}

/// What was found while a table was read, and what was done about it: nothing is mended in silence.
public struct SeriesReading: Sendable {
    /// The series, on a complete axis.
    public let table: SeriesTable
    public let notes: Notes

    /// What was found and done.
    public struct Notes: Codable, Hashable, Sendable {
        /// Places of one kind of finding: how many there are, and the lines of the first.
        public struct Places: Codable, Hashable, Sendable {
            public internal(set) var count = 0
            /// The first lines, at most `Notes.shownLines`.
            public internal(set) var lines: [Int] = []

            mutating func add(line: Int) {
                count += 1
                if lines.count < Notes.shownLines { lines.append(line) }
            }
        }

        /// A stretch of steps that have no row.
        public struct Gap: Codable, Hashable, Sendable {
            /// The id of the series, in a long table.
            public let series: String?
            /// The first stamp that is missing, and the last.
            public let from: String
            public let to: String
            public let steps: Int
            /// The line behind which it lies.
            public let line: Int
        }

        /// What was found and filled in one channel.
        public struct Channel: Codable, Hashable, Sendable {
            public let name: String
            /// Fields that hold no value: empty, NaN, NA, null.
            public internal(set) var missing = Places()
            /// Steps without a value, those without a row included, that were filled.
            public internal(set) var filled = 0
            /// Steps without a value that stay so.
            public internal(set) var stillMissing = 0
        }

        /// How many lines and gaps are listed at most.
        public static let shownLines = 10

        public internal(set) var rows = 0
        /// nil where the file has none, and rows are counted.
        public internal(set) var timeColumn: String?
        public internal(set) var idColumn: String?
        public internal(set) var format = TimeFormat.index
        /// Of dates that end with their year; nil where there are none.
        public internal(set) var dateOrder: DateOrder?
        /// `1 hour`; `1` for a counter.
        public internal(set) var step = ""
        public internal(set) var first = ""
        public internal(set) var last = ""
        /// Columns that are neither time, id nor value, and those (or series of a long table) without any value.
        public internal(set) var unusedColumns: [String] = []
        /// Rows whose stamp is before that of the row above.
        public internal(set) var unordered = Places()
        /// Rows whose stamp has come before.
        public internal(set) var duplicates = Places()
        /// Rows whose stamp lies between two steps, and was taken for the nearer.
        public internal(set) var offGrid = Places()
        /// Stretches without rows; at most `shownLines` are listed.
        public internal(set) var gaps: [Gap] = []
        public internal(set) var gapCount = 0
        /// Steps in all gaps.
        public internal(set) var gapSteps = 0
        /// Steps at both ends that were cut off because they hold no value.
        public internal(set) var cutSteps = 0
        public internal(set) var channels: [Channel] = []
        public internal(set) var fill = FillRule.linear
        public internal(set) var duplicateRule = DuplicateRule.last
    }
}

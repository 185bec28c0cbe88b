import Files
import Tables

extension SeriesReading {
    /// Reads a file with a header, or standard input for `-`.
    ///
    /// - Columns may be in any order; `SeriesOptions` tells which are found out, and how.
    /// - Several columns of values are channels on one axis. In a long table each id is a series of its own; all are
    ///   laid on one axis, and values before the start and behind the end of a series are missing.
    /// - Stamps are dates with or without time and zone, Unix seconds or milliseconds, or whole numbers that count
    ///   steps. A file without any counts its rows. Rows may come in any order.
    /// - Steps at both ends at which no channel has a value are cut off, unless missing values are filled with zeros.
    ///
    /// - Throws: `FileError` for a file that cannot be read, holds no values, or holds something else than numbers,
    ///   with the line; for infinite values; and for stamps without a regular step.
    public static func read(path: String, options: SeriesOptions = SeriesOptions()) throws -> SeriesReading {
        try read(path: path, bytes: InputFile.bytes(at: path), options: options)
    }

    /// Reads bytes that are at hand; `path` serves messages and the choice of the delimiter.
    public static func read(
        path: String, bytes: [UInt8], options: SeriesOptions = SeriesOptions()
    ) throws -> SeriesReading {
        let table = try DelimitedTable(path: path, bytes: bytes)
        let columns = try SeriesColumns(table, options)
        let rows = try SeriesRows(table, columns)
        let axis = try AxisFinder(path: table.path, format: columns.format, options: options).axis(of: rows)
        var grid = try SeriesGrid(table, columns, rows, axis, duplicates: options.duplicates)
        try grid.dropEmptyChannels()
        if options.fill != .zero { grid.cutEnds() }
        grid.setTime(options)
        let series = grid.filled(by: options.fill)
        var notes = grid.notes
        notes.rows = rows.lines.count
        notes.timeColumn = columns.time.map { table.header[$0] }
        notes.dateOrder = columns.order
        notes.idColumn = columns.id.map { table.header[$0] }
        notes.duplicateRule = options.duplicates
        notes.format = series.axis.format
        notes.step = series.axis.stepName
        notes.first = series.axis.label(at: 0)
        notes.last = series.axis.label(at: series.count - 1)
        return SeriesReading(table: series, notes: notes)
    }
}

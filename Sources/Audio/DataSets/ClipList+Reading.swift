import Files
import Glibc
import Tables

extension ClipList {
    /// Reads a data set.
    ///
    /// - A table (`.csv` or `.tsv`) with a column `filename` (or `file`, `path`), one of `category`, `label` or
    ///   `class`, and perhaps `group` (or `speaker`) and `fold`; other columns become attributes. Names of files are relative to
    ///   the table's folder, or to a folder `audio` in it or beside it.
    /// - A folder with a pattern: every sound file in it or below it, labelled by its name.
    /// - A folder without: one folder a class in it, whose name is the label; sound files may lie deeper.
    ///
    /// In folders a file counts as sound by the end of its name (`extensions`); hidden ones are passed over.
    ///
    /// - Throws: `FileError` where nothing is found, a file does not fit the pattern, a row has no file or no label, or
    ///   files and class folders are mixed.
    public static func read(path: String, pattern: NamePattern? = nil) throws -> ClipList {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let message = errno == ENOENT ? "no such file or folder" : InputFile.systemMessage()
            throw FileError(.missing, path: path, message)
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            return try pattern.map { try read(folder: path, pattern: $0) } ?? read(folderOfClasses: path)
        }
        return try read(manifest: path, pattern: pattern)
    }

    /// Ends of the names of sound files.
    public static let extensions: Set<String> = [
        "wav", "wave", "flac", "ogg", "oga", "opus", "aif", "aiff", "aifc", "au", "snd", "caf", "mp3", "w64", "rf64",
    ]

    private struct Row {
        let path: String
        let label: String
        var group: String?
        var fold: String?
        var attributes: [String: String] = [:]
    }

    private static func list(_ rows: [Row], path: String) -> ClipList {
        let labels = names(rows.map(\.label))
        let places = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
        return ClipList(
            path: path, labels: labels,
            clips: rows.map {
                Clip(path: $0.path, label: places[$0.label]!, group: $0.group, fold: $0.fold, attributes: $0.attributes)
            })
    }

    // MARK: Folders

    private static func read(folder: String, pattern: NamePattern) throws -> ClipList {
        let files = try SoundFolder.files(in: folder)
        guard !files.isEmpty else { throw noSound(folder) }
        let rows = try files.map { file in
            let path = "\(folder)/\(file)"
            guard let fields = pattern.fields(of: path), let label = fields["label"] else {
                throw FileError.malformed(path, .file, "the name does not fit the pattern \"\(pattern)\"")
            }
            return Row(path: path, label: label, group: fields["group"], fold: fields["fold"])
        }
        return list(rows, path: folder)
    }

    private static func read(folderOfClasses folder: String) throws -> ClipList {
        let files = try SoundFolder.files(in: folder)
        guard !files.isEmpty else { throw noSound(folder) }
        let rows = try files.map { file in
            guard let slash = file.firstIndex(of: "/") else {
                throw FileError.malformed(
                    "\(folder)/\(file)", .file,
                    "a sound file beside the class folders was found; a folder a class, a manifest or a pattern of "
                        + "names was expected")
            }
            return Row(path: "\(folder)/\(file)", label: String(file[..<slash]))
        }
        return list(rows, path: folder)
    }

    private static func noSound(_ folder: String) -> FileError {
        FileError.malformed(
            folder, .file, "no sound file was found; names that end in .wav, .flac, .ogg, .aiff or .mp3 were expected")
    }

    // MARK: Manifests

    private static func read(manifest path: String, pattern: NamePattern?) throws -> ClipList {
        let name = path.lowercased()
        guard name.hasSuffix(".csv") || name.hasSuffix(".tsv") || name.hasSuffix(".txt") else {
            throw FileError.malformed(
                path, .file, "a folder of sounds or a table (.csv, .tsv) that lists them was expected")
        }
        let table = try DelimitedTable(path: path)
        let columns = try ManifestColumns(table, needsLabel: pattern == nil)
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let folders = [folder, folder + "/audio", folder + "/../audio"]
        var lines: [String: Int] = [:]
        let rows = try table.map { row in
            let row = try row.get()
            let file = row.fields[columns.file]
            func wrong(_ message: String) -> FileError { .malformed(table.path, .line(row.line), message) }
            guard !file.isEmpty else { throw wrong("no file name was found") }
            let candidates = file.hasPrefix("/") ? [file] : folders.map { "\($0)/\(file)" }
            guard let found = candidates.first(where: OutputFile.exists) else {
                throw wrong("there is no file \(candidates[0])")
            }
            if let line = lines.updateValue(row.line, forKey: found) {
                throw wrong("\(file) stands here and on line \(line), once was expected")
            }
            let fields = try pattern.map { pattern in
                guard let fields = pattern.fields(of: found) else {
                    throw wrong("\(file) does not fit the pattern \"\(pattern)\"")
                }
                return fields
            }
            let label = fields?["label"] ?? columns.label.map { row.fields[$0] } ?? ""
            guard !label.isEmpty else { throw wrong("no label was found") }
            func value(_ column: Int?) -> String? {
                column.map { row.fields[$0] }.flatMap { $0.isEmpty ? nil : $0 }
            }
            return Row(
                path: found, label: label, group: fields?["group"] ?? value(columns.group),
                fold: fields?["fold"] ?? value(columns.fold),
                attributes: Dictionary(
                    columns.others.map { (table.header[$0], row.fields[$0]) }, uniquingKeysWith: { first, _ in first }))
        }
        guard !rows.isEmpty else {
            throw FileError.malformed(table.path, .file, "no row below the header was found")
        }
        return list(rows, path: table.path)
    }
}

/// Which column of a manifest is which.
private struct ManifestColumns {
    let file: Int
    let label: Int?
    let group: Int?
    let fold: Int?
    let others: [Int]

    init(_ table: DelimitedTable, needsLabel: Bool) throws {
        let header = table.header.map { $0.lowercased() }
        func find(_ names: [String]) -> Int? { names.lazy.compactMap { header.firstIndex(of: $0) }.first }
        func required(_ names: [String]) throws -> Int {
            if let column = find(names) { return column }
            let expected = names.map { "\"\($0)\"" }.joined(separator: " or ")
            throw FileError.malformed(
                table.path, .line(table.headerLine), "no column is named \(expected)")
        }
        let names = ["filename", "file", "path"]
        let labels = ["category", "label", "class"]
        file = try required(names)
        label = needsLabel ? try required(labels) : find(labels)
        group = find(["group", "speaker"])
        fold = find(["fold"])
        let known = [file, label, group, fold]
        others = header.indices.filter { !known.contains($0) }
    }
}

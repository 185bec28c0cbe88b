import Files

/// Labelled sound files: which there are, of which class, and by whom.
///
/// Nothing is decoded here. Files are in the order of their paths, or of the manifest's rows, and so are chunks and
/// splits: the same data give the same numbers on every machine.
public struct ClipList: Hashable, Sendable {
    /// One sound file.
    public struct Clip: Hashable, Sendable {
        /// Where the file is, as it can be opened.
        public let path: String
        /// The class, an index of `labels`.
        public let label: Int
        /// Who or what it comes from: clips of one group resemble each other more than their class explains.
        public let group: String?
        /// The part of a cross-validation that the data set's authors put it in.
        public let fold: String?
        /// The other columns of a manifest, by name: `snr`.
        public let attributes: [String: String]

        public init(
            path: String, label: Int, group: String? = nil, fold: String? = nil, attributes: [String: String] = [:]
        ) {
            self.path = path
            self.label = label
            self.group = group
            self.fold = fold
            self.attributes = attributes
        }

        /// What a column of the manifest says of the clip; `group` and `fold` are such columns, too.
        public func value(of column: String) -> String? {
            attributes[column] ?? (column == "group" ? group : column == "fold" ? fold : nil)
        }
    }

    /// Where the list was read from, for messages.
    public let path: String
    /// The classes, in the order of their names; numbers by value (`2` before `10`).
    public let labels: [String]
    public let clips: [Clip]

    public init(path: String, labels: [String], clips: [Clip]) {
        precondition(clips.allSatisfy { labels.indices.contains($0.label) }, "a clip of no class")
        self.path = path
        self.labels = labels
        self.clips = clips
    }

    /// The different groups, sorted; empty where no clip has one.
    public var groups: [String] { Self.names(clips.compactMap(\.group)) }

    /// The different folds, sorted; empty where no clip has one.
    public var folds: [String] { Self.names(clips.compactMap(\.fold)) }

    /// Clips of each class.
    public var labelCounts: [Int] {
        clips.reduce(into: [Int](repeating: 0, count: labels.count)) { $0[$1.label] += 1 }
    }

    /// Fails where there is nothing to tell apart.
    ///
    /// - Throws: `FileError`.
    public func requireClasses() throws {
        guard labels.count > 1 else {
            throw FileError.malformed(
                path, .file, "one class was found, \"\(labels[0])\"; at least two were expected")
        }
    }

    /// The same clips with the classes of another list, for scoring what was trained on it.
    ///
    /// - Throws: `FileError` where a class is not among `labels`.
    public func relabelled(_ labels: [String]) throws -> ClipList {
        let clips = try clips.map { clip in
            let name = self.labels[clip.label]
            guard let label = labels.firstIndex(of: name) else {
                let nearest = NearestName.of(name, among: labels).map { "; the nearest is \"\($0)\"" } ?? ""
                throw FileError.malformed(
                    path, .file, "the class \"\(name)\" of \(clip.path) is not one that the model knows\(nearest)")
            }
            return Clip(
                path: clip.path, label: label, group: clip.group, fold: clip.fold, attributes: clip.attributes)
        }
        return ClipList(path: path, labels: labels, clips: clips)
    }

    /// Different names, numbers first and by value.
    static func names(_ names: some Sequence<String>) -> [String] {
        Set(names).sorted { a, b in
            switch (Int(a), Int(b)) {
            case let (x?, y?): x == y ? a < b : x < y
            case (_?, nil): true
            case (nil, _?): false
            case (nil, nil): a < b
            }
        }
    }
}

import Files
import Kernels

/// Which clips are trained on and which are tested on: indices of a `ClipList`, each in one part.
///
/// Whole clips go to a part, so that chunks of one file never stand on both sides.
public struct ClipSplit: Hashable, Sendable {
    /// Ascending.
    public let training: [Int]
    /// Ascending.
    public let test: [Int]
    /// What the test part is, for tables: `group b`, `fold 3`.
    public let name: String

    public init(training: [Int], test: [Int], name: String) {
        self.training = training
        self.test = test
        self.name = name
    }
}

/// How clips are told into parts.
public enum ClipSplitting: Hashable, Sendable {
    /// A share of the clips of each class, drawn at random, is tested on. A class with one clip is only trained on,
    /// with more it keeps one on either side at least.
    case files(testShare: Double)
    /// A share of the groups, drawn at random, is tested on, with all their clips.
    case groups(testShare: Double)
    /// The clips whose group has this name are tested on.
    case testGroup(String)
    /// The clips whose fold has this name are tested on.
    case testFold(String)
    /// The clips whose file name matches are tested on.
    case testPattern(Wildcard)
}

/// How clips are told into parts again and again, so that every clip is tested on once.
public enum ClipFolding: Hashable, Sendable {
    /// So many parts of the clips of each class, at random.
    case files(Int)
    /// So many parts of the groups, at random, nearly equal in clips.
    case groups(Int)
    /// Each group in turn.
    case eachGroup
    /// Each fold of the data set in turn.
    case eachFold
}

extension ClipList {
    /// One split.
    ///
    /// - Throws: `FileError` where a part is empty, where clips lack the group or fold that is asked for, or where no
    ///   training clip is left of a class.
    public func split(_ splitting: ClipSplitting, seed: UInt64) throws -> ClipSplit {
        var generator = SeededGenerator(seed: seed, keys: SeededGenerator.key("clips"))
        let split: ClipSplit
        switch splitting {
        case .files(let share):
            let test = byLabel(&generator).flatMap { clips in
                clips.prefix(clips.count < 2 ? 0 : Self.part(share, of: clips.count))
            }
            split = part(test, "a share of the files")
        case .groups(let share):
            var names = try requiredGroups()
            guard names.count > 1 else { throw oneGroup(names[0]) }
            generator.shuffle(&names)
            let chosen = Set(names.prefix(Self.part(share, of: names.count)))
            split = part(clips.indices.filter { chosen.contains(clips[$0].group!) }, "a share of the groups")
        case .testGroup(let name):
            try check(name, among: requiredGroups(), "group")
            split = part(clips.indices.filter { clips[$0].group == name }, "group \(name)")
        case .testFold(let name):
            try check(name, among: requiredFolds(), "fold")
            split = part(clips.indices.filter { clips[$0].fold == name }, "fold \(name)")
        case .testPattern(let pattern):
            split = part(clips.indices.filter { pattern.matches(clips[$0].path) }, "files \(pattern)")
        }
        return try checked(split)
    }

    /// The splits of a cross-validation.
    ///
    /// - Throws: `FileError`, as `split` does, and where there are fewer parts than two or than asked for.
    public func folds(_ folding: ClipFolding, seed: UInt64) throws -> [ClipSplit] {
        var generator = SeededGenerator(seed: seed, keys: SeededGenerator.key("folds"))
        var parts: [(name: String, test: [Int])]
        switch folding {
        case .files(let count):
            parts = (0..<count).map { ("fold \($0 + 1)", []) }
            // Going on where the class before stopped keeps the parts equally large.
            var next = 0
            for clips in byLabel(&generator) {
                for clip in clips {
                    parts[next % count].test.append(clip)
                    next += 1
                }
            }
        case .groups(let count):
            var names = try requiredGroups()
            guard names.count >= count else {
                throw FileError.malformed(path, .file, "\(names.count) groups were found, \(count) folds need as many")
            }
            generator.shuffle(&names)
            let members = Dictionary(grouping: clips.indices) { clips[$0].group! }
            parts = (0..<count).map { ("fold \($0 + 1)", []) }
            // The largest group first, each to the part that is smallest by then.
            let order = names.enumerated().sorted {
                (-members[$0.element]!.count, $0.offset) < (-members[$1.element]!.count, $1.offset)
            }
            for (_, name) in order {
                let smallest = parts.indices.min { (parts[$0].test.count, $0) < (parts[$1].test.count, $1) }!
                parts[smallest].test += members[name]!
            }
        case .eachGroup:
            parts = try requiredGroups().map { name in
                ("group \(name)", clips.indices.filter { clips[$0].group == name })
            }
        case .eachFold:
            parts = try requiredFolds().map { name in
                ("fold \(name)", clips.indices.filter { clips[$0].fold == name })
            }
        }
        guard parts.count > 1 else {
            throw FileError.malformed(path, .file, "one part was found (\(parts[0].name)), at least two were expected")
        }
        return try parts.map { try checked(part($0.test, $0.name)) }
    }

    /// Parts a share off some clips, for early stopping: by group where `byGroup` and they have at least three groups,
    /// else by file within each class.
    ///
    /// - Parameter indices: Clips that may be trained on.
    /// - Returns: `test` is the part that was taken off; empty where every class has one clip.
    public func holdOut(_ share: Double, of indices: [Int], byGroup: Bool, seed: UInt64) -> ClipSplit {
        var generator = SeededGenerator(seed: seed, keys: SeededGenerator.key("hold out"))
        var names = Self.names(indices.compactMap { clips[$0].group })
        if byGroup, names.count > 2, indices.allSatisfy({ clips[$0].group != nil }) {
            generator.shuffle(&names)
            let chosen = Set(names.prefix(Self.part(share, of: names.count)))
            return part(indices.filter { chosen.contains(clips[$0].group!) }, of: indices, "held out groups")
        }
        let test = byLabel(&generator, indices).flatMap { clips in
            clips.prefix(min(clips.count - 1, Int((share * Double(clips.count)).rounded())))
        }
        return part(test, of: indices, "held out files")
    }

    // MARK: Parts

    /// A share of some things that leaves one on either side at least.
    private static func part(_ share: Double, of count: Int) -> Int {
        min(count - 1, max(1, Int((share * Double(count)).rounded())))
    }

    /// The clips of each class, in random order.
    private func byLabel(_ generator: inout SeededGenerator, _ indices: [Int]? = nil) -> [[Int]] {
        let indices = indices ?? Array(clips.indices)
        return labels.indices.map { label in
            var found = indices.filter { clips[$0].label == label }
            generator.shuffle(&found)
            return found
        }
    }

    private func part(_ test: [Int], of all: [Int]? = nil, _ name: String) -> ClipSplit {
        let chosen = Set(test)
        return ClipSplit(
            training: (all ?? Array(clips.indices)).filter { !chosen.contains($0) }, test: test.sorted(), name: name)
    }

    private func checked(_ split: ClipSplit) throws -> ClipSplit {
        guard !split.test.isEmpty else {
            throw FileError.malformed(
                path, .file, "no clip is left to test on (\(split.name)) of \(clips.count); at least one was expected")
        }
        let trained = Set(split.training.map { clips[$0].label })
        if let label = labels.indices.first(where: { !trained.contains($0) }) {
            throw FileError.malformed(
                path, .file,
                "the class \"\(labels[label])\" has no clip left to train on, all \(labelCounts[label]) are tested on "
                    + "(\(split.name))")
        }
        return split
    }

    private func check(_ name: String, among names: [String], _ what: String) throws {
        guard !names.contains(name) else { return }
        let nearest = NearestName.of(name, among: names).map { "; the nearest is \"\($0)\"" } ?? ""
        let shown = names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
        throw FileError.malformed(path, .file, "no \(what) is named \"\(name)\"\(nearest); there are \(shown)")
    }

    private func requiredGroups() throws -> [String] {
        guard let clip = clips.first(where: { $0.group == nil }) else { return groups }
        throw FileError.malformed(
            path, .file, "\(clip.path) has no group; a column \"group\" or a pattern with {group} was expected")
    }

    private func requiredFolds() throws -> [String] {
        guard let clip = clips.first(where: { $0.fold == nil }) else { return folds }
        throw FileError.malformed(
            path, .file, "\(clip.path) has no fold; a column \"fold\" or a pattern with {fold} was expected")
    }

    private func oneGroup(_ name: String) -> FileError {
        FileError.malformed(path, .file, "one group was found, \"\(name)\"; at least two were expected")
    }
}

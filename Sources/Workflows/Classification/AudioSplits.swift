import Audio
import Files

/// Which files a model is trained on, which pick its best epoch, and which it is scored on: indices, each in one part.
struct AudioParts: Sendable {
    /// What is held out: `group b`.
    let name: String
    let training, validation, test: [Int]

    var counts: AudioReport.Files { .init(train: training.count, validation: validation.count, test: test.count) }

    /// The part that scores are taken on: the test part, or the validation part where there is none.
    var scored: [Int] { test.isEmpty ? validation : test }

    /// The name of that part.
    var scoredPart: AudioReport.Origin { test.isEmpty ? .validation : .test }
}

/// The parts that a recipe tells files into.
struct AudioSplits {
    /// One for each part that is held out in turn; empty where one part is held out once and for all.
    let folds: [AudioParts]
    /// Of the model that is kept: without folds it has a test part, with folds it has seen every file.
    let kept: AudioParts
    let remarks: [String]

    /// - Throws: `FileError` where a part would be empty, or files lack the group or fold that is asked for.
    init(_ clips: AudioClips, split: AudioRecipe.Split, seed: UInt64) throws {
        let list = clips.list
        func parts(_ name: String, training: [Int], test: [Int]) -> AudioParts {
            let rest = list.holdOut(split.validation, of: training, byGroup: false, seed: seed)
            return AudioParts(name: name, training: rest.training, validation: rest.test, test: test)
        }
        if let folding = split.folding(groups: list.groups.count) {
            folds = try list.folds(folding, seed: seed).map { parts($0.name, training: $0.training, test: $0.test) }
            kept = parts("", training: Array(list.clips.indices), test: [])
        } else if split.testsNothing {
            (folds, kept) = ([], parts("", training: Array(list.clips.indices), test: []))
        } else {
            let one = try list.split(split.splitting, seed: seed)
            (folds, kept) = ([], parts(one.name, training: one.training, test: one.test))
        }
        guard !folds.isEmpty || !kept.scored.isEmpty else {
            throw FileError.malformed(
                list.path, .file, "\(list.clips.count) files leave none to score a model on; more of a label expected")
        }
        remarks = Self.remarks(clips, kept, hasFolds: !folds.isEmpty)
    }

    private static func remarks(_ clips: AudioClips, _ kept: AudioParts, hasFolds: Bool) -> [String] {
        var remarks: [String] = []
        let counts = clips.list.labelCounts
        let single = counts.indices.filter { counts[$0] == 1 }.map { "\"\(clips.labels[$0])\"" }
        if !single.isEmpty {
            let list = single.prefix(10).joined(separator: ", ") + (single.count > 10 ? ", …" : "")
            remarks.append(
                single.count == 1
                    ? "1 label has a single file, \(list): how well it is told apart cannot be measured."
                    : "\(single.count) labels have a single file each, \(list): how well they are told apart cannot be "
                        + "measured.")
        }
        if kept.test.isEmpty, !hasFolds {
            remarks.append(
                "There is no test part: the scores are those of the validation part, which picked the best epoch.")
        }
        if hasFolds {
            remarks.append("The model that is kept was trained on all files, the scores are those of the folds.")
        }
        return remarks
    }
}

extension AudioRecipe.Split {
    /// Above so many groups a share of them is held out, where each in turn would take too long.
    fileprivate static let mostGroupsInTurn = 10

    /// The parts that are each held out once; nil where one part is held out once and for all.
    fileprivate func folding(groups: Int) -> ClipFolding? {
        guard testGroup.isEmpty, testPattern.isEmpty else { return nil }
        switch by {
        case .file: return folds > 0 ? .files(folds) : nil
        case .group: return folds > 0 ? .groups(folds) : groups > Self.mostGroupsInTurn ? nil : .eachGroup
        case .fold: return .eachFold
        }
    }

    /// Whether all files are for training.
    fileprivate var testsNothing: Bool { testGroup.isEmpty && testPattern.isEmpty && test == 0 }

    /// The part that is held out once and for all.
    fileprivate var splitting: ClipSplitting {
        if !testPattern.isEmpty { return .testPattern(Wildcard(testPattern)) }
        if !testGroup.isEmpty { return by == .fold ? .testFold(testGroup) : .testGroup(testGroup) }
        return by == .group ? .groups(testShare: test) : .files(testShare: test)
    }
}

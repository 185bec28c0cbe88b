import Audio
import Files

/// What a model and its baselines say of the chunks of some files.
struct ScoredClips {
    let clips: AudioClips
    /// Indices of `clips.files`.
    let files: [Int]
    /// The model, then its baselines, each with the scores of the chunks of `files`.
    let models: [(name: String, scores: ChunkScores)]

    /// - Parameter values: Of the model and of each baseline, `[M, L]`.
    init(_ clips: AudioClips, files: [Int], values: [(name: String, values: [Float])]) {
        (self.clips, self.files) = (clips, files)
        let counts = files.map { clips.files[$0].chunks.count }
        models = values.map { name, values in
            (name, ChunkScores(labelCount: clips.labels.count, values: values, chunkCounts: counts))
        }
    }

    /// The lines of the table over all files of some sets, which have the same models; over those files alone whose
    /// attribute has a value, where one is given.
    static func lines(
        _ sets: [ScoredClips], where condition: (attribute: String, value: String)? = nil
    ) -> [AudioReport.Line] {
        let metrics = sets.compactMap { set -> [AudioMetrics]? in
            let places = set.files.indices.filter { place in
                guard let condition else { return true }
                return set.value(of: condition.attribute, place) == condition.value
            }
            guard !places.isEmpty else { return nil }
            let truths = set.files.map { set.clips.files[$0].label }
            return set.models.map {
                AudioMetrics($0.scores, files: places, truths: truths, labels: set.clips.labels)
            }
        }
        return sets[0].models.indices.map { place in
            AudioReport.Line(name: sets[0].models[place].name, metrics: .merged(metrics.map { $0[place] }))
        }
    }

    /// The table for each value of an attribute, a column of the manifest: numbers in their order, then names.
    static func parts(_ sets: [ScoredClips], by attribute: String) -> [AudioReport.Part] {
        let values = sets.flatMap { set in set.files.indices.map { set.value(of: attribute, $0) } }
        return Dictionary(values.map { ($0, 1) }, uniquingKeysWith: +)
            .sorted { a, b in
                switch (Double(a.key), Double(b.key)) {
                case let (x?, y?): x == y ? a.key < b.key : x < y
                case (_?, nil): true
                case (nil, _?): false
                case (nil, nil): a.key < b.key
                }
            }
            .map { value, files in
                .init(value: value, files: files, lines: lines(sets, where: (attribute, value)))
            }
    }

    private func value(of attribute: String, _ place: Int) -> String {
        clips.list.clips[files[place]].value(of: attribute) ?? ""
    }
}

extension ClipList {
    /// Fails where no clip has an attribute.
    ///
    /// - Throws: `FileError` that names the nearest column of the manifest.
    func require(attribute: String) throws {
        guard !clips.contains(where: { $0.value(of: attribute) != nil }) else { return }
        let usual = ["fold", "group"].filter { name in clips.contains { $0.value(of: name) != nil } }
        let known = Set(clips.flatMap(\.attributes.keys)).union(usual).sorted()
        let nearest = NearestName.of(attribute, among: known).map { "; the nearest is \"\($0)\"" } ?? ""
        throw FileError.malformed(
            path, .file, "no column \"\(attribute)\" found\(nearest)"
                + (known.isEmpty ? "" : "; there are \(known.joined(separator: ", "))"))
    }
}

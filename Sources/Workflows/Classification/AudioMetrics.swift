import Training

/// How well chunks and files are told apart: one label each, the one that is most probable.
public struct AudioMetrics: Hashable, Sendable {
    /// The names of the labels.
    public let labels: [String]
    /// Chunks that were taken for each label, each with the label of its file; a row a true label.
    public let chunks: ConfusionMatrix
    /// Files, by the votes of their chunks.
    public let files: ConfusionMatrix

    /// The share of chunks with the right label.
    public var accuracy: Double { chunks.accuracy }
    /// The mean of the labels' F1 over chunks, of labels that occur or were given.
    public var macroF1: Double { Self.macroF1(chunks) }
    /// The share of files with the right label.
    public var fileAccuracy: Double { files.accuracy }
    /// The mean of the labels' F1 over files, of labels that occur or were given.
    public var fileMacroF1: Double { Self.macroF1(files) }

    /// - Parameters:
    ///   - scores: What a model says of the chunks of all files.
    ///   - files: Those among them that count; all where nil.
    ///   - truths: The label of each file.
    ///   - labels: The names of the labels.
    package init(_ scores: ChunkScores, files counted: [Int]? = nil, truths: [Int32], labels: [String]) {
        var (chunks, files) = (ConfusionMatrix(classCount: labels.count), ConfusionMatrix(classCount: labels.count))
        for file in counted ?? Array(truths.indices) {
            let (rows, truth) = (scores.rows(of: file), truths[file])
            chunks.add(
                predictions: rows.map { Int32(scores.best(in: scores.chunk($0))) },
                targets: [Int32](repeating: truth, count: rows.count))
            files.add(predictions: [Int32(scores.best(in: scores.votes(of: file)[...]))], targets: [truth])
        }
        (self.labels, self.chunks, self.files) = (labels, chunks, files)
    }

    private init(labels: [String], chunks: ConfusionMatrix, files: ConfusionMatrix) {
        (self.labels, self.chunks, self.files) = (labels, chunks, files)
    }

    /// Metrics from counts, a row a true label, as `counts` gives them.
    package init(labels: [String], chunks: [[Int]], files: [[Int]]) {
        func matrix(_ counts: [[Int]]) -> ConfusionMatrix {
            var matrix = ConfusionMatrix(classCount: labels.count)
            for (target, row) in counts.enumerated() {
                for (prediction, count) in row.enumerated() where count > 0 {
                    matrix.add(predictions: [Int32(prediction)], targets: [Int32(target)], weights: [Float(count)])
                }
            }
            return matrix
        }
        self.init(labels: labels, chunks: matrix(chunks), files: matrix(files))
    }

    /// The counts of a matrix, a row a true label.
    public func counts(_ matrix: KeyPath<AudioMetrics, ConfusionMatrix>) -> [[Int]] {
        labels.indices.map { target in labels.indices.map { Int(self[keyPath: matrix][target, $0]) } }
    }

    /// The metrics of several disjoint parts as of one; all have the same labels.
    package static func merged(_ parts: [AudioMetrics]) -> AudioMetrics {
        var (chunks, files) = (parts[0].chunks, parts[0].files)
        for part in parts.dropFirst() {
            precondition(part.labels == parts[0].labels, "metrics of different labels")
            chunks.merge(part.chunks)
            files.merge(part.files)
        }
        return AudioMetrics(labels: parts[0].labels, chunks: chunks, files: files)
    }

    /// Labels that neither occur nor were given have no F1.
    private static func macroF1(_ matrix: ConfusionMatrix) -> Double {
        let seen = (0..<matrix.classCount).filter { label in
            (0..<matrix.classCount).contains { matrix[label, $0] > 0 || matrix[$0, label] > 0 }
        }
        return seen.isEmpty ? 0 : seen.reduce(0) { $0 + matrix.f1(of: $1) } / Double(seen.count)
    }
}

/// The logarithms of the probabilities that chunks have each label, file by file.
package struct ChunkScores: Sendable {
    /// L.
    let labelCount: Int
    /// `[M, L]`, the chunks of the first file first; any numbers that differ from log-probabilities by a constant a
    /// chunk.
    let values: [Float]
    /// Where the chunks of each file begin, and the end.
    private let starts: [Int]

    package init(labelCount: Int, values: [Float], chunkCounts: [Int]) {
        (self.labelCount, self.values) = (labelCount, values)
        starts = chunkCounts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        precondition(values.count == starts[starts.count - 1] * labelCount, "\(values.count) scores of chunks")
    }

    func rows(of file: Int) -> Range<Int> { starts[file]..<starts[file + 1] }

    /// The scores of one chunk.
    func chunk(_ row: Int) -> ArraySlice<Float> { values[row * labelCount..<(row + 1) * labelCount] }

    /// The mean of a file's chunks for each label.
    func votes(of file: Int) -> [Float] { Self.votes(rows(of: file).lazy.map { chunk($0) }, labelCount: labelCount) }

    /// The mean of some chunks for each label; zeros for none.
    static func votes(_ chunks: some Collection<ArraySlice<Float>>, labelCount: Int) -> [Float] {
        var sums = [Double](repeating: 0, count: labelCount)
        for chunk in chunks { for (label, value) in chunk.enumerated() { sums[label] += Double(value) } }
        return sums.map { Float($0 / Double(max(chunks.count, 1))) }
    }

    /// The label with the highest score, the first of equals.
    func best(in scores: ArraySlice<Float>) -> Int {
        scores.indices.reduce(scores.startIndex) { scores[$1] > scores[$0] ? $1 : $0 } - scores.startIndex
    }
}

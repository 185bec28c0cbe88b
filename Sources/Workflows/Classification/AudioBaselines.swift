import Audio
import Glibc
import Kernels
import Training

/// The baselines that stand beside every classifier, fitted on its training part: all but the simplest see each chunk
/// as the mean and the spread of its MFCCs, without an order in time.
enum AudioBaselines {
    static let majorityName = "most frequent label"
    static let regressionName = "mean and spread of MFCCs, logistic regression"
    static let neighborName = "mean and spread of MFCCs, nearest neighbour"

    /// Coefficients of the MFCCs.
    private static let coefficients = 20

    /// What a baseline says of the chunks of some files, `[M, L]`.
    typealias Scores = (name: String, values: [Float])

    /// - Parameters:
    ///   - training: The chunks of the training part.
    ///   - scored: The chunks to score.
    ///   - cache: Where their MFCCs are kept; nil for nowhere.
    static func scores(
        training: AudioChunks, scored: SoundChunks, labelCount: Int, sampleRate: Int, cache: FeatureCache?,
        pool: WorkerPool
    ) throws(FeatureSettings.Invalid) -> [Scores] {
        let summaries = try ChunkSummaries(sampleRate: sampleRate, coefficients: coefficients, cache: cache)
        var rows = summaries.rows(of: training.chunks, pool: pool)
        let scaler = FeatureScaler(fitting: [rows])
        rows = scaler.scaled(rows)
        let scoredRows = scaler.scaled(summaries.rows(of: scored, pool: pool))
        return [
            (regressionName, regression(rows, training.labels, scoredRows, labelCount, pool)),
            (neighborName, neighbors(rows, training.labels, scoredRows, labelCount, pool)),
            (majorityName, majority(shares(of: training.labels, labelCount: labelCount), rows: scored.count)),
        ]
    }

    /// The share of chunks that have each label.
    static func shares(of labels: [Int32], labelCount: Int) -> [Float] {
        MostFrequentLabels(targets: labels.map { [$0] }, labelCount: labelCount).frequencies
    }

    /// The same for every chunk: the logarithm of each label's share.
    static func majority(_ shares: [Float], rows: Int) -> [Float] {
        let scores = shares.map { Float(log(Double(max($0, .leastNormalMagnitude)))) }
        return (0..<rows).flatMap { _ in scores }
    }

    /// One logistic regression a label, their probabilities brought to a sum of 1.
    private static func regression(
        _ training: Features, _ labels: [Int32], _ scored: Features, _ labelCount: Int, _ pool: WorkerPool
    ) -> [Float] {
        func sparse(_ features: Features) -> SparseRows {
            var rows = SparseRows(columnCount: features.channelCount)
            for row in 0..<features.frameCount {
                rows.append(features.frame(row).enumerated().map { (column: Int32($0.offset), value: $0.element) })
            }
            return rows
        }
        let probabilities = LogisticRegression(cost: 1).scores(
            training: sparse(training), targets: labels.map { [$0] }, labelCount: labelCount,
            scoring: [sparse(scored)], parallel: pool.run)[0]
        var scores = probabilities
        for row in 0..<scored.frameCount {
            let range = row * labelCount..<(row + 1) * labelCount
            let sum = probabilities[range].reduce(0) { $0 + Double($1) }
            for place in range {
                scores[place] = Float(log(max(Double(probabilities[place]), 1e-30)) - log(max(sum, 1e-30)))
            }
        }
        return scores
    }

    /// Minus the distance to the nearest training chunk of each label (squared, over the number of features).
    private static func neighbors(
        _ training: Features, _ labels: [Int32], _ scored: Features, _ labelCount: Int, _ pool: WorkerPool
    ) -> [Float] {
        let width = training.channelCount
        let result = UnsafeMutableBufferPointer<Float>.allocate(capacity: scored.frameCount * labelCount)
        defer { result.deallocate() }
        nonisolated(unsafe) let scores = result
        pool.run(scored.frameCount) { row in
            let own = scores.baseAddress! + row * labelCount
            own.initialize(repeating: -.greatestFiniteMagnitude, count: labelCount)
            scored.values.withUnsafeBufferPointer { scored in
                training.values.withUnsafeBufferPointer { training in
                    for (other, label) in labels.enumerated() {
                        var distance: Float = 0
                        for column in 0..<width {
                            let difference = scored[row * width + column] - training[other * width + column]
                            distance += difference * difference
                        }
                        own[Int(label)] = max(own[Int(label)], -distance / Float(width))
                    }
                }
            }
        }
        return Array(result)
    }
}

/// Chunks as mean and standard deviation of each MFCC over their frames.
private struct ChunkSummaries {
    private let extractor: FeatureExtractor
    private let cache: FeatureCache?

    init(sampleRate: Int, coefficients: Int, cache: FeatureCache?) throws(FeatureSettings.Invalid) {
        self.cache = cache
        var settings = FeatureSettings(.mfcc, sampleRate: sampleRate)
        settings.coefficientCount = coefficients
        extractor = try FeatureExtractor(settings)
    }

    /// A row a chunk: `[M, 2 coefficients]`.
    func rows(of chunks: SoundChunks, pool: WorkerPool) -> Features {
        let count = extractor.channelCount
        let rows = Slots<[Float]>(count: chunks.count)
        // More parts than threads, so that long chunks at one end hold nobody up.
        let parts = WorkerPool.ranges(chunks.count, parts: 8 * pool.threadCount)
        pool.run(parts.count) { part in
            let workspace = FeatureExtractor.Workspace(extractor)
            var samples: [Float] = []
            for place in parts[part] {
                chunks.read(place, into: &samples)
                rows[place] = Self.summary(
                    cache?.features(of: samples, with: extractor, workspace: workspace)
                        ?? extractor.features(of: samples, workspace: workspace))
            }
        }
        return Features(
            values: (0..<chunks.count).flatMap { rows[$0]! }, frameCount: chunks.count, channelCount: 2 * count)
    }

    private static func summary(_ features: Features) -> [Float] {
        let (count, frames) = (features.channelCount, Double(max(features.frameCount, 1)))
        var (means, deviations) = ([Float](), [Float]())
        for channel in 0..<count {
            var (sum, squares) = (0.0, 0.0)
            for frame in 0..<features.frameCount { sum += Double(features[frame, channel]) }
            for frame in 0..<features.frameCount {
                let difference = Double(features[frame, channel]) - sum / frames
                squares += difference * difference
            }
            means.append(Float(sum / frames))
            deviations.append(Float((squares / frames).squareRoot()))
        }
        return means + deviations
    }
}

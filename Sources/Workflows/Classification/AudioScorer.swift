import Glibc
import Kernels
import Layers
import Tensors
import Training

/// Scores chunks in batches on all threads.
struct AudioScorer {
    let model: AudioModel
    let pipeline: AudioPipeline
    let labels: Int
    let batchSize: Int
    let pool: WorkerPool

    /// The logarithm of each label's probability for each chunk, `[M, L]`.
    func logProbabilities(of chunks: SoundChunks) -> [Float] {
        // Chunks of like length meet, so that little is padded.
        let loader = DataLoader(
            lengths: chunks.lengths, batchSize: max(1, min(batchSize, chunks.count / pool.threadCount)), seed: 0)
        let batches = loader.batchesForEvaluation()
        let result = UnsafeMutableBufferPointer<Float>.allocate(capacity: chunks.count * labels)
        defer { result.deallocate() }
        nonisolated(unsafe) let scores = result
        let (model, pipeline, labels) = (model, pipeline, labels)
        pool.run(batches.count) { index in
            let batch = batches[index]
            let (features, lengths) = pipeline.batch(batch, of: chunks)
            let logits = model(features, lengths: lengths, .inference)
            for (place, row) in batch.enumerated() {
                Self.logSoftmax(
                    logits.pointer + place * labels, into: scores.baseAddress! + Int(row) * labels, count: labels)
            }
        }
        return Array(result)
    }

    /// x - log sum exp(x)
    private static func logSoftmax(
        _ logits: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, count: Int
    ) {
        var largest = -Float.infinity
        for label in 0..<count { largest = max(largest, logits[label]) }
        var sum = 0.0
        for label in 0..<count { sum += exp(Double(logits[label] - largest)) }
        let total = largest + Float(log(sum))
        for label in 0..<count { output[label] = logits[label] - total }
    }
}

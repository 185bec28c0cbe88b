import Glibc

/// Among how many equally likely words a language model hesitates: exp of the mean negative log-likelihood of a word.
///
///     var perplexity = Perplexity()
///     perplexity.add(meanLoss: loss.scalar, count: words)   // of each batch
///     perplexity.value
public struct Perplexity: Codable, Hashable, Sendable {
    private var loss = 0.0
    private var count = 0.0

    public init() {}

    /// - Parameters:
    ///   - meanLoss: The mean cross-entropy of a batch's words, in nats.
    ///   - count: The words of the batch that counted, or their weight.
    public mutating func add(meanLoss: Float, count: Double) {
        precondition(count >= 0, "a batch of \(count) words")
        guard count > 0 else { return }
        loss += Double(meanLoss) * count
        self.count += count
    }

    /// Adds what another has seen.
    public mutating func merge(_ other: Perplexity) {
        loss += other.loss
        count += other.count
    }

    /// nil where nothing was added.
    public var value: Double? { count > 0 ? exp(loss / count) : nil }
}

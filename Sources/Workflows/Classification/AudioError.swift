import Kernels

/// Why a classifier cannot classify.
public enum AudioError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The score of a label is not a number: the weights are finite, but sums of them are not.
    case notFinite(label: String)

    public var description: String {
        switch self {
        case .notFinite(let label):
            "the model cannot be used: its weights are so large that the probability of \"\(label)\" is not a number"
        }
    }

    /// Fails where a score is not a number.
    ///
    /// - Parameter scores: `[M, L]`.
    static func check(_ scores: [Float], labels: [String]) throws {
        let place = scores.withUnsafeBufferPointer { scores in
            scores.baseAddress.flatMap { Vector.firstNonFinite($0, count: scores.count) }
        }
        if let place { throw AudioError.notFinite(label: labels[place % labels.count]) }
    }
}

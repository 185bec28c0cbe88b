/// Which of several models is kept: the simplest whose error on the validation part is within one standard error of the
/// least (Breiman et al. 1984, "Classification and regression trees"). A difference that noise alone can make is no
/// reason for a larger model.
///
/// The validation part is cut into stretches in time order, as neighbouring windows have much the same errors. With d_b
/// the error of a model on stretch b less that of the best model, and B stretches, a model is within one standard error
/// where
///
///     mean(d) <= deviation(d) / sqrt(B)
package struct ForecastSelection {
    /// A model that was tried.
    package struct Candidate {
        let name: String
        /// On the whole validation part (`ForecastLine.error`).
        let error: Double
        /// On each stretch of it.
        let stretches: [Double]

        package init(name: String, error: Double, stretches: [Double]) {
            (self.name, self.error, self.stretches) = (name, error, stretches)
        }
    }

    /// Stretches of the validation part, at most.
    static let stretchCount = 10

    /// The simplest first.
    package let candidates: [Candidate]
    /// The one with the least error.
    package let best: Int
    /// The one that is kept.
    package let chosen: Int

    package init(_ candidates: [Candidate]) {
        precondition(!candidates.isEmpty, "no model to choose")
        let best = candidates.indices.min { candidates[$0].error < candidates[$1].error }!
        (self.candidates, self.best) = (candidates, best)
        let near = candidates.filter { Self.isWithinOneStandardError($0, of: candidates[best]) }
        // A model that is better than one of these, and simpler, is not to be passed over.
        let most = near.map(\.error).max() ?? candidates[best].error
        chosen = candidates.firstIndex { $0.error <= most } ?? best
    }

    private static func isWithinOneStandardError(_ candidate: Candidate, of best: Candidate) -> Bool {
        if candidate.error <= best.error { return true }
        let differences = zip(candidate.stretches, best.stretches).map { $0 - $1 }
        // Of two differences no one can tell how much they scatter.
        guard differences.count > 2 else { return false }
        let count = Double(differences.count)
        let mean = differences.reduce(0, +) / count
        let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        return mean <= (variance / count).squareRoot()
    }

    /// What was chosen and why; nil where there was no choice.
    package var sentence: String? {
        guard candidates.count > 1 else { return nil }
        let (chosen, best) = (candidates[chosen], candidates[best])
        let others = candidates.filter { $0.name != chosen.name }.map { "\($0.name) \(Self.short($0.error))" }
        let list = "(\(others.joined(separator: ", ")))"
        if chosen.name == best.name {
            return "Model: \(best.name); it has the least error on the validation part, \(Self.short(best.error)) "
                + "\(list)."
        }
        return "Model: \(chosen.name); its error on the validation part, \(Self.short(chosen.error)), is within one "
            + "standard error of the least, that of \(best.name), and it is the simpler model \(list)."
    }

    private static func short(_ error: Double) -> String { "\((error * 10_000).rounded() / 10_000)" }
}

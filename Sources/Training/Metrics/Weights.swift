/// What metrics ask of the weights of their rows.
enum Weights {
    /// Traps where there is not one finite weight from 0 for each of `count` rows.
    static func check(_ weights: [Float]?, count: Int) {
        guard let weights else { return }
        precondition(weights.count == count, "\(weights.count) weights for \(count) rows")
        for weight in weights { precondition(weight >= 0 && weight.isFinite, "a weight of \(weight)") }
    }
}

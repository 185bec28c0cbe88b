import Tensors

/// Windows of a batch as a network reads them, none of them on a tape.
struct ForecastBatch {
    /// What was seen, `[N, L]`: scaled, without the calendar's profile, and normalised window by window.
    let values: Tensor
    /// What the calendar says of the steps that were seen, `[N, L, K]`; nil where nothing is known.
    let past: Tensor?
    /// What the calendar says of the steps to come, `[N, H, K]`; nil as for `past`.
    let future: Tensor?
    /// What normalisation took off each window, and what it divided by: `[N]`.
    let levels, spreads: [Float]
    /// Whether normalisation did anything.
    let isNormalized: Bool

    /// N
    var rows: Int { values.shape[0] }

    /// The values and what the calendar says of their steps side by side, `[N, L, 1 + K]`.
    var steps: Tensor {
        let column = values.reshaped([values.shape[0], values.shape[1], 1])
        return past.map { .concatenated([column, $0]) } ?? column
    }
}

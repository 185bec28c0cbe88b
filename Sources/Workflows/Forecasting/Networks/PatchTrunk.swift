import Layers
import Tensors

/// What decides about the parameters of a patched transformer.
struct PatchSizes: Sendable {
    /// L.
    let lookback: Int
    /// Steps of a patch, and from one patch to the next.
    let patch, stride: Int
    /// D.
    let width: Int
    let layers: Int
    let heads: Int
    let feedForward: Int
    let dropout: Float

    /// P: patches of a window that is followed by `stride` repetitions of its last value.
    var patches: Int { max(lookback + stride - patch, 0) / stride + 1 }
}

/// A transformer over patches of the window: pieces of it are the words (PatchTST; Nie et al. 2023, "A time series is
/// worth 64 words: long-term forecasting with transformers"). The head sees all patches side by side.
///
/// Each series is a window of its own, and all share these weights (channel independence). Blocks normalise by
/// `LayerNorm` behind their parts, where the paper normalises over the batch.
struct PatchTrunk: ForecastTrunk {
    private let sizes: PatchSizes
    private let embedding: Linear
    private let positions: LearnedPositions
    private let dropout: Dropout
    private let network: TransformerEncoder

    init(_ sizes: PatchSizes, scope: Scope) {
        self.sizes = sizes
        embedding = Linear(inputs: sizes.patch, outputs: sizes.width, scope: scope["embedding"])
        positions = LearnedPositions(width: sizes.width, maximumSteps: sizes.patches, scope: scope["positions"])
        dropout = Dropout(sizes.dropout)
        network = TransformerEncoder(
            TransformerOptions(
                width: sizes.width, heads: sizes.heads, feedForward: sizes.feedForward, norm: .after,
                dropout: sizes.dropout),
            blocks: sizes.layers, scope: scope)
    }

    var features: Int { sizes.patches * sizes.width }

    func callAsFunction(_ batch: ForecastBatch, _ context: Context) -> Tensor {
        let embedded = embedding(patches(of: batch.values), context)
        let x = dropout(positions(embedded, context), context)
        return network(x, context).reshaped([batch.rows, features])
    }

    /// `[N, P, patch]`
    private func patches(of values: Tensor) -> Tensor {
        let (rows, steps) = (values.shape[0], values.shape[1])
        let result = Tensor(uninitialized: [rows, sizes.patches, sizes.patch])
        for row in 0..<rows {
            let x = values.pointer + row * steps
            for patch in 0..<sizes.patches {
                let target = result.mutablePointer + (row * sizes.patches + patch) * sizes.patch
                for place in 0..<sizes.patch { target[place] = x[min(patch * sizes.stride + place, steps - 1)] }
            }
        }
        return result
    }
}

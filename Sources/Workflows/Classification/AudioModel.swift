import Layers
import Tensors

/// The network of a classifier of sounds.
///
/// - Input: features `[N, T, C]` of N chunks, and the frames of each
/// - Output: logits `[N, L]`
///
/// A chunk without frames has the features of silence, zeros.
struct AudioModel: Sendable {
    /// The sizes that follow from features and data.
    struct Sizes: Sendable {
        /// C.
        let channels: Int
        /// The frames of a whole chunk; samples, where the features are the waveform.
        let frames: Int
        let labels: Int
        /// Of waveforms: how a bank of learned filters makes frames of samples.
        let bank: SlidingWindow?
    }

    /// For waveforms: learned filters, as many as the encoder has, and their level on a scale like a logarithm's.
    private let bank: Sequential?
    private let convolutions: Sequential?
    private let encoder: (any Layer)?
    private let pooling: any Layer
    private let dropout: Dropout
    private let head: Linear

    /// - Precondition: The recipe has been validated: the keys of its kind are there.
    init(_ recipe: AudioRecipe, _ sizes: Sizes, scope: Scope) {
        let model = recipe.model
        let plan = Plan(model, sizes)
        let drop = Float(model.dropout)
        bank = sizes.bank.map { window in
            Sequential(scope: scope["bank"]) {
                Child { Conv1D(inputs: 1, outputs: plan.channels, window: window, scope: $0) }
                Child { BatchNorm(width: plan.channels, scope: $0) }
                Activation.relu
            }
        }
        convolutions = model.filters.map { filters in
            let count = model.convolutions!
            return Sequential(scope: scope["convolutions"]) {
                for place in 0..<count {
                    Child {
                        Conv1D(
                            inputs: place == 0 ? plan.channels : filters, outputs: filters,
                            window: SlidingWindow(size: model.filterWidth!, padding: .same), scope: $0)
                    }
                    Child { BatchNorm(width: filters, scope: $0) }
                    Activation.relu
                    if place < count - 1 { MaxPooling(size: 2, padding: .same) }
                }
                if model.isRecurrent { Dropout(drop) }
            }
        }
        if model.isRecurrent {
            encoder = plan.recurrent(model, scope: scope["recurrent"])
        } else if model.kind == .transformer {
            encoder = Sequential(scope: scope["transformer"]) {
                Child { Conv1D(inputs: plan.channels, outputs: model.hidden!, window: plan.pairs, scope: $0) }
                SinusoidalPositions(width: model.hidden!, maximumSteps: plan.pairs.outputs(of: plan.frames))
                Child {
                    TransformerEncoder(
                        TransformerOptions(
                            width: model.hidden!, heads: model.heads!, feedForward: model.feedForward!, dropout: drop),
                        blocks: model.layers!, scope: $0)
                }
            }
        } else {
            encoder = nil
        }
        switch model.pooling {
        case .last: pooling = Sequential(scope: scope["pooling"]) {}
        case .mean: pooling = GlobalAveragePooling()
        case .max: pooling = GlobalMaxPooling()
        case .attention: pooling = AdditivePooling(width: plan.width, hidden: Plan.attention, scope: scope["pooling"])
        case .both: pooling = MeanAndMaximum()
        }
        dropout = Dropout(drop)
        head = Linear(inputs: plan.features, outputs: sizes.labels, scope: scope["head"])
    }

    /// - Parameter lengths: The frames of each chunk, `[N]`.
    func callAsFunction(_ x: Tensor, lengths: IndexTensor, _ context: Context) -> Tensor {
        var (x, frames): (Tensor, IndexTensor?) = (x, lengths)
        let stages: [(any Layer)?] = [bank, convolutions, encoder, pooling]
        for layer in stages.compactMap({ $0 }) {
            let steps = x.shape[1]
            x = layer(x, lengths: frames, context)
            frames = layer.lengths(after: frames, steps: steps)
        }
        return head(dropout(x, context), context)
    }

    /// The parameters that bound the size of all others, with their shapes: where a file holds these, the model is no
    /// larger than the file by more than a small factor.
    static func largestShapes(_ recipe: AudioRecipe, _ sizes: Sizes) -> [PlannedParameter] {
        Plan(recipe.model, sizes).largestShapes(recipe.model, sizes)
    }
}

/// Mean and maximum over the valid steps of each row, side by side.
///
/// - Input: `[N, T, D]`
/// - Output: `[N, 2D]`
private struct MeanAndMaximum: Layer {
    func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        .concatenated([x.meanOverTime(lengths: lengths), x.maximumOverTime(lengths: lengths)])
    }

    func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? { nil }
}

/// The widths of a model from its input to its head.
private struct Plan {
    /// Channels of the frames that the encoder sees.
    let channels: Int
    /// Frames of a whole chunk.
    let frames: Int
    /// What goes into the recurrent networks.
    let recurrentInputs: Int
    /// Features of a step that is pooled.
    let width: Int
    /// Features of a chunk.
    let features: Int
    let directions: Int

    /// The width of the layer that decides how much attention a step is given.
    static let attention = 64
    /// Filters of a waveform's bank, where the encoder has no convolutions that say how many.
    private static let bankFilters = 64
    /// What a transformer makes one step of.
    let pairs = SlidingWindow(size: 3, stride: 2, padding: .same)

    init(_ model: AudioRecipe.Model, _ sizes: AudioModel.Sizes) {
        channels = sizes.bank == nil ? sizes.channels : model.filters ?? Self.bankFilters
        frames = sizes.bank?.outputs(of: sizes.frames) ?? sizes.frames
        recurrentInputs = model.filters ?? channels
        let directions = [.bilstm, .bigru, .convgru].contains(model.kind) ? 2 : 1
        self.directions = directions
        width = model.hidden.map { $0 * directions } ?? model.filters ?? channels
        features = model.pooling == .both ? 2 * width : width
    }

    func recurrent(_ model: AudioRecipe.Model, scope: Scope) -> Recurrent {
        let kind: Recurrent.Kind =
            switch model.kind {
            case .lstm, .bilstm: .lstm(forgetBias: 1)
            default: .gru
            }
        return Recurrent(
            kind, inputs: recurrentInputs, hidden: model.hidden!, layers: model.layers!,
            direction: directions == 2 ? .both(merge: .concatenate) : .forward,
            output: model.pooling == .last ? .lastStep : .everyStep, dropout: Float(model.dropout), scope: scope)
    }

    func largestShapes(_ model: AudioRecipe.Model, _ sizes: AudioModel.Sizes) -> [PlannedParameter] {
        var shapes: [PlannedParameter] = []
        if let window = sizes.bank { shapes.append(("bank.0.weight", [channels, 1, window.size])) }
        if let filters = model.filters {
            // Convolution, norm, activation, pool: four places each.
            shapes += (0..<model.convolutions!).map { place in
                ("convolutions.\(4 * place).weight", [filters, place == 0 ? channels : filters, model.filterWidth!])
            }
        }
        if model.isRecurrent {
            let gates = [.lstm, .bilstm].contains(model.kind) ? 4 : 3
            for layer in 0..<model.layers! {
                for suffix in directions == 2 ? ["", "_reverse"] : [""] {
                    shapes += [
                        (
                            "recurrent.weight_ih_l\(layer)\(suffix)",
                            [gates * model.hidden!, layer == 0 ? recurrentInputs : width]
                        ),
                        ("recurrent.weight_hh_l\(layer)\(suffix)", [gates * model.hidden!, model.hidden!]),
                    ]
                }
            }
        } else if model.kind == .transformer {
            shapes.append(("transformer.0.weight", [model.hidden!, channels, pairs.size]))
            for layer in 0..<model.layers! {
                shapes += [
                    ("transformer.2.layers.\(layer).self_attn.in_proj_weight", [3 * model.hidden!, model.hidden!]),
                    ("transformer.2.layers.\(layer).linear1.weight", [model.feedForward!, model.hidden!]),
                ]
            }
        }
        return shapes + [("head.weight", [sizes.labels, features])]
    }
}

import Layers

extension ForecastRecipe {
    /// The trunk that the recipe describes.
    ///
    /// - Precondition: The recipe has been validated: the keys of its kind are there.
    func trunk(_ sizes: ForecastModel.Sizes, scope: Scope) -> any ForecastTrunk {
        let inputs = 1 + sizes.calendar
        let dropout = Float(model.dropout ?? 0)
        switch model.kind {
        case .linear, .nlinear: return WindowTrunk(features: sizes.lookback)
        case .dlinear: return DecompositionTrunk(lookback: sizes.lookback, kernel: model.kernel!)
        case .rnn, .lstm, .gru:
            let kind = model.kind.recurrent
            if model.strategy == .decoder {
                return DecoderTrunk(
                    kind, calendar: sizes.calendar, horizon: sizes.horizon, hidden: model.hidden!,
                    layers: model.layers!, dropout: dropout, scope: scope)
            }
            return RecurrentTrunk(
                kind, inputs: inputs, hidden: model.hidden!, layers: model.layers!, dropout: dropout, scope: scope)
        case .attention:
            return AttentionTrunk(
                model.kind.recurrent, inputs: inputs, hidden: model.hidden!, layers: model.layers!, dropout: dropout,
                scope: scope)
        case .conv1d:
            return ConvolutionTrunk(
                inputs: inputs, filters: model.filters!, size: model.filterWidth!,
                layers: convolutionLayers(sizes), dropout: dropout, scope: scope)
        case .transformer: return PatchTrunk(patchSizes(sizes), scope: scope)
        }
    }

    /// The trunk's parameters that bound the size of its others, and the number of its features.
    ///
    /// - Precondition: as of `trunk`.
    func trunkPlan(_ sizes: ForecastModel.Sizes) -> (parameters: [PlannedParameter], features: Int) {
        let inputs = 1 + sizes.calendar
        switch model.kind {
        case .linear, .nlinear: return ([], sizes.lookback)
        case .dlinear: return ([], 2 * sizes.lookback)
        case .rnn, .lstm, .gru, .attention:
            let hidden = model.hidden!
            let gates = model.kind == .rnn ? 1 : model.kind == .lstm ? 4 : 3
            let networks = model.strategy == .decoder ? ["encoder.", "decoder."] : [""]
            let parameters = networks.flatMap { network in
                (0..<model.layers!).flatMap { layer -> [PlannedParameter] in
                    [
                        ("\(network)weight_ih_l\(layer)", [gates * hidden, layer == 0 ? inputs : hidden]),
                        ("\(network)weight_hh_l\(layer)", [gates * hidden, hidden]),
                    ]
                }
            }
            guard model.kind == .attention else { return (parameters, hidden) }
            return (parameters + [("attention.weight", [hidden, hidden])], 2 * hidden)
        case .conv1d:
            let filters = model.filters!
            let parameters = (0..<convolutionLayers(sizes)).map { layer -> PlannedParameter in
                ("\(layer).weight", [filters, layer == 0 ? inputs : filters, model.filterWidth!])
            }
            return (parameters, filters)
        case .transformer:
            let patches = patchSizes(sizes)
            let parameters =
                [
                    ("embedding.weight", [patches.width, patches.patch]),
                    ("positions.weight", [patches.patches, patches.width]),
                ]
                + (0..<patches.layers).flatMap { layer -> [PlannedParameter] in
                    [
                        ("layers.\(layer).self_attn.in_proj_weight", [3 * patches.width, patches.width]),
                        ("layers.\(layer).linear1.weight", [patches.feedForward, patches.width]),
                    ]
                }
            return (parameters, patches.patches * patches.width)
        }
    }

    private func convolutionLayers(_ sizes: ForecastModel.Sizes) -> Int {
        model.layers! > 0
            ? model.layers! : ConvolutionTrunk.layers(lookback: sizes.lookback, size: model.filterWidth!)
    }

    private func patchSizes(_ sizes: ForecastModel.Sizes) -> PatchSizes {
        PatchSizes(
            lookback: sizes.lookback, patch: min(model.patch!, sizes.lookback),
            stride: min(model.patchStride!, sizes.lookback), width: model.hidden!, layers: model.layers!,
            heads: model.heads!, feedForward: model.feedForward!, dropout: Float(model.dropout!))
    }
}

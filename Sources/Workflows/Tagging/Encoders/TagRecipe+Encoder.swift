import Layers

extension TagRecipe {
    /// The encoder that the recipe describes.
    ///
    /// - Precondition: The recipe has been validated: the keys of its kind are there.
    func encoder(inputs: Int, scope: Scope) -> any TagEncoder {
        switch model.kind {
        case .rnn, .lstm, .gru, .bilstm, .bigru:
            RecurrentEncoder(recurrent(inputs), pooling: model.pooling!, scope: scope)
        case .attention:
            AttentionEncoder(recurrent(inputs), attention: model.attention!, scope: scope)
        case .conv1d:
            ConvolutionEncoder(inputs: inputs, filters: model.filters!, widths: model.filterWidths!, scope: scope)
        case .transformer: TransformerTextEncoder(transformer(inputs), scope: scope)
        case .average: MeanEncoder(inputs: inputs)
        }
    }

    /// The encoder's parameters that bound the size of its others, and the number of its features.
    ///
    /// - Precondition: as of `encoder`.
    func encoderPlan(inputs: Int) -> (parameters: [PlannedParameter], features: Int) {
        switch model.kind {
        case .rnn, .lstm, .gru, .bilstm, .bigru:
            (recurrent(inputs).plan, recurrent(inputs).features(model.pooling!))
        case .attention:
            AttentionEncoder.plan(recurrent(inputs), attention: model.attention!)
        case .conv1d:
            ConvolutionEncoder.plan(inputs: inputs, filters: model.filters!, widths: model.filterWidths!)
        case .transformer: (transformer(inputs).plan, transformer(inputs).features)
        case .average: ([], inputs)
        }
    }

    private func recurrent(_ inputs: Int) -> RecurrentSizes {
        let (cell, isBidirectional): (RecurrentSizes.Cell, Bool) =
            switch model.kind {
            case .rnn: (.rnn, false)
            case .lstm: (.lstm, false)
            case .bilstm: (.lstm, true)
            case .gru: (.gru, false)
            default: (.gru, true)
            }
        return RecurrentSizes(
            cell: cell, isBidirectional: isBidirectional, inputs: inputs, hidden: model.hidden!, layers: model.layers!)
    }

    private func transformer(_ inputs: Int) -> TransformerSizes {
        TransformerSizes(
            inputs: inputs, width: model.hidden!, layers: model.layers!, heads: model.heads!,
            feedForward: model.feedForward!, pooling: model.pooling!, maximumLength: text.maximumLength,
            dropout: Float(model.dropout))
    }
}

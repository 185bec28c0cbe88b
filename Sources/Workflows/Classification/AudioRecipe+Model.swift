extension AudioRecipe {
    /// The network: for waveforms a bank of filters, an encoder over the frames, one row of features out of its steps,
    /// a linear layer on these.
    ///
    /// Keys that a kind of encoder does not use are nil, and not among the keys of its recipe.
    public struct Model: Codable, Hashable, Sendable {
        /// What the encoder is made of.
        public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
            /// Convolutions along time.
            case conv1d
            case lstm
            case gru
            /// Two LSTMs, one from each end.
            case bilstm
            /// Two GRUs, one from each end.
            case bigru
            /// Convolutions along time, and two GRUs over what they put out.
            case convgru
            /// The encoder of a transformer (Vaswani et al. 2017), over pairs of neighbouring frames.
            case transformer
        }

        /// How the steps of an encoder become one row of features.
        public enum Pooling: String, Codable, Hashable, Sendable, CaseIterable {
            /// The state behind the last step that each direction reads; of recurrent networks alone.
            case last
            case mean
            /// The largest number of each feature over the steps.
            case max
            /// The mean, with weights that additive attention gives (Yang et al. 2016).
            case attention
            /// Mean and maximum side by side.
            case both
        }

        public var kind: Kind
        /// Filters of every convolution; of a waveform's bank in any case.
        public var filters: Int?
        /// Convolutions one on the other; behind each but the last the steps are halved.
        public var convolutions: Int?
        /// Steps that a convolution looks at.
        public var filterWidth: Int?
        /// The width of a recurrent network's state in each direction, or of a transformer's steps.
        public var hidden: Int?
        /// Recurrent networks, or blocks of a transformer, one on the other.
        public var layers: Int?
        /// Attention heads in each block of a transformer.
        public var heads: Int?
        /// The width of the hidden layer in each block of a transformer.
        public var feedForward: Int?
        public var pooling: Pooling
        /// The probability with which training drops what goes into the recurrent and the last layer.
        public var dropout: Double
        /// The share of the target that is spread over all labels alike.
        public var labelSmoothing: Double
    }
}

extension AudioRecipe.Model {
    /// The defaults of a kind.
    init(_ kind: Kind) {
        self.kind = kind
        (pooling, dropout, labelSmoothing) = (.attention, 0.4, 0.1)
        switch kind {
        case .conv1d: (filters, convolutions, filterWidth, pooling) = (96, 4, 5, .both)
        case .lstm, .gru, .bilstm, .bigru: (hidden, layers) = (64, 1)
        case .convgru: (filters, convolutions, filterWidth, hidden, layers) = (64, 3, 5, 64, 1)
        case .transformer: (hidden, layers, heads, feedForward, dropout) = (64, 2, 4, 128, 0.1)
        }
    }

    var isRecurrent: Bool {
        switch kind {
        case .lstm, .gru, .bilstm, .bigru, .convgru: true
        case .conv1d, .transformer: false
        }
    }
}

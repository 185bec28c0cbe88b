extension TagRecipe {
    /// The network: word vectors, an encoder that makes features of a text out of them, a linear layer on these.
    ///
    /// Keys that a kind of encoder does not use are nil, and not among the keys of its recipe.
    public struct Model: Codable, Hashable, Sendable {
        /// What makes the features of a text out of the vectors of its words.
        public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
            /// The plain recurrent network of Elman, with tanh.
            case rnn
            case lstm
            case gru
            /// Two LSTMs, one from each end.
            case bilstm
            /// Two GRUs, one from each end.
            case bigru
            /// Convolutions of several widths, the maximum over time of each (`TextCNN`).
            case conv1d
            /// Two GRUs, one from each end, and additive attention over their steps (Yang et al. 2016, "Hierarchical
            /// attention networks for document classification").
            case attention
            /// The encoder of a transformer (Vaswani et al. 2017).
            case transformer
            /// The mean of the word vectors, without anything that knows their order.
            case average
        }

        /// How the steps of an encoder become one row of features.
        public enum Pooling: String, Codable, Hashable, Sendable, CaseIterable {
            /// The state behind the last word that each direction reads; of recurrent networks alone.
            case last
            /// The mean over the steps.
            case mean
            /// The largest number of each feature over the steps.
            case max
            /// All that there are of these, side by side.
            case all
        }

        public var kind: Kind
        /// Networks that are trained side by side, of whose logits the mean counts.
        public var networks: Int
        /// The width of a word's vector, for each network.
        public var embedding: Int
        /// The width of a recurrent network's state in each direction, or of a transformer's steps.
        public var hidden: Int?
        /// Recurrent networks, or blocks of a transformer, one on the other.
        public var layers: Int?
        public var pooling: Pooling?
        /// Convolutions of each width.
        public var filters: Int?
        /// How many words a convolution looks at, a number for each width.
        public var filterWidths: [Int]?
        /// Attention heads in each block of a transformer.
        public var heads: Int?
        /// The width of the hidden layer in each block of a transformer.
        public var feedForward: Int?
        /// The width of the hidden layer that decides how much attention a word is given.
        public var attention: Int?
        /// The probability with which training drops whole words.
        public var wordDropout: Double
        /// The probability with which training drops elements of word vectors.
        public var embeddingDropout: Double
        /// The probability with which training drops what goes into the last layer.
        public var dropout: Double
    }
}

extension TagRecipe.Model {
    /// The defaults of a kind.
    init(_ kind: Kind) {
        self.kind = kind
        (networks, embedding) = (1, 64)
        (wordDropout, embeddingDropout, dropout) = (0.1, 0.3, 0.3)
        switch kind {
        case .rnn, .lstm, .gru, .bilstm, .bigru: (hidden, layers, pooling) = (64, 1, .last)
        case .attention: (hidden, layers, attention) = (64, 1, 64)
        case .conv1d: (filters, filterWidths) = (64, [1, 2, 3])
        case .transformer: (hidden, layers, pooling, heads, feedForward) = (64, 1, .max, 4, 128)
        case .average: embedding = 128
        }
    }
}

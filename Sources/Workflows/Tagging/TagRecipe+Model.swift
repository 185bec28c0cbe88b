import Layers

extension TagRecipe {
    /// The network: word vectors, an encoder that makes features of a text out of them, a linear layer on these.
    ///
    /// Keys that a kind of encoder does not use are nil, and not among the keys of its recipe.
    public struct Model: Codable, Hashable, Sendable {
        /// What makes the features of a text out of the vectors of its words.
        public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
            case lstm
            /// Two LSTMs, one from each end.
            case bilstm
            /// The mean of the word vectors, without anything that knows their order.
            case average
        }

        public var kind: Kind
        /// The width of a word's vector.
        public var embedding: Int
        /// The width of a recurrent network's state in each direction.
        public var hidden: Int?
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
        embedding = 64
        (wordDropout, embeddingDropout, dropout) = (0.1, 0.3, 0.3)
        switch kind {
        case .lstm, .bilstm: hidden = 64
        case .average: embedding = 128
        }
    }

    /// Whether the encoder weighs words by attention.
    var hasAttention: Bool { false }

    /// - Precondition: the recipe has been validated.
    func encoder(inputs: Int, scope: Scope) -> any TagEncoder {
        switch kind {
        case .lstm, .bilstm:
            RecurrentEncoder(inputs: inputs, hidden: hidden!, isBidirectional: kind == .bilstm, scope: scope)
        case .average: MeanEncoder(inputs: inputs)
        }
    }

    /// The encoder's parameters that bound the size of its others, and the number of its features.
    func encoderPlan(inputs: Int) -> (parameters: [PlannedParameter], features: Int) {
        switch kind {
        case .lstm, .bilstm:
            (
                RecurrentEncoder.plan(inputs: inputs, hidden: hidden!, isBidirectional: kind == .bilstm),
                (kind == .bilstm ? 2 : 1) * hidden!
            )
        case .average: ([], inputs)
        }
    }
}

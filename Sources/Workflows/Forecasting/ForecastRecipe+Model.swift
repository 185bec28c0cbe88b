import Layers
import TimeSeries

extension ForecastRecipe {
    /// The network: something that makes features out of a window, and a linear layer on these.
    ///
    /// Keys that a kind does not use are nil, and not among the keys of its recipe.
    public struct Model: Codable, Hashable, Sendable {
        /// What makes the features.
        public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
            /// Nothing: the forecast is a linear map of the window.
            case linear
            /// The same on what is left of a window without its last value (Zeng et al. 2023).
            case nlinear
            /// A linear map of the window's trend and another of the rest (Zeng et al. 2023).
            case dlinear
            /// The plain recurrent network of Elman, with tanh.
            case rnn
            case lstm
            case gru
            /// A GRU whose last state asks all of its states (Luong et al. 2015).
            case attention
            /// Causal convolutions with growing dilation.
            case conv1d
            /// A transformer over patches of the window (Nie et al. 2023).
            case transformer

            var isLinear: Bool { self == .linear || self == .nlinear || self == .dlinear }
            var isRecurrent: Bool { self == .rnn || self == .lstm || self == .gru || self == .attention }
        }

        /// What a linear model's weights are before training.
        public enum Start: String, Codable, Hashable, Sendable, CaseIterable {
            /// The solution of ridge regression, its penalty chosen on the validation part. Training is then over,
            /// where `training.epochs` does not ask for more.
            case ridge
            /// All alike, 1 / L, as in the code of Zeng et al. 2023.
            case equal
        }

        /// What stands beside a network.
        public enum Skip: String, Codable, Hashable, Sendable, CaseIterable {
            /// Ridge regression on the window: the network learns what that leaves over.
            case ridge
            case none
        }

        /// How many steps are forecast at once.
        public enum Strategy: String, Codable, Hashable, Sendable, CaseIterable {
            /// All, by a layer with an output for each.
            case direct
            /// One; each forecast is then read as if it had been seen.
            case recursive
            /// All, by a second recurrent network that goes on from the state of the first.
            case decoder
        }

        public var kind: Kind
        public var strategy: Strategy
        /// Of linear models.
        public var start: Start?
        /// Steps that the trend's moving average takes in, of `dlinear`.
        public var kernel: Int?
        /// Of all others.
        public var skip: Skip?
        /// The width of a recurrent network's state, or of a transformer's patches.
        public var hidden: Int?
        /// Recurrent networks, convolutions, or blocks of a transformer, one on the other; 0 for as many convolutions
        /// as see the whole window.
        public var layers: Int?
        /// Outputs of a convolution.
        public var filters: Int?
        /// Steps that a convolution looks at.
        public var filterWidth: Int?
        /// Attention heads in each block of a transformer.
        public var heads: Int?
        /// The width of the hidden layer in each block of a transformer.
        public var feedForward: Int?
        /// Steps of a patch.
        public var patch: Int?
        /// Steps from one patch to the next.
        public var patchStride: Int?
        /// The probability with which training drops features: those between layers, and those that go into the last.
        public var dropout: Double?
    }
}

extension ForecastRecipe.Model {
    /// The defaults of a kind.
    init(_ kind: Kind) {
        (self.kind, strategy) = (kind, .direct)
        switch kind {
        case .linear, .nlinear: start = .ridge
        case .dlinear: (start, kernel) = (.ridge, 25)
        case .rnn, .lstm, .gru, .attention: (skip, hidden, layers, dropout) = (.ridge, 32, 1, 0.1)
        case .conv1d: (skip, filters, filterWidth, layers, dropout) = (.ridge, 32, 3, 0, 0.1)
        case .transformer:
            (skip, hidden, layers, heads, feedForward) = (Skip.none, 16, 3, 4, 128)
            (patch, patchStride, dropout) = (16, 8, 0.3)
        }
    }
}

extension ForecastRecipe.Model.Kind {
    var usualNormalization: WindowNormalization {
        switch self {
        case .nlinear: .last
        case .transformer: .standard
        default: .none
        }
    }

    var usualLearningRate: Double {
        switch self {
        case .linear, .nlinear, .dlinear: 0.0005
        case .transformer: 0.0005
        default: 0.002
        }
    }

    /// The recurrent network that the kind is made of.
    var recurrent: Recurrent.Kind {
        switch self {
        case .rnn: .rnn(.tanh)
        case .lstm: .lstm(forgetBias: 1)
        default: .gru
        }
    }
}

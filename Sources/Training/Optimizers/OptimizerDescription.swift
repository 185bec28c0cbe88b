import Layers

/// Which optimizer, with which numbers. In recipes its kind and its numbers stand side by side:
/// `{"kind": "sgd", "momentum": 0.9, ...}`.
public enum OptimizerDescription: Hashable, Sendable {
    case sgd(SGD.Options = SGD.Options())
    case adaGrad(AdaGrad.Options = AdaGrad.Options())
    case adaDelta(AdaDelta.Options = AdaDelta.Options())
    case rmsProp(RMSProp.Options = RMSProp.Options())
    case adam(Adam.Options = Adam.Options())
    case adamW(AdamW.Options = AdamW.Options())
    case adamax(Adamax.Options = Adamax.Options())
    case nadam(Nadam.Options = Nadam.Options())

    /// The names in recipes.
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case adam, adamw, adamax, nadam, sgd, rmsprop, adagrad, adadelta
    }

    /// An optimizer with the usual numbers.
    public init(_ kind: Kind) {
        self =
            switch kind {
            case .sgd: .sgd()
            case .adagrad: .adaGrad()
            case .adadelta: .adaDelta()
            case .rmsprop: .rmsProp()
            case .adam: .adam()
            case .adamw: .adamW()
            case .adamax: .adamax()
            case .nadam: .nadam()
            }
    }

    public var kind: Kind {
        switch self {
        case .sgd: .sgd
        case .adaGrad: .adagrad
        case .adaDelta: .adadelta
        case .rmsProp: .rmsprop
        case .adam: .adam
        case .adamW: .adamw
        case .adamax: .adamax
        case .nadam: .nadam
        }
    }

    package func optimizer(for parameters: Parameters) -> any Optimizer {
        switch self {
        case .sgd(let options): SGD(for: parameters, options)
        case .adaGrad(let options): AdaGrad(for: parameters, options)
        case .adaDelta(let options): AdaDelta(for: parameters, options)
        case .rmsProp(let options): RMSProp(for: parameters, options)
        case .adam(let options): Adam(for: parameters, options)
        case .adamW(let options): AdamW(for: parameters, options)
        case .adamax(let options): Adamax(for: parameters, options)
        case .nadam(let options): Nadam(for: parameters, options)
        }
    }

    var limits: [OptionLimit] {
        switch self {
        case .sgd(let options): options.limits
        case .adaGrad(let options): options.limits
        case .adaDelta(let options): options.limits
        case .rmsProp(let options): options.limits
        case .adam(let options): options.limits
        case .adamW(let options): options.limits
        case .adamax(let options): options.limits
        case .nadam(let options): options.limits
        }
    }
}

extension OptimizerDescription: Codable {
    private enum Key: String, CodingKey { case kind }

    public init(from decoder: any Decoder) throws {
        self =
            switch try decoder.container(keyedBy: Key.self).decode(Kind.self, forKey: .kind) {
            case .sgd: .sgd(try SGD.Options(from: decoder))
            case .adagrad: .adaGrad(try AdaGrad.Options(from: decoder))
            case .adadelta: .adaDelta(try AdaDelta.Options(from: decoder))
            case .rmsprop: .rmsProp(try RMSProp.Options(from: decoder))
            case .adam: .adam(try Adam.Options(from: decoder))
            case .adamw: .adamW(try AdamW.Options(from: decoder))
            case .adamax: .adamax(try Adamax.Options(from: decoder))
            case .nadam: .nadam(try Nadam.Options(from: decoder))
            }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(kind, forKey: .kind)
        let options: any Encodable =
            switch self {
            case .sgd(let options): options
            case .adaGrad(let options): options
            case .adaDelta(let options): options
            case .rmsProp(let options): options
            case .adam(let options): options
            case .adamW(let options): options
            case .adamax(let options): options
            case .nadam(let options): options
            }
        try options.encode(to: encoder)
    }
}

/// The course of the learning rate over a training, as a factor on it. In recipes the kind and its numbers stand side
/// by side: `{"kind": "cosine", "cycles": 3, ...}`.
public enum LearningRateSchedule: Hashable, Sendable {
    /// The same throughout.
    case constant
    /// Falls in a straight line to zero at the last planned step.
    case linear
    case step(StepDecay = StepDecay())
    case exponential(ExponentialDecay = ExponentialDecay())
    case polynomial(PolynomialDecay = PolynomialDecay())
    case cosine(CosineDecay = CosineDecay())
    case oneCycle(OneCycle = OneCycle())
    case plateau(PlateauReduction = PlateauReduction())

    /// The names in recipes.
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case constant, linear, step, exponential, polynomial, cosine, oneCycle, plateau
    }

    /// A schedule with the usual numbers.
    public init(_ kind: Kind) {
        self =
            switch kind {
            case .constant: .constant
            case .linear: .linear
            case .step: .step()
            case .exponential: .exponential()
            case .polynomial: .polynomial()
            case .cosine: .cosine()
            case .oneCycle: .oneCycle()
            case .plateau: .plateau()
            }
    }

    public var kind: Kind {
        switch self {
        case .constant: .constant
        case .linear: .linear
        case .step: .step
        case .exponential: .exponential
        case .polynomial: .polynomial
        case .cosine: .cosine
        case .oneCycle: .oneCycle
        case .plateau: .plateau
        }
    }

    /// The factor on the learning rate of the next step.
    public func factor(at progress: TrainingProgress) -> Double {
        switch self {
        case .constant: 1
        case .linear: 1 - progress.share
        case .step(let decay): decay.factor(at: progress)
        case .exponential(let decay): decay.factor(at: progress)
        case .polynomial(let decay): decay.factor(at: progress)
        case .cosine(let decay): decay.factor(at: progress)
        case .oneCycle(let cycle): cycle.factor(at: progress)
        case .plateau(let reduction): reduction.factor(at: progress)
        }
    }

    var limits: [OptionLimit] {
        switch self {
        case .constant, .linear: []
        case .step(let decay): decay.limits
        case .exponential(let decay): decay.limits
        case .polynomial(let decay): decay.limits
        case .cosine(let decay): decay.limits
        case .oneCycle(let cycle): cycle.limits
        case .plateau(let reduction): reduction.limits
        }
    }
}

extension LearningRateSchedule: Codable {
    private enum Key: String, CodingKey { case kind }

    public init(from decoder: any Decoder) throws {
        self =
            switch try decoder.container(keyedBy: Key.self).decode(Kind.self, forKey: .kind) {
            case .constant: .constant
            case .linear: .linear
            case .step: .step(try StepDecay(from: decoder))
            case .exponential: .exponential(try ExponentialDecay(from: decoder))
            case .polynomial: .polynomial(try PolynomialDecay(from: decoder))
            case .cosine: .cosine(try CosineDecay(from: decoder))
            case .oneCycle: .oneCycle(try OneCycle(from: decoder))
            case .plateau: .plateau(try PlateauReduction(from: decoder))
            }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(kind, forKey: .kind)
        switch self {
        case .constant, .linear: break
        case .step(let decay): try decay.encode(to: encoder)
        case .exponential(let decay): try decay.encode(to: encoder)
        case .polynomial(let decay): try decay.encode(to: encoder)
        case .cosine(let decay): try decay.encode(to: encoder)
        case .oneCycle(let cycle): try cycle.encode(to: encoder)
        case .plateau(let reduction): try reduction.encode(to: encoder)
        }
    }
}

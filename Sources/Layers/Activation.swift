import Tensors

/// A function of each element, or of each last axis, without weights.
///
/// - Input, output: any shape
///
/// In recipes an activation is its name, with its constant in brackets where it has one: `gelu`, `leakyReLU(0.2)`.
public enum Activation: Layer, Hashable {
    /// 1 where x >= 0, else 0: forward only, no gradient flows.
    case step
    /// x
    case linear
    /// 1 / (1 + exp(-x))
    case sigmoid
    case tanh
    /// max(x, 0)
    case relu
    /// x where x > 0, else slope x.
    case leakyReLU(slope: Float = 0.01)
    /// min(max(x, 0), 6)
    case relu6
    /// x where x > 0, else alpha (exp(x) - 1).
    case elu(alpha: Float = 1)
    /// x Phi(x), Phi the standard normal distribution.
    case gelu
    /// The approximation of GELU by tanh.
    case geluTanh
    /// x / (1 + exp(-x))
    case silu
    /// log(1 + exp(x))
    case softplus
    /// exp(x_c) / sum_k exp(x_k) over the last axis.
    case softmax
    /// min(max(x + 3, 0), 6) / 6
    case hardSigmoid

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor { self(x) }

    public func callAsFunction(_ x: Tensor) -> Tensor {
        switch self {
        case .step: x.step()
        case .linear: x
        case .sigmoid: x.sigmoid()
        case .tanh: x.tanh()
        case .relu: x.relu()
        case .leakyReLU(let slope): x.leakyReLU(slope: slope)
        case .relu6: x.relu6()
        case .elu(let alpha): x.elu(alpha: alpha)
        case .gelu: x.gelu()
        case .geluTanh: x.geluTanh()
        case .silu: x.silu()
        case .softplus: x.softplus()
        case .softmax: x.softmax()
        case .hardSigmoid: x.hardSigmoid()
        }
    }
}

extension Activation: CaseIterable {
    /// Each function once, with the usual constant.
    public static let allCases: [Activation] = [
        .step, .linear, .sigmoid, .tanh, .relu, .leakyReLU(), .relu6, .elu(), .gelu, .geluTanh, .silu, .softplus,
        .softmax, .hardSigmoid,
    ]
}

extension Activation: LosslessStringConvertible {
    public var description: String {
        switch self {
        case .step: "step"
        case .linear: "linear"
        case .sigmoid: "sigmoid"
        case .tanh: "tanh"
        case .relu: "relu"
        case .leakyReLU(let slope): self == .leakyReLU() ? "leakyReLU" : "leakyReLU(\(slope))"
        case .relu6: "relu6"
        case .elu(let alpha): self == .elu() ? "elu" : "elu(\(alpha))"
        case .gelu: "gelu"
        case .geluTanh: "geluTanh"
        case .silu: "silu"
        case .softplus: "softplus"
        case .softmax: "softmax"
        case .hardSigmoid: "hardSigmoid"
        }
    }

    /// The activation of a description; nil where there is none.
    public init?(_ description: String) {
        if let known = Self.allCases.first(where: { $0.description == description }) {
            self = known
            return
        }
        let parts = description.split(separator: "(", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].last == ")", let constant = Float(parts[1].dropLast()), constant.isFinite
        else { return nil }
        switch parts[0] {
        case "leakyReLU": self = .leakyReLU(slope: constant)
        case "elu": self = .elu(alpha: constant)
        default: return nil
        }
    }
}

extension Activation: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let activation = Activation(text) else {
            let known = Self.allCases.map(\.description).joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" found, one of \(known) expected")
        }
        self = activation
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

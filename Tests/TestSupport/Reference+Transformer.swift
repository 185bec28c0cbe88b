import Cantus
import Foundation

extension Reference {
    /// What a transformer block in Double is told of its options.
    public struct TransformerBlock {
        public let heads: Int
        public let activation: FeedForward.Function
        public let norm: TransformerOptions.NormPlacement
        public let isCausal: Bool
        public let isRotary: Bool

        public init(
            heads: Int, activation: FeedForward.Function, norm: TransformerOptions.NormPlacement,
            isCausal: Bool = false, isRotary: Bool = false
        ) {
            (self.heads, self.activation, self.norm) = (heads, activation, norm)
            (self.isCausal, self.isRotary) = (isCausal, isRotary)
        }

        /// A block by its parameters; one of a decoder where there is a memory.
        public func callAsFunction(
            _ x: Sequences, memory: Sequences? = nil, _ parameters: @escaping (String) -> [Double]
        ) -> Sequences {
            func under(_ prefix: String) -> (String) -> [Double] { { parameters("\(prefix).\($0)") } }
            func framed(_ x: Sequences, _ name: String, _ body: (Sequences) -> Sequences) -> Sequences {
                func normed(_ x: Sequences) -> Sequences {
                    x.with(layerNorm(x.values, parameters("\(name).weight"), parameters("\(name).bias"), epsilon: 1e-5))
                }
                func sum(_ added: Sequences) -> Sequences { x.with(zip(x.values, added.values).map { $0 + $1 }) }
                return norm == .before ? sum(body(normed(x))) : normed(sum(body(x)))
            }
            var result = framed(x, "norm1") {
                multiHeadAttention($0, heads: heads, isCausal: isCausal, isRotary: isRotary, under("self_attn"))
            }
            if let memory {
                result = framed(result, "norm2") {
                    multiHeadAttention($0, memory: memory, heads: heads, under("multihead_attn"))
                }
            }
            return framed(result, memory == nil ? "norm2" : "norm3") {
                $0.with(feedForward($0.values, activation, parameters))
            }
        }
    }

    /// x `[..., D]`.
    public static func feedForward(
        _ x: [Double], _ activation: FeedForward.Function, _ parameters: (String) -> [Double]
    ) -> [Double] {
        let width = parameters("linear2.bias").count
        let mapped = linear(x, parameters("linear1.weight"), parameters("linear1.bias"), inputs: width)
        let hidden: [Double] =
            switch activation {
            case .elementwise(let function): mapped.map { Self.activation(function, $0).value }
            case .swiGLU: swiGLU(mapped, width: parameters("linear1.bias").count / 2)
            }
        return linear(
            hidden, parameters("linear2.weight"), parameters("linear2.bias"), inputs: hidden.count * width / x.count)
    }

    /// x `[rows, 2 width]`.
    public static func swiGLU(_ x: [Double], width: Int) -> [Double] {
        stride(from: 0, to: x.count, by: 2 * width).flatMap { start in
            (start..<start + width).map { activation(.silu, x[$0]).value * x[$0 + width] }
        }
    }
}

extension Reference {
    /// Sine at even features, cosine at odd ones.
    public static func wave(step: Int, feature: Int, width: Int) -> Double {
        let angle = Double(step) / pow(10_000, Double(feature / 2 * 2) / Double(width))
        return feature % 2 == 0 ? sin(angle) : cos(angle)
    }
}

import CKernels

extension Activations {
    /// A function of each element whose gradient follows from its input.
    ///
    /// NaN stays NaN; infinities give the limits. The function alone may write over its input.
    public enum OfInput: Hashable, Sendable {
        /// x where x > 0, else slope x
        case leakyReLU(slope: Float)
        /// min(max(x, 0), 6)
        case relu6
        /// x where x > 0, else alpha (exp(x) - 1)
        case elu(alpha: Float)
        /// x Phi(x), Phi the standard normal distribution
        case gelu
        /// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
        case geluTanh
        /// x / (1 + exp(-x))
        case silu
        /// log(1 + exp(x))
        case softplus
        /// min(max(x + 3, 0), 6) / 6
        case hardSigmoid

        /// y = f(x)
        public func apply(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
            switch self {
            case .leakyReLU(let slope): cantus_leaky_relu(x, slope, y, count)
            case .relu6: cantus_relu6(x, y, count)
            case .elu(let alpha): cantus_elu(x, alpha, y, count)
            case .gelu: cantus_gelu(x, y, count)
            case .geluTanh: cantus_gelu_tanh(x, y, count)
            case .silu: cantus_silu(x, y, count)
            case .softplus: cantus_softplus(x, y, count)
            case .hardSigmoid: cantus_hard_sigmoid(x, y, count)
            }
        }

        /// y = f(x) and slopes = f'(x), of which one evaluation makes both; neither may be written over x.
        public func apply(
            _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, slopes: UnsafeMutablePointer<Float>,
            count: Int
        ) {
            switch self {
            case .leakyReLU(let slope): cantus_leaky_relu_slopes(x, slope, y, slopes, count)
            case .relu6: cantus_relu6_slopes(x, y, slopes, count)
            case .elu(let alpha): cantus_elu_slopes(x, alpha, y, slopes, count)
            case .gelu: cantus_gelu_slopes(x, y, slopes, count)
            case .geluTanh: cantus_gelu_tanh_slopes(x, y, slopes, count)
            case .silu: cantus_silu_slopes(x, y, slopes, count)
            case .softplus: cantus_softplus_slopes(x, y, slopes, count)
            case .hardSigmoid: cantus_hard_sigmoid_slopes(x, y, slopes, count)
            }
        }
    }

    /// y = 1 where x >= 0, else 0
    public static func step(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
        cantus_step(x, y, count)
    }
}

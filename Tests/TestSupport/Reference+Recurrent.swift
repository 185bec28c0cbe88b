import Foundation

/// Recurrent layers, one row and one step at a time.
extension Reference {
    public enum RecurrentKind: String, Sendable, CaseIterable {
        case tanhRNN = "RNN, tanh"
        case reluRNN = "RNN, ReLU"
        case gru = "GRU"
        case lstm = "LSTM"
        case normalizedLSTM = "LSTM, layer-normalised"

        /// Whether a cell goes from step to step besides the hidden state.
        public var hasCell: Bool { self == .lstm || self == .normalizedLSTM }
    }

    /// One layer of one direction: x `[rows, steps, inputs]`, states `[rows, width]`.
    public struct RecurrentLayer {
        let kind: RecurrentKind
        let width: Int
        let isReversed: Bool
        /// A parameter by its name without `_l0`: `weight_ih`.
        let parameter: (String) -> [Double]

        public init(
            _ kind: RecurrentKind, width: Int, layer: Int = 0, isReversed: Bool = false,
            parameters: @escaping (String) -> [Double]
        ) {
            (self.kind, self.width, self.isReversed) = (kind, width, isReversed)
            parameter = { parameters("\($0)_l\(layer)" + (isReversed ? "_reverse" : "")) }
        }

        /// - Parameter mask: What the hidden state is multiplied with on its way into the product, `[rows, width]`.
        public func callAsFunction(
            _ x: [Double], steps: Int, lengths: [Int], hidden: [Double]? = nil, cell: [Double]? = nil,
            mask: [Double]? = nil
        ) -> LSTMResult {
            let rows = lengths.count
            let inputs = x.count / (rows * steps)
            let zeros = [Double](repeating: 0, count: rows * width)
            var result = LSTMResult(
                output: [Double](repeating: 0, count: rows * steps * width), hidden: hidden ?? zeros,
                cell: cell ?? zeros)
            for row in 0..<rows {
                let units = row * width..<(row + 1) * width
                for count in 0..<lengths[row] {
                    let place = row * steps + (isReversed ? lengths[row] - 1 - count : count)
                    let (h, c) = step(
                        Array(x[place * inputs..<(place + 1) * inputs]), Array(result.hidden[units]),
                        Array(result.cell[units]), mask.map { Array($0[units]) })
                    result.hidden.replaceSubrange(units, with: h)
                    result.cell.replaceSubrange(units, with: c)
                    result.output.replaceSubrange(place * width..<(place + 1) * width, with: h)
                }
            }
            return result
        }

        private func step(
            _ x: [Double], _ h: [Double], _ c: [Double], _ mask: [Double]?
        ) -> (h: [Double], c: [Double]) {
            let into = mask.map { zip(h, $0).map(*) } ?? h
            var a = linear(x, parameter("weight_ih"), nil, inputs: x.count)
            var b = linear(into, parameter("weight_hh"), nil, inputs: width)
            if kind == .normalizedLSTM {
                a = zip(standardized(a), parameter("gain_ih")).map(*)
                b = zip(standardized(b), parameter("gain_hh")).map(*)
            }
            a = zip(a, parameter("bias_ih")).map(+)
            b = zip(b, parameter("bias_hh")).map(+)
            func sum(_ gate: Int, _ unit: Int) -> Double { a[gate * width + unit] + b[gate * width + unit] }
            let units = Array(0..<width)
            switch kind {
            case .tanhRNN: return (units.map { tanh(sum(0, $0)) }, c)
            case .reluRNN: return (units.map { max(sum(0, $0), 0) }, c)
            case .gru:
                return (units.map { unit in
                    let (r, z) = (sigmoid(sum(0, unit)), sigmoid(sum(1, unit)))
                    let n = tanh(a[2 * width + unit] + r * b[2 * width + unit])
                    return (1 - z) * n + z * h[unit]
                }, c)
            case .lstm, .normalizedLSTM:
                let cell = units.map { sigmoid(sum(1, $0)) * c[$0] + sigmoid(sum(0, $0)) * tanh(sum(2, $0)) }
                var squashed = cell
                if kind == .normalizedLSTM {
                    let scaled = zip(standardized(cell), parameter("gain_cell")).map(*)
                    squashed = zip(scaled, parameter("bias_cell")).map(+)
                }
                return (units.map { sigmoid(sum(3, $0)) * tanh(squashed[$0]) }, cell)
            }
        }

        private func standardized(_ x: [Double]) -> [Double] {
            let mean = x.reduce(0, +) / Double(x.count)
            let variance = x.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(x.count)
            return x.map { ($0 - mean) / (variance + 1e-5).squareRoot() }
        }
    }
}

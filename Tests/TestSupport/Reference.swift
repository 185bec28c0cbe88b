import Foundation

/// Layers in Double, written for plainness alone: what the fast ones are checked against.
public enum Reference {
    public static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// x `[rows, inputs]`, weight `[outputs, inputs]`.
    public static func linear(_ x: [Double], _ weight: [Double], _ bias: [Double]?, inputs: Int) -> [Double] {
        let (rows, outputs) = (x.count / inputs, weight.count / inputs)
        var y = [Double](repeating: 0, count: rows * outputs)
        for row in 0..<rows {
            for output in 0..<outputs {
                var sum = bias?[output] ?? 0
                for input in 0..<inputs { sum += x[row * inputs + input] * weight[output * inputs + input] }
                y[row * outputs + output] = sum
            }
        }
        return y
    }

    public static func softmax(_ x: [Double], columns: Int) -> [Double] {
        stride(from: 0, to: x.count, by: columns).flatMap { start in
            let row = x[start..<start + columns]
            let powers = row.map { exp($0 - row.max()!) }
            return powers.map { $0 / powers.reduce(0, +) }
        }
    }

    /// x `[rows, steps, width]`.
    public static func meanOverTime(_ x: [Double], steps: Int, width: Int, lengths: [Int]) -> [Double] {
        var means = [Double](repeating: 0, count: lengths.count * width)
        for (row, length) in lengths.enumerated() {
            for step in 0..<length {
                for feature in 0..<width {
                    means[row * width + feature] += x[(row * steps + step) * width + feature] / Double(length)
                }
            }
        }
        return means
    }

    public struct LSTMResult {
        public var output: [Double]
        public var hidden: [Double]
        public var cell: [Double]
    }

    /// x `[rows, steps, inputs]`; weights as PyTorch lays them out; state `[rows, width]`.
    public static func lstm(
        x: [Double], rows: Int, steps: Int, inputs: Int, width: Int, inputWeight: [Double], hiddenWeight: [Double],
        inputBias: [Double], hiddenBias: [Double], hidden: [Double]? = nil, cell: [Double]? = nil,
        lengths: [Int]? = nil, reversed: Bool = false
    ) -> LSTMResult {
        let zeros = [Double](repeating: 0, count: rows * width)
        var result = LSTMResult(
            output: [Double](repeating: 0, count: rows * steps * width), hidden: hidden ?? zeros, cell: cell ?? zeros)
        for row in 0..<rows {
            let length = lengths?[row] ?? steps
            for count in 0..<length {
                let step = reversed ? length - 1 - count : count
                let input = Array(x[(row * steps + step) * inputs..<(row * steps + step + 1) * inputs])
                let before = Array(result.hidden[row * width..<(row + 1) * width])
                let fromInput = linear(input, inputWeight, inputBias, inputs: inputs)
                let fromHidden = linear(before, hiddenWeight, hiddenBias, inputs: width)
                for unit in 0..<width {
                    func gate(_ which: Int) -> Double {
                        fromInput[which * width + unit] + fromHidden[which * width + unit]
                    }
                    let (i, f, g, o) = (sigmoid(gate(0)), sigmoid(gate(1)), tanh(gate(2)), sigmoid(gate(3)))
                    let c = f * result.cell[row * width + unit] + i * g
                    result.cell[row * width + unit] = c
                    result.hidden[row * width + unit] = o * tanh(c)
                    result.output[(row * steps + step) * width + unit] = o * tanh(c)
                }
            }
        }
        return result
    }
}

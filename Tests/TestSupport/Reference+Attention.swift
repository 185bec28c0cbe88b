import Foundation

extension Reference {
    /// Heads side by side in rows of steps, and how many steps of each row are valid.
    public struct Sequences {
        public var values: [Double]
        public let steps: Int
        public let lengths: [Int]

        public init(_ values: [Double], steps: Int, lengths: [Int]) {
            (self.values, self.steps, self.lengths) = (values, steps, lengths)
        }

        /// Features of a step.
        public var width: Int { lengths.isEmpty || steps == 0 ? 0 : values.count / (lengths.count * steps) }

        func step(_ row: Int, _ step: Int, head: Int = 0, of heads: Int = 1) -> [Double] {
            let size = width / heads
            let start = (row * steps + step) * width + head * size
            return Array(values[start..<start + size])
        }

        /// The same steps under another content.
        func with(_ values: [Double]) -> Sequences { Sequences(values, steps: steps, lengths: lengths) }

        /// Zeros behind the lengths.
        public var masked: Sequences {
            var result = self
            let width = width
            for (row, length) in lengths.enumerated() {
                for index in (row * steps + length) * width..<(row + 1) * steps * width { result.values[index] = 0 }
            }
            return result
        }
    }

    public struct AttentionResult {
        public var output: [Double]
        /// `[N, H, T, K]`
        public var weights: [Double]
    }

    /// y_t = sum_j softmax_j(score(q_t, k_j)) v_j over the keys that are valid and visible; zeros where there are none.
    public static func attention(
        queries: Sequences, keys: Sequences, values: Sequences, heads: Int = 1, keyHeads: Int = 1,
        isCausal: Bool = false, score: (_ query: [Double], _ key: [Double]) -> Double
    ) -> AttentionResult {
        let (rows, valueWidth) = (queries.lengths.count, values.width / keyHeads)
        var result = AttentionResult(
            output: [Double](repeating: 0, count: rows * queries.steps * heads * valueWidth),
            weights: [Double](repeating: 0, count: rows * heads * queries.steps * keys.steps))
        for row in 0..<rows {
            for head in 0..<heads {
                let keyHead = head / (heads / keyHeads)
                for step in 0..<queries.lengths[row] {
                    let visible = isCausal ? min(step + 1, keys.lengths[row]) : keys.lengths[row]
                    guard visible > 0 else { continue }
                    let query = queries.step(row, step, head: head, of: heads)
                    let scores = (0..<visible).map { score(query, keys.step(row, $0, head: keyHead, of: keyHeads)) }
                    for (place, weight) in softmax(scores, columns: visible).enumerated() {
                        result.weights[((row * heads + head) * queries.steps + step) * keys.steps + place] = weight
                        for (feature, value) in values.step(row, place, head: keyHead, of: keyHeads).enumerated() {
                            let index = ((row * queries.steps + step) * heads + head) * valueWidth + feature
                            result.output[index] += weight * value
                        }
                    }
                }
            }
        }
        return result
    }

    /// score = scale q k, with scale 1 / sqrt(width of a head) where nil.
    public static func scaledDotProductAttention(
        queries: Sequences, keys: Sequences, values: Sequences, heads: Int, keyHeads: Int, isCausal: Bool,
        scale: Double? = nil
    ) -> AttentionResult {
        let scale = scale ?? 1 / Double(queries.width / heads).squareRoot()
        return attention(
            queries: queries, keys: keys, values: values, heads: heads, keyHeads: keyHeads, isCausal: isCausal
        ) { query, key in scale * dot(query, key) }
    }

    /// score = v tanh(q + k), for queries and keys that are mapped already.
    public static func additiveAttention(
        queries: Sequences, keys: Sequences, values: Sequences, weight: [Double]
    ) -> AttentionResult {
        attention(queries: queries, keys: keys, values: values) { query, key in
            dot(weight, zip(query, key).map { tanh($0 + $1) })
        }
    }

    static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    /// nn.MultiheadAttention by its parameters, under a prefix; attends to itself where there is no memory. With
    /// rotations, queries and keys are turned.
    public static func multiHeadAttention(
        _ x: Sequences, memory: Sequences? = nil, heads: Int, isCausal: Bool = false, isRotary: Bool = false,
        _ parameters: (String) -> [Double]
    ) -> Sequences {
        let (width, source) = (x.width, memory ?? x)
        let (weight, bias) = (parameters("in_proj_weight"), parameters("in_proj_bias"))
        func mapped(_ x: Sequences, _ part: Int) -> Sequences {
            let rows = part * width..<(part + 1) * width
            let result = linear(
                x.values, Array(weight[rows.lowerBound * width..<rows.upperBound * width]), Array(bias[rows]),
                inputs: width)
            return x.with(isRotary && part < 2 ? rotated(result, steps: x.steps, width: width, heads: heads) : result)
        }
        let attended = scaledDotProductAttention(
            queries: mapped(x, 0), keys: mapped(source, 1), values: mapped(source, 2), heads: heads, keyHeads: heads,
            isCausal: isCausal)
        return x.with(
            linear(attended.output, parameters("out_proj.weight"), parameters("out_proj.bias"), inputs: width)
        )
    }

    /// Pairs of neighbours as complex numbers, times exp(i t 10000^(-2i / D)).
    public static func rotated(_ x: [Double], steps: Int, width: Int, heads: Int) -> [Double] {
        var result = x
        let size = width / heads
        for start in stride(from: 0, to: x.count, by: 2) {
            let (step, feature) = (start / width % steps, start % width % size)
            let angle = Double(step) * pow(10_000, -Double(feature) / Double(size))
            result[start] = cos(angle) * x[start] - sin(angle) * x[start + 1]
            result[start + 1] = sin(angle) * x[start] + cos(angle) * x[start + 1]
        }
        return result
    }
}

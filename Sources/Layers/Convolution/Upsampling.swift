import Kernels
import Tensors

/// More steps from few, by a whole factor f.
///
/// - Input: `[N, T, C]`
/// - Output: `[N, f T, C]`; zeros behind a row's end
public struct Upsampling: Layer {
    /// What stands between the steps of the input.
    public enum Method: String, Hashable, Sendable, CaseIterable {
        /// Each step f times: y[t] = x[t / f].
        case nearest
        /// A line from the middle of one step to that of the next, level before the first and behind the last, as
        /// PyTorch's `linear` without `align_corners`: y[t] = x at (t + 1/2) / f - 1/2.
        case linear
    }

    public let factor: Int
    public let method: Method

    public init(factor: Int, method: Method = .nearest) {
        precondition(factor > 0, "an upsampling by \(factor)")
        (self.factor, self.method) = (factor, method)
    }

    public func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? {
        lengths.map { lengths in
            let result = IndexTensor(uninitialized: lengths.shape)
            for row in 0..<lengths.count {
                result.mutablePointer[row] = lengths.pointer[row] * Int32(factor)
            }
            return result
        }
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        precondition(x.shape.rank == 3, "upsampling of \(x.shape); [N, T, C] is expected")
        let (rows, steps, channels) = (x.shape[0], x.shape[1], x.shape[2])
        lengths?.checkLengths(rows: rows, steps: steps)
        @Sendable func length(_ row: Int) -> Int { lengths.map { Int($0.pointer[row]) } ?? steps }
        let result = Tensor(zeros: [rows, steps * factor, channels])
        for row in 0..<rows {
            forEachShare(of: length(row)) { output, input, share in
                Vector.add(
                    share, x.pointer + (row * steps + input) * channels,
                    to: result.mutablePointer + (row * steps * factor + output) * channels, count: channels)
            }
        }
        return result.recorded(from: [x]) { pass in
            guard let sink = pass.sink(0) else { return }
            for row in 0..<rows {
                forEachShare(of: length(row)) { output, input, share in
                    Vector.add(
                        share, pass.upstream + (row * steps * factor + output) * channels,
                        to: sink + (row * steps + input) * channels, count: channels)
                }
            }
        }
    }

    /// Calls `body` with each step of the output, the steps of the input that it is made of, and their shares.
    private func forEachShare(of length: Int, _ body: (_ output: Int, _ input: Int, _ share: Float) -> Void) {
        for output in 0..<length * factor {
            switch method {
            case .nearest:
                body(output, output / factor, 1)
            case .linear:
                let place = max(0, (Float(output) + 0.5) / Float(factor) - 0.5)
                let before = Int(place)
                let share = before + 1 < length ? place - Float(before) : 0
                body(output, before, 1 - share)
                if share > 0 { body(output, before + 1, share) }
            }
        }
    }
}

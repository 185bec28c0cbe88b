import Cantus
import Foundation

extension Reference {
    /// x `[rows, steps, inputs]`, weight `[outputs, inputs / groups, k]`; zeros behind a row's end.
    public static func convolution(
        _ x: [Double], _ weight: [Double], _ bias: [Double], window: SlidingWindow, groups: Int = 1, steps: Int,
        inputs: Int, lengths: [Int]
    ) -> [Double] {
        let (outputs, channels) = (bias.count, inputs / groups)
        let outputSteps = window.outputs(of: steps)
        var y = [Double](repeating: 0, count: lengths.count * outputSteps * outputs)
        for (row, length) in lengths.enumerated() {
            for t in 0..<window.outputs(of: length) {
                for o in 0..<outputs {
                    var sum = bias[o]
                    for j in 0..<window.size {
                        let step = t * window.stride + j * window.dilation - window.stepsBefore
                        guard (0..<length).contains(step) else { continue }
                        for c in 0..<channels {
                            let channel = o / (outputs / groups) * channels + c
                            sum += x[(row * steps + step) * inputs + channel]
                                * weight[(o * channels + c) * window.size + j]
                        }
                    }
                    y[(row * outputSteps + t) * outputs + o] = sum
                }
            }
        }
        return y
    }

    /// What `summary` makes of each window's valid steps, channel by channel: x `[rows, steps, channels]`.
    public static func pool(
        _ x: [Double], window: SlidingWindow, steps: Int, channels: Int, lengths: [Int],
        summary: ([Double]) -> Double
    ) -> [Double] {
        let outputSteps = window.outputs(of: steps)
        var y = [Double](repeating: 0, count: lengths.count * outputSteps * channels)
        for (row, length) in lengths.enumerated() {
            for t in 0..<window.outputs(of: length) {
                let start = t * window.stride - window.stepsBefore
                let valid = (start..<start + window.size).filter { (0..<length).contains($0) }
                for c in 0..<channels {
                    y[(row * outputSteps + t) * channels + c] =
                        summary(valid.map { x[(row * steps + $0) * channels + c] })
                }
            }
        }
        return y
    }

    /// The largest of each row's valid steps, channel by channel: x `[rows, steps, channels]`.
    public static func maximumOverTime(_ x: [Double], steps: Int, channels: Int, lengths: [Int]) -> [Double] {
        lengths.enumerated().flatMap { row, length in
            (0..<channels).map { c in (0..<length).map { x[(row * steps + $0) * channels + c] }.max() ?? 0 }
        }
    }

    /// x `[rows, steps, channels]`.
    public static func upsampling(
        _ x: [Double], factor: Int, method: Upsampling.Method, steps: Int, channels: Int, lengths: [Int]
    ) -> [Double] {
        var y = [Double](repeating: 0, count: x.count * factor)
        for (row, length) in lengths.enumerated() {
            for t in 0..<length * factor {
                let middle = (Double(t) + 0.5) / Double(factor) - 0.5
                let place = method == .nearest ? Double(t / factor) : min(max(middle, 0), Double(length - 1))
                for c in 0..<channels {
                    func value(_ step: Double) -> Double { x[(row * steps + Int(step)) * channels + c] }
                    let share = place - place.rounded(.down)
                    y[(row * steps * factor + t) * channels + c] =
                        (1 - share) * value(place.rounded(.down)) + (share > 0 ? share * value(place.rounded(.up)) : 0)
                }
            }
        }
        return y
    }
}

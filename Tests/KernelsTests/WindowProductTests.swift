import Kernels
import TestSupport
import Testing

@Suite struct WindowProductTests {
    /// Sums tap by tap come into the weights' order: within one square of the buffer, over its edges, and beyond it.
    @Test(arguments: [(1, 1, 1), (3, 5, 7), (3, 40, 37), (1, 200, 16), (70, 2, 33)])
    func sumsAreAddedInTheOrderOfWeights(_ size: (taps: Int, channels: Int, columns: Int)) {
        let (taps, channels, columns) = size
        let sums = randomFloats(taps * channels * columns, seed: 1)
        let before = randomFloats(sums.count, seed: 2)
        var found = before
        sums.withUnsafeBufferPointer { sums in
            found.withUnsafeMutableBufferPointer { weights in
                WindowProduct.addUnpacked(
                    sums.baseAddress!, taps: taps, channels: channels, columns: columns, to: weights.baseAddress!)
            }
        }
        var expected = before
        for tap in 0..<taps {
            for channel in 0..<channels {
                for column in 0..<columns {
                    expected[(column * channels + channel) * taps + tap] +=
                        sums[(tap * channels + channel) * columns + column]
                }
            }
        }
        #expect(found == expected)
    }
}

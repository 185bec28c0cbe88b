import TestSupport
import Tensors
import Testing

/// Operations on sequences beside plain versions in Double.
private let cases = [
    GradientCase(
        "linear, rows 1 to 3 of 4", [[6, 5], [4, 5], [4]], { $0[0].linear($0[1], $0[2], outputs: 1..<4) }
    ) { x in
        Reference.linear(x[0], Array(x[1][5...]), Array(x[2][1...]), inputs: 5)
    },
    GradientCase("masked", [[3, 4, 2]], { $0[0].masked(lengths: IndexTensor([4, 0, 1], [3])) }) { x in
        Reference.Sequences(x[0], steps: 4, lengths: [4, 0, 1]).masked.values
    },
    GradientCase("SwiGLU", [[2, 3, 14]], { $0[0].swiGLU() }) { x in Reference.swiGLU(x[0], width: 7) },
    GradientCase("SwiGLU of whole registers", [[3, 64]], { $0[0].swiGLU() }) { x in Reference.swiGLU(x[0], width: 32) },
]

@Suite struct SequenceGradientTests {
    @Test(arguments: cases) func forwardAndGradient(_ item: GradientCase) { item.check() }

    @Test func aMaskOfFullRowsCostsNothing() {
        let x = randomTensor([2, 3, 4], seed: 1)
        #expect(x.masked(lengths: IndexTensor([3, 3], [2])).pointer == x.pointer)
        #expect(x.masked(lengths: nil).pointer == x.pointer)
        #expect(x.masked(lengths: IndexTensor([3, 2], [2])).pointer != x.pointer)
    }
}

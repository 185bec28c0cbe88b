import Foundation
import Layers
import TestSupport
import Tensors
import Testing

@Suite struct LossTests {
    @Test(arguments: lossTable, MaskCase.all) func valueAndGradients(_ item: LossCase, _ mask: MaskCase) {
        item.checkAgainstReference(mask)
    }

    @Test(arguments: lossTable) func rowsLeftOut(_ item: LossCase) {
        item.checkRowsLeftOut(keeping: [0, 3])
        item.checkRowsLeftOut(keeping: [2])
    }

    @Test(arguments: lossTable) func nothingCounted(_ item: LossCase) { item.checkNothingCounted() }

    /// In a process of its own: other tests take from the same pool.
    @Test func laterCallsAllocateNothing() async {
        await #expect(processExitsWith: .success) {
            for item in lossTable {
                item.runOnce()
                let before = StoragePool.shared.statistics.freshBlocks
                item.runOnce()
                let after = StoragePool.shared.statistics.freshBlocks
                #expect(after == before, "\(item.name)")
            }
        }
    }

    /// Rows enough for every width of vector, and what remains: sums of many equal terms.
    @Test(arguments: [1, 7, 16, 33, 1000]) func anyNumberOfElements(count: Int) {
        let (x, targets) = (Tensor(repeating: 3, [count]), Tensor(repeating: 1, [count]))
        #expect(MeanSquaredError()(x, targets: targets).scalar == 4)
        #expect(MeanAbsoluteError()(x, targets: targets).scalar == 2)
        #expect(HuberLoss()(x, targets: targets).scalar == 1.5)
        #expect(HingeLoss(margin: 4)(x, targets: targets).scalar == 1)
    }

    // MARK: Corners

    @Test func wrongUseTraps() async {
        await #expect(processExitsWith: .failure) {
            _ = CrossEntropy()(Tensor(zeros: [2, 3]), targets: IndexTensor([0, 3], [2]))
        }
        await #expect(processExitsWith: .failure) {
            _ = MultiClassHingeLoss()(Tensor(zeros: [2, 3]), targets: IndexTensor([0, 3], [2]))
        }
        await #expect(processExitsWith: .failure) {
            _ = HingeLoss()(Tensor(zeros: [2]), targets: Tensor([1, 0], [2]))
        }
        await #expect(processExitsWith: .failure) {
            _ = CTCLoss(blank: 1)(Tensor(zeros: [1, 3, 4]), targets: IndexTensor([1], [1, 1]))
        }
        await #expect(processExitsWith: .failure) {
            _ = CTCLoss()(Tensor(zeros: [1, 3, 4]), targets: IndexTensor([4], [1, 1]))
        }
        await #expect(processExitsWith: .failure) {
            let mask = Mask.weights(Tensor([1, -1], [2]))
            _ = MeanSquaredError()(Tensor(zeros: [2, 3]), targets: Tensor(zeros: [2, 3]), mask: mask)
        }
        await #expect(processExitsWith: .failure) {
            let mask = Mask.weights(Tensor(zeros: [3]))
            _ = MeanSquaredError()(Tensor(zeros: [2, 3]), targets: Tensor(zeros: [2, 3]), mask: mask)
        }
    }

    /// Where there is no direction there is no gradient, and nothing that is not a number.
    @Test func vectorsWithoutDirection() {
        let tape = Tape()
        let zeros = tape.watch(Tensor(zeros: [2, 3]))
        let other = tape.watch(Tensor([1, 2, 2, 0, 0, 0], [2, 3]))
        let cosine = CosineLoss()(zeros, other, targets: Tensor([1, -1], [2]))
        #expect(cosine.scalar == 0.5)  // (1 - 0 + 0 - 0) / 2
        let contrastive = ContrastiveLoss(margin: 2)(zeros, zeros, targets: Tensor([-1, -1], [2]))
        #expect(contrastive.scalar == 2)
        let triplet = TripletLoss(margin: 1)(anchor: zeros, positive: zeros, negative: zeros)
        #expect(triplet.scalar == 1)
        tape.backward(from: cosine + contrastive + triplet)
        for tensor in [zeros, other] {
            let gradient = tape.gradient(of: tensor).elements
            #expect(gradient.allSatisfy { $0 == 0 })
        }
    }

    @Test func infeasibleTargetsOfCTC() {
        let tape = Tape()
        let logits = tape.watch(randomTensor([1, 2, 3], seed: 1))
        let repeated = IndexTensor([1, 1], [1, 2])  // needs a blank between, and so three steps
        #expect(CTCLoss(infeasible: .zero)(logits, targets: repeated).scalar == 0)
        let loss = CTCLoss()(logits, targets: repeated)
        #expect(loss.scalar == .infinity)
        tape.backward(from: loss)
        #expect(tape.gradient(of: logits).elements.allSatisfy { $0 == 0 })
    }

    /// A thousand steps, and a blank of probability 1e-78 that has to be taken at one of them.
    @Test func alignmentsThatNoFloatCouldHold() {
        var logits = [Float](repeating: 0, count: 1000 * 2)
        for step in 0..<1000 { logits[step * 2] = 180 }
        let tape = Tape()
        let x = tape.watch(Tensor(logits, [1, 1000, 2]))
        let loss = CTCLoss(blank: 1)(x, targets: IndexTensor([0, 0], [1, 2]))
        // The cheapest alignments have one blank, at any of the 998 inner steps.
        let expected = 180 - log(998.0)
        #expect(abs(Double(loss.scalar) * 2 - expected) < 1e-4)
        tape.backward(from: loss)
        let gradient = tape.gradient(of: x).elements
        #expect(gradient.allSatisfy(\.isFinite) && gradient.contains { $0 != 0 })
    }

    /// Padding may stand where nothing counts, also among the targets.
    @Test func targetsThatAreLeftOutMayBeAnything() {
        let mask = Mask.weights(Tensor([1, 0], [2]))
        let (x, y) = (Tensor([2, 0, 0, 1, 5, 5], [2, 3]), Tensor([0, 0, 3, 1, 5, 5], [2, 3]))
        let classes = IndexTensor([0, 99], [2])
        let weighted = CrossEntropy(weights: Tensor(repeating: 2, [3]), labelSmoothing: 0.1)
        let first = weighted(x.rows([0]), targets: classes.rows([0])).scalar
        #expect(weighted(x, targets: classes, mask: mask).scalar == first)
        #expect(MultiClassHingeLoss()(x, targets: classes, mask: mask).scalar == 0)
        #expect(HingeLoss()(Tensor([0.5, 0], [2]), targets: Tensor([1, 0], [2]), mask: mask).scalar == 0.5)
        #expect(CosineLoss()(x, y, targets: Tensor([1, 0], [2]), mask: mask).scalar == 1)
        let blanks = IndexTensor([1, 0], [2, 1])
        let loss = CTCLoss()(Tensor(zeros: [2, 1, 4]), targets: blanks, mask: mask).scalar
        #expect(abs(Double(loss) - log(4.0)) < 1e-6)
    }

    @Test func weightsOfAMaskForMetrics() {
        let lengths = Mask.lengths(IndexTensor([2, 0], [2]))
        #expect(lengths.weights(for: [2, 3]) == [1, 1, 0, 0, 0, 0])
        #expect(lengths.weights(for: [2, 2, 2]) == [1, 1, 1, 1, 0, 0, 0, 0])
        #expect(Mask.weights(Tensor([0.5, 2], [2])).weights(for: [2, 2]) == [0.5, 0.5, 2, 2])
    }
}

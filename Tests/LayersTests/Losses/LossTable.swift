import Foundation
import Layers
import TestSupport
import Tensors

/// Every loss and its options, beside plain versions in Double.
let lossTable: [LossCase] = elementwiseCases + classCases + distributionCases + pairCases + [ctcCase]

private func signs(_ shape: Shape) -> Tensor {
    Tensor(randomFloats(shape.count, seed: 77).map { $0 > 0 ? 1 : -1 }, shape)
}

/// Elements by width.
private func split(_ x: [Double], by width: Int) -> [[Double]] {
    stride(from: 0, to: x.count, by: width).map { Array(x[$0..<$0 + width]) }
}

// MARK: Numbers

private let elementwiseCases: [LossCase] = {
    var cases: [LossCase] = []
    func add(
        _ name: String, _ shape: Shape, targets: Tensor, _ loss: some Loss<Tensor>,
        _ reference: @escaping @Sendable (_ x: Double, _ t: Double, _ column: Int) -> Double
    ) {
        let exact = targets.elements.map(Double.init)
        cases.append(
            LossCase(
                name: name, inputs: [shape], units: shape,
                loss: { inputs, rows, mask in loss(inputs[0], targets: targets.rows(rows), mask: mask) },
                reference: { x in
                    x[0].indices.map { (reference(x[0][$0], exact[$0], $0 % shape.columns), 1) }
                }))
    }
    let (steps, matrix): (Shape, Shape) = ([4, 3, 2], [5, 3])
    let targets = randomTensor(steps, seed: 7)
    add("mean squared error", steps, targets: targets, MeanSquaredError()) { x, t, _ in (x - t) * (x - t) }
    add("mean absolute error", steps, targets: targets, MeanAbsoluteError()) { x, t, _ in abs(x - t) }
    add("Huber", steps, targets: targets, HuberLoss(delta: 0.75)) { x, t, _ in Reference.huber(x, t, delta: 0.75) }
    add("hinge", matrix, targets: signs(matrix), HingeLoss(margin: 0.75)) { x, t, _ in max(0, 0.75 - t * x) }
    add("squared hinge", steps, targets: signs(steps), HingeLoss(growth: .squared)) { x, t, _ in
        max(0, 1 - t * x) * max(0, 1 - t * x)
    }

    let labels = Tensor(signs(matrix).elements.map { max($0, 0) }, matrix)
    let (weights, positive): ([Float], [Float]) = ([0.5, 2, 1.25], [3, 0.75, 1.5])
    add("binary cross-entropy", matrix, targets: labels, BinaryCrossEntropy()) { x, t, _ in
        Reference.binaryCrossEntropy(x, t)
    }
    let stepLabels = Tensor(signs(steps).elements.map { max($0, 0) }, steps)
    let smoothed = BinaryCrossEntropy(labelSmoothing: 0.25)
    add("binary cross-entropy of steps, smoothing", steps, targets: stepLabels, smoothed) { x, t, _ in
        Reference.binaryCrossEntropy(x, t, smoothing: 0.25)
    }
    for (isWeighted, isPositiveWeighted) in [(true, true), (true, false), (false, true)] {
        let loss = BinaryCrossEntropy(
            weights: isWeighted ? Tensor(weights, [3]) : nil,
            positiveWeights: isPositiveWeighted ? Tensor(positive, [3]) : nil, labelSmoothing: 0.125)
        let name = (isWeighted ? ", weights" : "") + (isPositiveWeighted ? ", positive weights" : "")
        add("binary cross-entropy, smoothing" + name, matrix, targets: labels, loss) { x, t, column in
            (isWeighted ? Double(weights[column]) : 1)
                * Reference.binaryCrossEntropy(
                    x, t, positiveWeight: isPositiveWeighted ? Double(positive[column]) : 1, smoothing: 0.125)
        }
    }
    return cases
}()

// MARK: Classes

private let classCases: [LossCase] = {
    var cases: [LossCase] = []
    func add(
        _ name: String, _ targets: IndexTensor, classes: Int, _ loss: some Loss<IndexTensor>,
        _ reference: @escaping @Sendable (_ x: [Double], _ target: Int) -> LossCase.Unit
    ) {
        let exact = targets.elements.map(Int.init)
        cases.append(
            LossCase(
                name: name, inputs: [Shape(targets.shape.array + [classes])], units: targets.shape,
                loss: { inputs, rows, mask in loss(inputs[0], targets: targets.rows(rows), mask: mask) },
                reference: { x in
                    zip(split(x[0], by: classes), exact).map { $1 < 0 ? (0, 0) : reference($0, $1) }
                }))
    }
    let rows = IndexTensor([1, -1, 3, 0, 3], [5])
    let steps = IndexTensor([1, 0, 2, -100, 4, 4, 3, 2, 1, 0, 0, -1], [4, 3])
    let weights: [Float] = [0.5, 2, 1.25, 0.75, 1.5]
    let exact = weights.map(Double.init)
    let tensor = Tensor(weights, [5])
    add("cross-entropy", rows, classes: 5, CrossEntropy()) { x, t in (Reference.crossEntropy(x, target: t), 1) }
    add("cross-entropy of steps, weights", steps, classes: 5, CrossEntropy(weights: tensor)) { x, t in
        (Reference.crossEntropy(x, target: t, weights: exact), exact[t])
    }
    add("cross-entropy, smoothing", rows, classes: 5, CrossEntropy(labelSmoothing: 0.25)) { x, t in
        (Reference.crossEntropy(x, target: t, smoothing: 0.25), 1)
    }
    add(
        "cross-entropy of steps, weights, smoothing", steps, classes: 5,
        CrossEntropy(weights: tensor, labelSmoothing: 0.125)
    ) { x, t in (Reference.crossEntropy(x, target: t, weights: exact, smoothing: 0.125), exact[t]) }
    add("multi-class hinge", rows, classes: 5, MultiClassHingeLoss()) { x, t in
        (Reference.multiClassHinge(x, target: t, margin: 1, power: 1), 1)
    }
    add(
        "multi-class hinge of steps, squared, weights", steps, classes: 5,
        MultiClassHingeLoss(margin: 0.5, growth: .squared, weights: tensor)
    ) { x, t in (exact[t] * Reference.multiClassHinge(x, target: t, margin: 0.5, power: 2), 1) }
    return cases
}()

// MARK: Distributions

private let distributionCases: [LossCase] = {
    let targets = randomTensor([4, 3], seed: 7)
    let exact = targets.elements.map(Double.init)
    let quantiles: [Float] = [0.1, 0.25, 0.5, 0.95]
    return [
        LossCase(
            name: "quantiles", inputs: [[4, 3, 4]], units: [4, 3],
            loss: { QuantileLoss(quantiles)($0[0], targets: targets.rows($1), mask: $2) },
            reference: { x in
                zip(split(x[0], by: 4), exact).map { x, t in
                    (zip(x, quantiles).reduce(0) { $0 + Reference.pinball($1.0, t, quantile: Double($1.1)) }, 4)
                }
            }),
        LossCase(
            name: "Gaussian", inputs: [[4, 3, 2]], units: [4, 3],
            loss: { GaussianNegativeLogLikelihood(minimumScale: 0.125)($0[0], targets: targets.rows($1), mask: $2) },
            reference: { x in
                zip(split(x[0], by: 2), exact).map { x, t in
                    (Reference.gaussian(mean: x[0], raw: x[1], minimumScale: 0.125, t), 1)
                }
            }),
    ]
}()

// MARK: Pairs and triplets

private let pairCases: [LossCase] = {
    let targets = signs([8])
    let alike = targets.elements.map { $0 > 0 }
    return [
        LossCase(
            name: "cosine", inputs: [[8, 5], [8, 5]], units: [8],
            loss: { CosineLoss(margin: 0.25)($0[0], $0[1], targets: targets.rows($1), mask: $2) },
            reference: { x in
                zip(zip(split(x[0], by: 5), split(x[1], by: 5)), alike).map { pair, alike in
                    let cosine = Reference.cosine(pair.0, pair.1)
                    return (alike ? 1 - cosine : max(0, cosine - 0.25), 1)
                }
            }),
        LossCase(
            name: "contrastive", inputs: [[8, 5], [8, 5]], units: [8],
            loss: { ContrastiveLoss(margin: 3.5)($0[0], $0[1], targets: targets.rows($1), mask: $2) },
            reference: { x in
                zip(zip(split(x[0], by: 5), split(x[1], by: 5)), alike).map { pair, alike in
                    let distance = Reference.distance(pair.0, pair.1)
                    return (pow(alike ? distance : max(0, 3.5 - distance), 2) / 2, 1)
                }
            }),
        LossCase(
            name: "triplet", inputs: [[8, 5], [8, 5], [8, 5]], units: [8],
            loss: { inputs, _, mask in
                TripletLoss()(anchor: inputs[0], positive: inputs[1], negative: inputs[2], mask: mask)
            },
            reference: { x in
                let (anchors, positives, negatives) = (split(x[0], by: 5), split(x[1], by: 5), split(x[2], by: 5))
                return anchors.indices.map { row in
                    let near = Reference.distance(anchors[row], positives[row])
                    return (max(0, near - Reference.distance(anchors[row], negatives[row]) + 1), 1)
                }
            }),
    ]
}()

// MARK: CTC

/// Lengths of input and target of every kind: a repeat, no target, no alignment, nothing at all.
private let ctcCase: LossCase = {
    let targets = IndexTensor([0, 2, 2, 2, 1, 1, 0, 0, 0, 0, 1, 0], [6, 2])
    let (lengths, targetLengths): ([Int32], [Int32]) = ([5, 3, 2, 4, 0, 4], [2, 2, 2, 0, 0, 1])
    let loss = CTCLoss(blank: 3, infeasible: .zero)
    return LossCase(
        name: "CTC", inputs: [[6, 5, 4]], units: [6],
        loss: { inputs, rows, mask in
            loss(
                inputs[0], targets: targets.rows(rows), lengths: IndexTensor(lengths, [6]).rows(rows),
                targetLengths: IndexTensor(targetLengths, [6]).rows(rows), mask: mask)
        },
        reference: { x in
            split(x[0], by: 20).enumerated().map { row, x in
                let length = Int(targetLengths[row])
                let target = targets.elements[row * 2..<row * 2 + length].map(Int.init)
                let steps = Int(lengths[row])
                let loss = Reference.ctc(Array(x[..<(steps * 4)]), steps: steps, classes: 4, target: target, blank: 3)
                return (loss == .infinity ? 0 : loss / Double(max(length, 1)), 1)
            }
        })
}()

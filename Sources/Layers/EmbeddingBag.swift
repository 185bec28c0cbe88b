import Kernels
import Tensors

/// Identifiers in bags: bag b holds `identifiers[offsets[b]..<offsets[b + 1]]`.
public struct Bags: Sendable {
    /// Of all bags, one after the other, `[K]`.
    public let identifiers: IndexTensor
    /// Where each bag begins, and the end, `[B + 1]`.
    public let offsets: IndexTensor

    public init(identifiers: IndexTensor, offsets: IndexTensor) {
        let bags = offsets.count - 1
        precondition(
            bags >= 0 && offsets.pointer[0] == 0 && Int(offsets.pointer[bags]) == identifiers.count,
            "offsets of bags run from 0 to the number of identifiers, \(identifiers.count)")
        for bag in 0..<bags {
            precondition(offsets.pointer[bag] <= offsets.pointer[bag + 1], "bag \(bag) ends before it begins")
        }
        (self.identifiers, self.offsets) = (identifiers, offsets)
    }

    /// The number of bags, B.
    public var count: Int { offsets.count - 1 }

    fileprivate func range(_ bag: Int) -> Range<Int> {
        Int(offsets.pointer[bag])..<Int(offsets.pointer[bag + 1])
    }
}

/// y[b] = the mean of W[i] over the identifiers i in bag b; zeros for an empty bag.
///
/// A word is the bag of itself and its character n-grams (Bojanowski et al. 2017, "Enriching word vectors with subword
/// information"), a text the bag of its words.
///
/// - Input: B bags
/// - Output: `[B, D]`
///
/// Its parameter is `weight` `[V, D]`, as in PyTorch's EmbeddingBag with mode `mean`; the gradient is kept by rows.
public struct EmbeddingBag: Sendable {
    public let weight: Parameter

    /// - Parameters:
    ///   - entries: V.
    ///   - width: D.
    ///   - initializer: How the vectors start; normal with variance 1 as in PyTorch, where nothing else is said.
    public init(
        entries: Int, width: Int, initializer: Initializer = .normal(standardDeviation: 1), scope: Scope
    ) { weight = scope.parameter("weight", [entries, width], initializer, gradientKind: .rows) }

    public func callAsFunction(_ bags: Bags, _ context: Context) -> Tensor {
        let width = weight.shape[1]
        let result = Tensor(zeros: [bags.count, width])
        let (table, target) = (TableRows(of: weight.value, bags.identifiers), result.mutablePointer)
        for bag in 0..<bags.count {
            let range = bags.range(bag)
            let mean = target + bag * width
            for place in range { Vector.add(table.row(place), to: mean, count: width) }
            if range.count > 1 { Vector.scale(1 / Float(range.count), mean, into: mean, count: width) }
        }
        guard let tape = context.tape, let gradients = context.gradients, !weight.isFrozen else { return result }
        let rows = gradients.rows(weight)
        return tape.record([result], from: []) { pass in
            let (numbers, upstream) = (bags.identifiers.pointer, pass.upstream)
            for bag in 0..<bags.count {
                let range = bags.range(bag)
                let share = 1 / Float(range.count)
                for place in range { rows.add(upstream + bag * width, toRow: numbers[place], scale: share) }
            }
        }[0]
    }
}

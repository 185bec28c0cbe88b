import Layers
import TestSupport
import Tensors
import Training

/// A small problem that can be learned: which of two things hold for a sequence of words.
struct ToyProblem: Sendable {
    static let words = 20

    /// Words from 0 to 19, from 1 to 9 of them.
    let rows: [[Int32]]
    /// Whether word 3 is in the sequence, and whether the first word is below 10.
    let targets: [[Float]]

    init(count: Int, seed: UInt64 = 1) {
        var generator = SeededGenerator(seed: seed)
        rows = (0..<count).map { _ in
            (0..<1 + generator.index(below: 9)).map { _ in Int32(generator.index(below: Self.words)) }
        }
        targets = rows.map { [$0.contains(3) ? 1 : 0, $0[0] < 10 ? 1 : 0] }
    }

    func loader(batchSize: Int, seed: UInt64 = 1) -> DataLoader {
        DataLoader(lengths: rows.map { Int32($0.count) }, batchSize: batchSize, seed: seed)
    }

    /// The loss of a model on some of the sequences.
    func loss(_ model: ToyModel) -> Trainer.Loss {
        { [self] batch, context in
            let logits = model(batch.map { rows[Int($0)] }, context)
            let targets = Tensor(batch.flatMap { self.targets[Int($0)] }, [batch.count, 2])
            return BinaryCrossEntropy()(logits, targets: targets)
        }
    }

    /// The mean loss on all sequences, without dropout.
    func loss(of model: ToyModel) -> Double {
        Double(loss(model)((0..<Int32(rows.count)).map { $0 }, .inference).scalar)
    }
}

/// A network with every kind of gradient: a table by rows, recurrent and dense weights.
struct ToyModel: Sendable {
    let words: EmbeddingBag
    let dropout: Dropout
    let lstm: LSTM
    let head: Linear

    init(_ parameters: Parameters, dropout probability: Float = 0) {
        words = EmbeddingBag(entries: ToyProblem.words, width: 6, scope: parameters.scope["words"])
        dropout = Dropout(probability)
        lstm = LSTM(inputs: 6, hidden: 7, scope: parameters.scope["lstm"])
        head = Linear(inputs: 7, outputs: 2, scope: parameters.scope["head"])
    }

    /// Logits `[N, 2]`. Each word's bag holds the word and its double, so that bags share rows of the table.
    func callAsFunction(_ rows: [[Int32]], _ context: Context) -> Tensor {
        let steps = rows.map(\.count).max() ?? 1
        var (identifiers, offsets): ([Int32], [Int32]) = ([], [0])
        for row in rows {
            for step in 0..<steps {
                if step < row.count { identifiers += [row[step], row[step] * 2 % Int32(ToyProblem.words)] }
                offsets.append(Int32(identifiers.count))
            }
        }
        let bags = Bags(
            identifiers: IndexTensor(identifiers, [identifiers.count]), offsets: IndexTensor(offsets, [offsets.count]))
        let vectors = dropout(words(bags, context), context).reshaped([rows.count, steps, 6])
        let lengths = IndexTensor(rows.map { Int32($0.count) }, [rows.count])
        return head(lstm(vectors, lengths: lengths, context).state.hidden, context)
    }
}

extension Parameters {
    /// All weights, parameter by parameter, as the bits that they are.
    var bits: [[UInt32]] { map { $0.value.elements.map(\.bitPattern) } }
}

extension TrainingOptions {
    /// Options for small problems; what a test is about it changes.
    static func toy(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
        var options = TrainingOptions(
            epochs: 4, batchSize: 16, learningRate: 0.01, schedule: .constant, maximumGradientNorm: 1, patience: 0,
            replicas: 1)
        change(&options)
        return options
    }
}

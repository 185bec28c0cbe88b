import Layers
import Tensors

extension StepJob {
    /// Language models and translation: an output over the vocabulary at every step.
    static let language: [StepJob] = [
        languageModel, transformer("small", blocks: 4, width: 128, heads: 4, rows: 12, steps: 64),
        transformer("base", blocks: 6, width: 384, heads: 6, rows: 8, steps: 256), translation,
    ]

    private static let languageModel = StepJob(
        "lm.lstm", "20 words of 10,000, two of lstm of 200, 10,000 at every step",
        identifiers: { RandomBatch.identifiers(below: 10_000, [20, 20]) },
        words: { RandomBatch.identifiers(below: 10_000, [20, 20], seed: 4) },
        products: 2 * products(.lstm(), rows: 20, steps: 20, inputs: 200, hidden: 200) + 400 * 200 * 10_000
    ) { scope, tables in
        let table = Embedding(entries: 10_000, width: 200, gradientKind: tables, scope: scope["table"])
        let encoder = Recurrent(.lstm(), inputs: 200, hidden: 200, layers: 2, scope: scope["encoder"])
        let head = Linear(inputs: 200, outputs: 10_000, scope: scope["head"])
        return ({ x, context in encoder(table(x, context), context) }, head)
    }

    private static func transformer(
        _ name: String, blocks: Int, width: Int, heads: Int, rows: Int, steps: Int
    ) -> StepJob {
        // The masked half of the scores counts: PyTorch's flash attention and ours skip most of it.
        let block = 12 * width * width + 2 * steps * width
        return StepJob(
            "lm.gpt.\(name)", "\(steps) characters of 65, \(blocks) blocks of \(width), 65 at every step",
            identifiers: { RandomBatch.identifiers(below: 65, [rows, steps]) },
            target: { RandomBatch.identifiers(below: 65, [rows, steps], seed: 4) },
            products: rows * steps * (blocks * block + width * 65), loss: JobLoss.classes
        ) { scope, tables in
            let table = Embedding(entries: 65, width: width, gradientKind: tables, scope: scope["table"])
            let positions = LearnedPositions(width: width, maximumSteps: steps, scope: scope["positions"])
            let options = TransformerOptions(width: width, heads: heads, feedForward: 4 * width)
            let encoder = TransformerEncoder(options, blocks: blocks, mask: .causal, scope: scope["encoder"])
            let head = Linear(inputs: width, outputs: 65, scope: scope["head"])
            return { x, context in head(encoder(positions(table(x, context), context), context), context) }
        }
    }

    private static let translation = StepJob(
        "seq2seq.attention", "20 words of 5,000, bidirectional gru of 128, gru with additive attention, 5,000",
        identifiers: { RandomBatch.identifiers(below: 5000, [32, 20]) },
        words: { RandomBatch.identifiers(below: 5000, [32, 20], seed: 4) },
        products: 2 * products(.gru, rows: 32, steps: 20, inputs: 128, hidden: 128)
            + products(.gru, rows: 32, steps: 20, inputs: 384, hidden: 128)
            + 32 * 20 * (256 * 128 + 128 * 128 + 20 * (128 + 256) + 384 * 5000)
    ) { scope, tables in
        let (source, target) = (
            Embedding(entries: 5000, width: 128, gradientKind: tables, scope: scope["source"]),
            Embedding(entries: 5000, width: 128, gradientKind: tables, scope: scope["target"])
        )
        let encoder = Recurrent(
            .gru, inputs: 128, hidden: 128, direction: .both(merge: .concatenate), scope: scope["encoder"])
        let attention = AdditiveAttention(queryWidth: 128, keyWidth: 256, hidden: 128, scope: scope["attention"])
        let decoder = GRU(inputs: 384, hidden: 128, scope: scope["decoder"])
        let head = Linear(inputs: 384, outputs: 5000, scope: scope["head"])
        let decode: @Sendable (IndexTensor, Context) -> Tensor = { x, context in
            let (rows, steps) = (x.shape[0], x.shape[1])
            let memory = encoder(source(x, context), context)
            let keys = attention.mapped(keys: memory, context)
            var state = GRU.State(hidden: Tensor(zeros: [rows, 128]))
            var outputs: [Tensor] = []
            for step in 0..<steps {
                let word = target(x.column(step), context)
                let query = state.hidden.reshaped([rows, 1, 128])
                let found = attention(queries: query, keys: keys, values: memory, context).reshaped([rows, 256])
                let input = Tensor.concatenated([word, found]).reshaped([rows, 1, 384])
                state = decoder(input, state: state, context).state
                outputs.append(.concatenated([state.hidden, found]))
            }
            return Tensor.concatenated(outputs).reshaped([rows, steps, 384])
        }
        return (decode, head)
    }
}

extension IndexTensor {
    /// One column of a matrix, `[N]`.
    fileprivate func column(_ number: Int) -> IndexTensor {
        let result = IndexTensor(uninitialized: [shape[0]])
        for row in 0..<shape[0] { result.mutablePointer[row] = pointer[row * shape[1] + number] }
        return result
    }
}

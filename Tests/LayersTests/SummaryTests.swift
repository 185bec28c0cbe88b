import Layers
import TestSupport
import Tensors
import Testing

/// What a run of a model tells about its layers.
@Suite struct SummaryTests {
    @Test func aLayerHasTheOutputBeforeTheNextLayer() {
        let parameters = Parameters(.seed(1))
        let words = Embedding(entries: 9, width: 4, scope: parameters.scope["words"])
        let network = Recurrent(
            .gru, inputs: 4, hidden: 3, layers: 2, direction: .both(merge: .concatenate),
            scope: parameters.scope["encoder"])
        let head = Linear(inputs: 6, outputs: 2, scope: parameters.scope["head"])
        _ = Linear(inputs: 2, outputs: 2, scope: parameters.scope["unused"])
        let before = parameters.map { $0.value.elements }
        let summary = parameters.summary { context in
            let steps = network(words(IndexTensor([1, 2, 3, 4, 5], [1, 5]), context), context)
            _ = head(steps.meanOverTime().tanh(), context)
        }
        #expect(summary.lines.map(\.name) == ["words", "encoder", "head", "unused"])
        #expect(summary.lines.map(\.output) == [[1, 5, 4], [1, 6], [1, 2], nil])
        #expect(summary.lines.map(\.outputBytes) == [80, 24, 8, nil])
        #expect(summary.outputBytes == 112)
        #expect(summary.parameters == parameters.weightCount)
        #expect(parameters.map { $0.value.elements } == before)
    }

    @Test func frozenLayersAreSeenAndStayFrozen() {
        let parameters = Parameters(.seed(1))
        let first = Linear(inputs: 3, outputs: 4, scope: parameters.scope["first"])
        let second = Linear(inputs: 4, outputs: 2, scope: parameters.scope["second"])
        first.weight.isFrozen = true
        let summary = parameters.summary { context in
            _ = second(first(Tensor(zeros: [1, 3]), context).relu(), context)
        }
        #expect(summary.lines.map(\.output) == [[1, 4], [1, 2]])
        #expect(summary.lines.map(\.frozen) == [12, 0])
        #expect(first.weight.isFrozen && !first.bias.isFrozen)
    }
}

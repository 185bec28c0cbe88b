import TestSupport
import Testing

/// Every layer and option, one line each; the lines are in the files beside this one, the checks that a line has to pass
/// in `Tests/TestSupport/Conformance`:
///
/// - `gradients`: the shape of the output; outputs, and the gradients of all inputs and parameters, beside a plain
///   version in Double and its central differences, for several rows, a batch of one, sequences of one step, and
///   lengths from zero on. How large a relative error in Float32 may be is stated line by line in
///   `Tests/Fixtures/layers/errors.tsv`, 1e-5 for outputs and 1e-4 for gradients at most.
/// - `fixture`: outputs and all gradients beside PyTorch's, to 1e-5. `Tests/Fixtures/layers/make*.py` made them, and
///   name the versions.
/// - `padding`: a row among longer ones comes to what it comes to alone, and nothing behind its end shows, not even NaN.
/// - `replicas`: one, two and three replicas train to equal weights within rounding, training twice to equal bytes.
/// - `memory`: from the second training step on, nothing is allocated.
///
/// Losses have a table of their own (`LossTable`), optimizers and schedules theirs (`OptimizerTests`, `ScheduleTests`);
/// whole models are in `LossCurveTests`, random ones in `RandomSequentialTests`.
private let table: [LayerCase] =
    coreCases + lstmCases + recurrentCases + activationCases + convolutionCases
    + normalizationCases + attentionCases + transformerCases + compositionCases

@Suite struct ConformanceTests {
    /// The errors that a line may have stand in a file, in which every line has its own, and no line that is gone.
    @Test func everyLineStatesItsErrors() {
        let unstated = table.map(\.name).filter { !StatedErrors.hasLine($0) }
        #expect(unstated == [], "CANTUS_UPDATE_GOLDEN=1 writes what is measured")
        #expect(Set(table.map(\.name)).count == table.count, "two lines have one name")
    }

    /// Every layer stands beside PyTorch in one line at least; a few do so in tests of their own, as their fixtures hold
    /// more than the table asks for or inputs that are no floats. Dropout, whose mask is random, cannot.
    @Test func everyLayerHasValuesOfPyTorch() {
        func layer(_ line: LayerCase) -> Substring { line.name.prefix { !", ".contains($0) } }
        let covered = Set(table.filter { $0.fixture != nil }.map(layer))
        let missing = Set(table.map(layer)).subtracting(covered).subtracting([
            "Activation",  // ActivationTests
            "LSTM",  // LSTMFixtureTests
            "Embedding",  // LayerFixtureTests
            "EmbeddingBag",  // EmbeddingBagTests
            "Dropout",
        ])
        #expect(missing.sorted() == [], "layers without a fixture")
    }

    @Test(arguments: table) func gradients(layer: LayerCase) { layer.checkGradients() }

    @Test(arguments: table) func fixture(layer: LayerCase) throws { try layer.checkFixture() }

    @Test(arguments: table) func padding(layer: LayerCase) {
        layer.checkPadding()
        layer.checkPaddingContent()
    }

    @Test(arguments: table) func replicas(layer: LayerCase) throws { try layer.checkReplicas() }

    @Test(arguments: table) func memory(layer: LayerCase) throws { try layer.checkMemory() }
}

import TestSupport
import Testing

/// Every layer and option, one line each; the lines are in the files beside this one.
private let table: [LayerCase] = coreCases + lstmCases + recurrentCases + activationCases + convolutionCases
    + normalizationCases + attentionCases + transformerCases + compositionCases

@Suite struct ConformanceTests {
    /// The errors that a line may have stand in a file, in which every line has its own, and no line that is gone.
    @Test func everyLineStatesItsErrors() {
        let unstated = table.map(\.name).filter { !StatedErrors.hasLine($0) }
        #expect(unstated == [], "CANTUS_UPDATE_GOLDEN=1 writes what is measured")
        #expect(Set(table.map(\.name)).count == table.count, "two lines have one name")
    }

    /// Every layer stands beside PyTorch in one line at least; activations do so in a test of their own.
    @Test func everyLayerHasValuesOfPyTorch() {
        func layer(_ line: LayerCase) -> Substring { line.name.prefix { !", ".contains($0) } }
        let covered = Set(table.filter { $0.fixture != nil }.map(layer))
        let missing = Set(table.map(layer)).subtracting(covered).subtracting(["Activation", "LSTM"])
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

import TestSupport
import Testing

/// Every layer and option, one line each; the lines are in the files beside this one.
private let table: [LayerCase] = coreCases + lstmCases + recurrentCases + activationCases + convolutionCases
    + normalizationCases + attentionCases + transformerCases + compositionCases

@Suite struct ConformanceTests {
    @Test(arguments: table) func gradients(layer: LayerCase) { layer.checkGradients() }

    @Test(arguments: table) func fixture(layer: LayerCase) throws { try layer.checkFixture() }

    @Test(arguments: table) func padding(layer: LayerCase) {
        layer.checkPadding()
        layer.checkPaddingContent()
    }

    @Test(arguments: table) func replicas(layer: LayerCase) throws { try layer.checkReplicas() }

    @Test(arguments: table) func memory(layer: LayerCase) throws { try layer.checkMemory() }
}

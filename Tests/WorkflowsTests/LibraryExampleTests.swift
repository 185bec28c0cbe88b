import Cantus
import TestSupport
import Testing

/// The README's example of the library, word for word but for the paths.
@Suite struct LibraryExampleTests {
    @Test func readmeExample() throws {
        let corpus = PackageRoot.path + "/Corpora/questions.tsv"
        let pool = WorkerPool()
        let rows = try LabeledTexts.read(path: corpus)
        let (tagger, report) = try TagTraining(TagRecipe(.average), pool: pool)
            .run(rows, path: corpus, test: nil)
        #expect(report.model.metrics.microF1 > 0.8)
        #expect(report.verdict.contains("baseline"))
        let predictions = try tagger.predictions(of: ["my sourdough is too dense"], pool: pool)
        #expect(predictions[0].first?.label == "bread")
    }
}

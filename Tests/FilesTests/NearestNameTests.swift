import Files
import Testing

@Suite struct NearestNameTests {
    @Test func closestInEditsAndTheFirstOfEquals() {
        #expect(NearestName.of("epochs", among: ["batch", "epoch", "epocs"]) == "epoch")
        #expect(NearestName.of("kitten", among: ["sitting", "mittens"]) == "mittens")
        #expect(NearestName.of("Titel", among: ["title", "tags"]) == "title")
    }

    @Test func nothingWhereNothingIsClose() {
        #expect(NearestName.of("x", among: []) == nil)
        #expect(NearestName.of("learning-rate", among: ["seed", "text"]) == nil)
    }
}

import Cantus
import Foundation
import Testing

@Suite("Maps of words")
struct WordMapTests {
    @Test("A label lies within the picture, overlaps no other and no point; what has no room is counted")
    func noOverlaps() throws {
        var generator = SeededGenerator(seed: 8)
        let points = (0..<600).map { number in
            WordMap.Point(word: "word\(number)", x: generator.normal(), y: generator.normal())
        }
        let map = WordMap(points: points, axes: (x: "x", y: "y"))
        let boxes = map.labelBoxes.compactMap { $0 }
        #expect(boxes.count + map.unlabelled == 600)
        #expect(map.unlabelled > 0)
        #expect(boxes.count > 100)
        for (place, box) in boxes.enumerated() {
            for other in boxes[(place + 1)...] { #expect(!box.overlaps(other)) }
        }
        #expect(map.svg.contains("\(map.unlabelled) words have no room for their labels"))
        #expect(map.svg.components(separatedBy: "<circle").count == 601)
    }

    @Test("With room for all, every word is on the picture, as sound XML")
    func everyWord() throws {
        let words = ["a<b", "c&d", "\"q\"", "中文", "x\u{1}y"]
        let points = words.enumerated().map { WordMap.Point(word: $1, x: Double($0), y: Double($0 % 3)) }
        let map = WordMap(points: points, axes: (x: "first <1 %>", y: "second"))
        #expect(map.unlabelled == 0)
        for text in ["a&lt;b", "c&amp;d", "&quot;q&quot;", "中文", "x\u{FFFD}y", "first &lt;1 %&gt;"] {
            #expect(map.svg.contains(">\(text)</text>"))
        }
        #expect(!map.svg.contains("no room"))
        #expect(map.svg.hasPrefix("<svg ") && map.svg.hasSuffix("</svg>\n"))
        #expect(WordMap(points: points, axes: (x: "first <1 %>", y: "second")).svg == map.svg)
    }

    @Test("One word, and words of one place, stand in the middle")
    func degenerate() throws {
        let vectors = try WordVectors(words: ["a", "b"], dimensions: 1, elements: [1, 2])
        #expect(try WordMap(of: ["a"], in: vectors).svg.contains(">a</text>"))
        let map = try WordMap(of: ["a", "b"], in: vectors)
        #expect(map.axes.x == "first principal component, 0.0 % of variance")
        #expect(throws: FileError.self) { try WordMap(of: ["unknown"], in: vectors) }
    }
}

import WordVectors

/// A picture of words: points on a plane, each beside its word where there is room for it.
///
///     let map = try WordMap(of: ["king", "queen", "apple"], in: vectors)
///     try OutputFile.write(map.svg, to: "map.svg", replacing: false)
public struct WordMap: Sendable {
    /// A word and where it lies.
    public struct Point: Hashable, Sendable {
        public let word: String
        public let x: Double
        public let y: Double

        public init(word: String, x: Double, y: Double) {
            (self.word, self.x, self.y) = (word, x, y)
        }
    }

    public let points: [Point]
    /// What the axes are: `first principal component, 12.3 % of variance`.
    public let axes: (x: String, y: String)
    /// The places of the words on the picture; a word for which there is no room has none.
    let layout: LabelLayout

    /// Points as they are given. Words that come first are the first to find room.
    ///
    /// - Precondition: there is a point, and all are finite.
    public init(points: [Point], axes: (x: String, y: String)) {
        precondition(
            !points.isEmpty && points.allSatisfy { $0.x.isFinite && $0.y.isFinite }, "a map without finite points")
        self.points = points
        self.axes = axes
        layout = LabelLayout(points)
    }

    /// The words along the two directions in which their vectors, each brought to length 1, differ most.
    ///
    /// - Throws: `FileError` for a word that has no vector, or where the file is damaged.
    /// - Precondition: there is a word.
    public init(of words: [String], in vectors: WordVectors) throws {
        let units = try words.flatMap { try vectors.unitVector(of: $0) }
        let components = PrincipalComponents(
            of: units, dimensions: vectors.dimensions, count: min(2, vectors.dimensions))
        func axis(_ name: String, _ place: Int) -> String {
            let share = place < components.explainedVariance.count ? components.explainedVariance[place] : 0
            return "\(name) principal component, \(Formats.percent(share)) of variance"
        }
        self.init(
            points: zip(words, components.coordinates).map { word, place in
                Point(word: word, x: place[0], y: place.count > 1 ? place[1] : 0)
            },
            axes: (axis("first", 0), axis("second", 1)))
    }

    /// The words that found no room.
    public var unlabelled: Int { layout.labels.count { $0 == nil } }

    /// The rectangle of each word, nil where it has no room: for checks of the layout.
    package var labelBoxes: [LabelLayout.Box?] { layout.labels }
}

/// Where points and words stand on a picture, in pixels from its upper left corner.
package struct LabelLayout: Sendable {
    static let width = 1000.0  // pixels
    static let height = 760.0  // pixels
    static let fontSize = 12.0  // pixels
    static let radius = 2.5  // pixels, of a point
    private static let gap = 4.0  // pixels between the middle of a point and its word
    /// The part of the picture where points stand.
    static let frame = Box(left: 56, top: 52, right: 976, bottom: 694)

    /// A rectangle on the picture.
    package struct Box: Hashable, Sendable {
        var left: Double
        var top: Double
        var right: Double
        var bottom: Double

        package func overlaps(_ other: Box) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }

        func contains(_ other: Box) -> Bool {
            left <= other.left && other.right <= right && top <= other.top && other.bottom <= bottom
        }
    }

    /// Where a point stands.
    struct Place: Hashable, Sendable {
        let x: Double
        let y: Double

        var box: Box {
            Box(
                left: x - LabelLayout.radius, top: y - LabelLayout.radius, right: x + LabelLayout.radius,
                bottom: y + LabelLayout.radius)
        }
    }

    /// Ticks of an axis: values and where they stand.
    struct Tick: Hashable, Sendable {
        let value: Double
        let position: Double
    }

    private(set) var places: [Place] = []
    /// The rectangle of each word, nil where it has no room.
    private(set) var labels: [Box?] = []
    let xTicks: [Tick]
    let yTicks: [Tick]

    init(_ points: [WordMap.Point]) {
        let x = Scale(points.map(\.x), from: Self.frame.left, to: Self.frame.right)
        let y = Scale(points.map(\.y), from: Self.frame.bottom, to: Self.frame.top)
        places = points.map { Place(x: x.position($0.x), y: y.position($0.y)) }
        xTicks = x.ticks
        yTicks = y.ticks
        placeLabels(points.map(\.word))
    }

    /// Each word in turn takes the first free place beside its point: right, left, above, below, then the corners. It
    /// goes no farther away, where it would seem to belong to another point. What is taken is found through a grid of
    /// cells, so that time does not grow with the square of the number of words.
    private mutating func placeLabels(_ words: [String]) {
        var grid = Grid()
        for place in places { grid.insert(place.box) }
        labels = zip(words, places).map { word, place in
            let width = LabelWidth.of(word) * Self.fontSize
            let height = Self.fontSize
            let found = Self.candidates(place, width: width, height: height).first { box in
                Self.frame.contains(box) && !grid.isTaken(box, besides: place.box)
            }
            if let found { grid.insert(found) }
            return found
        }
    }

    private static func candidates(_ place: Place, width: Double, height: Double) -> [Box] {
        let middle = (x: place.x - width / 2, y: place.y - height / 2)
        let (right, left) = (place.x + gap, place.x - gap - width)
        let (above, below) = (place.y - gap - height, place.y + gap)
        let slant = gap * 0.6
        let sides = [(right, middle.y), (left, middle.y), (middle.x, above), (middle.x, below)]
        let corners = [
            (place.x + slant, place.y - slant - height), (place.x + slant, place.y + slant),
            (place.x - slant - width, place.y - slant - height), (place.x - slant - width, place.y + slant),
        ]
        return (sides + corners).map { x, y in Box(left: x, top: y, right: x + width, bottom: y + height) }
    }
}

extension LabelLayout {
    /// From values to places on the picture, with a margin at both ends.
    struct Scale {
        private let low: Double
        private let high: Double
        private let start: Double
        private let end: Double

        init(_ values: [Double], from start: Double, to end: Double) {
            let (least, most) = (values.min() ?? 0, values.max() ?? 0)
            // One value alone stands in the middle.
            let range = most > least ? most - least : 1
            low = least - range * (most > least ? 0.05 : 0.5)
            high = most + range * (most > least ? 0.05 : 0.5)
            (self.start, self.end) = (start, end)
        }

        func position(_ value: Double) -> Double { start + (value - low) / (high - low) * (end - start) }

        /// Round values, four to eight of them.
        var ticks: [Tick] {
            let distance = RoundTicks.distance(in: high - low, atMost: 8)
            return RoundTicks.multiples(of: distance, from: low, to: high).map {
                Tick(value: $0, position: position($0))
            }
        }
    }

    /// Rectangles that are taken, by the cells of a grid that they touch.
    private struct Grid {
        private struct Cell: Hashable {
            let column: Int
            let row: Int
        }

        private static let size = 40.0  // pixels
        private var boxes: [Cell: [Box]] = [:]

        mutating func insert(_ box: Box) {
            for cell in Self.cells(box) { boxes[cell, default: []].append(box) }
        }

        /// Whether a rectangle overlaps with one that is taken, not counting one like `own`.
        func isTaken(_ box: Box, besides own: Box) -> Bool {
            Self.cells(box).contains { cell in
                boxes[cell]?.contains { $0.overlaps(box) && $0 != own } ?? false
            }
        }

        private static func cells(_ box: Box) -> [Cell] {
            let columns = Int((box.left / size).rounded(.down))...Int((box.right / size).rounded(.down))
            let rows = Int((box.top / size).rounded(.down))...Int((box.bottom / size).rounded(.down))
            return columns.flatMap { column in rows.map { Cell(column: column, row: $0) } }
        }
    }
}

/// How wide a text is, as far as one can say without its font.
enum LabelWidth {
    /// The width in units of the font's size, rather too wide than too narrow: sans-serif fonts differ.
    static func of(_ text: String) -> Double {
        text.reduce(0) { $0 + width(of: $1) }
    }

    private static func width(of character: Character) -> Double {
        switch character {
        case "i", "j", "l", "'", "’", "|", ".", ",", ":", ";", "!": 0.36
        case "f", "t", "r", "I", "(", ")", "[", "]", "-", "/", " ": 0.46
        case "m", "w", "M", "W", "%", "@": 1.02
        case "a"..."z", "0"..."9", "_": 0.66
        case "A"..."Z": 0.8
        default: Double(max(1, DisplayWidth.of(String(character)))) * 0.75
        }
    }
}

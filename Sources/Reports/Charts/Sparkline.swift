/// A line of blocks for a terminal: `▁▂▅▇█▆▃▁`.
public enum Sparkline {
    private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// The values in at most `width` characters, each the mean of its share; a stretch without values is a blank.
    public static func text(_ values: [Double], width: Int) -> String {
        precondition(width > 0, "a sparkline of \(width) characters")
        let count = min(width, values.count)
        let means = (0..<count).map { place -> Double in
            let part = values[values.count * place / count..<values.count * (place + 1) / count].filter(\.isFinite)
            return part.isEmpty ? .nan : part.reduce(0) { $0 + $1 / Double(part.count) }
        }
        let known = means.filter { !$0.isNaN }
        guard let least = known.min(), let most = known.max() else { return String(repeating: " ", count: count) }
        return String(means.map { mean in
            if mean.isNaN { return " " }
            guard most > least else { return blocks[3] }
            return blocks[min(7, Int((mean / 2 - least / 2) / (most / 2 - least / 2) * 8))]
        })
    }
}

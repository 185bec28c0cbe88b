/// Finds what a misspelt name may have meant.
package enum NearestName {
    /// The candidate that is closest in edits to `name`, the earliest of equals; nil where none is close.
    ///
    /// Close means at most a third of the longer name's bytes, and always one edit. Case does not count.
    package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let target = Array(name.lowercased().utf8.prefix(longest))
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let bytes = Array(candidate.lowercased().utf8.prefix(longest))
            let limit = min(max(1, max(bytes.count, target.count) / 3), best.map { $0.distance - 1 } ?? .max)
            // The lengths alone are a lower bound; it spares most of the work.
            guard abs(bytes.count - target.count) <= limit else { continue }
            let distance = distance(target, bytes)
            if distance <= limit { best = (candidate, distance) }
        }
        return best?.name
    }

    private static let longest = 200  // bytes

    /// Insertions, deletions, substitutions and swaps of neighbours that turn one into the other, no place being
    /// edited twice (Damerau 1964).
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var (before, last) = ([Int](repeating: 0, count: b.count + 1), Array(0...b.count))
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var edits = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { edits = min(edits, before[j - 1] + 1) }
                row.append(edits)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}

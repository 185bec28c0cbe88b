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

    /// Insertions, deletions and substitutions that turn one into the other (Levenshtein 1966).
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
            }
        }
        return row[b.count]
    }
}

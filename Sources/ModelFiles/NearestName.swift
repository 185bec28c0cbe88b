/// Finds what a misspelt name may have meant.
package enum NearestName {
    /// The candidate with the smallest Levenshtein distance to `name`, the earliest of equals; nil without candidates.
    ///
    /// The distance counts inserted, removed and replaced UTF-8 bytes.
    package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let target = Array(name.utf8)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let bytes = Array(candidate.utf8)
            // The lengths alone are a lower bound; it spares most of the work on long names.
            if let best, abs(bytes.count - target.count) >= best.distance { continue }
            let distance = distance(target, bytes)
            if distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

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

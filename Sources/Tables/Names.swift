/// A text without the white space around it.
func trimmed(_ text: some StringProtocol) -> String {
    guard let start = text.firstIndex(where: { !$0.isWhitespace }),
        let end = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(text[start...end])
}

/// The name that was probably meant by one that does not exist: the closest in edits, if it is close.
///
/// Case does not count. Close means one edit, or one for about every three characters of the longer name.
package func nearestName(to name: String, in names: [String]) -> String? {
    let wanted = Array(name.lowercased().prefix(100))
    var best: (name: String, distance: Int)?
    for candidate in names {
        let other = Array(candidate.lowercased().prefix(100))
        let distance = editDistance(wanted, other)
        let isClose = distance <= max(1, (max(wanted.count, other.count) + 1) / 3)
        if isClose, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
}

/// The number of insertions, deletions and substitutions that turn one text into the other (Levenshtein 1966).
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
    var distances = Array(0...second.count)
    for (row, character) in first.enumerated() {
        var diagonal = distances[0]
        distances[0] = row + 1
        for column in second.indices {
            let substituted = diagonal + (character == second[column] ? 0 : 1)
            diagonal = distances[column + 1]
            distances[column + 1] = min(substituted, diagonal + 1, distances[column] + 1)
        }
    }
    return distances[second.count]
}

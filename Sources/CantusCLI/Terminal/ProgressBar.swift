import Cantus
import Glibc

/// A line on a terminal that is drawn over while work goes on; nothing at all elsewhere.
///
///     epoch 2 of 6 ━━━━━━━━━━──────────  48 %  7,400 rows/s  loss 0.0312  9 s left
final class ProgressBar {
    private let isShown = Standard.errorIsTerminal
    private let clock = ContinuousClock()
    private var lastDrawn: ContinuousClock.Instant?
    private var start: ContinuousClock.Instant
    private var unitsAtStart = 0
    private static let width = 20

    init() { start = clock.now }

    /// Draws the state of work, at most ten times a second.
    ///
    /// - Parameters:
    ///   - label: What is going on.
    ///   - done: Units of this stretch that are done, of `count`.
    ///   - doneInAll: Units of the whole work that are done, of `countInAll`: for the time left.
    ///   - unit: What the speed counts: `rows`.
    ///   - note: What else is of interest.
    func show(
        _ label: String, done: Int, of count: Int, doneInAll: Int, of countInAll: Int, unit: String, note: String
    ) {
        guard isShown else { return }
        let now = clock.now
        if let lastDrawn, lastDrawn.duration(to: now) < .milliseconds(100), done < count { return }
        if lastDrawn == nil { (start, unitsAtStart) = (now, doneInAll) }
        lastDrawn = now
        let share = count > 0 ? Double(done) / Double(count) : 1
        let filled = Int(share * Double(Self.width))
        let bar = String(repeating: "━", count: filled) + String(repeating: "─", count: Self.width - filled)
        let seconds = start.duration(to: now) / .seconds(1)
        var line = "\(label) \(bar) \(Formats.fixed(share * 100, decimals: 0)) %"
        if seconds > 0.2, doneInAll > unitsAtStart {
            let speed = Double(doneInAll - unitsAtStart) / seconds
            line += "  \(Formats.grouped(Int(speed))) \(unit)/s  \(note)"
            line += "  \(Formats.duration(seconds: (Double(countInAll - doneInAll) / speed).rounded())) left"
        } else {
            line += "  \(note)"
        }
        Standard.error("\r\u{1b}[K\(line)")
    }

    /// Takes the line away.
    func clear() {
        guard isShown, lastDrawn != nil else { return }
        Standard.error("\r\u{1b}[K")
    }

    /// Writes a line that stays, above the bar.
    func log(_ line: String) {
        clear()
        Standard.error(line + "\n")
    }
}

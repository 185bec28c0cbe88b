/// Round numbers for the ticks of an axis.
enum RoundTicks {
    /// The least round distance (1, 2, 2.5 or 5 times a power of ten) that cuts `range` into at most `count` parts.
    ///
    /// - Precondition: the range is longer than nothing.
    static func distance(in range: Double, atMost count: Int) -> Double {
        let raw = range / Double(count)
        var unit = 1.0
        while unit > raw { unit /= 10 }
        while unit * 10 <= raw { unit *= 10 }
        return [1.0, 2, 2.5, 5, 10].map { $0 * unit }.first { $0 >= raw } ?? unit * 10
    }

    /// The multiples of `distance` from `low` to `high`, at most twenty.
    static func multiples(of distance: Double, from low: Double, to high: Double) -> [Double] {
        var ticks: [Double] = []
        var number = (low / distance).rounded(.up)
        while number * distance <= high, ticks.count < 20 {
            ticks.append(number * distance)
            number += 1
        }
        return ticks
    }
}

import TimeSeries

/// The mean course of a series over day, week, year and holidays, as a sum of effects: one for each hour of the day,
/// one for each hour of the week, and so on.
///
///     m(t) = sum over the cycles c of effect[c][place of t in c]
///
/// The effects minimise sum (x_t - m(t))^2 + sum of their squares over the training part, x having a mean of zero there
/// and a spread near one: places that were seen rarely stay near zero, and the hour of the week says no more than the
/// hour of the day does not say already.
public struct CalendarProfile: Codable, Hashable, Sendable {
    /// Something that comes again: each step lies at one of its places, or at none.
    public enum Cycle: String, Codable, Hashable, Sendable {
        case hour, hourOfWeek, weekday, month
        /// One place, for holidays.
        case holiday
        /// The hours of holidays.
        case hourOfHoliday
        /// Steps of a counter, by a season's period.
        case season
    }

    /// A cycle, with its period where it is a season in steps.
    public struct Group: Codable, Hashable, Sendable {
        public let cycle: Cycle
        public let places: Int
    }

    public let groups: [Group]
    public let holidays: Holidays
    /// `[series][effects]`, group by group.
    public let effects: [[Double]]

    /// The lists of cycles that may make up a profile of a series of `count` steps to learn from; none where there are
    /// too few.
    ///
    /// The calendar gives one list. Of a counter's seasons, which are found in the data and may be others' multiples,
    /// the shortest make a list, the two shortest another, and so on.
    package static func candidates(
        for axis: TimeAxis, count: Int, seasons: [Int], holidays: Holidays
    ) -> [[Group]] {
        guard let step = axis.step else {
            let found = seasons.filter { (2...512).contains($0) && count >= 3 * $0 }.sorted()
                .map { Group(cycle: .season, places: $0) }
            return found.indices.map { Array(found[...$0]) }
        }
        let (length, day) = (step.meanMilliseconds, TimeStep.day.meanMilliseconds)
        let days = length * Double(count) / day
        var groups: [Group] = []
        if length < day, days >= 3 { groups.append(Group(cycle: .hour, places: 24)) }
        if length < day, days >= 21 { groups.append(Group(cycle: .hourOfWeek, places: 168)) }
        if length <= day, days >= 21 { groups.append(Group(cycle: .weekday, places: 7)) }
        if days >= 2 * 365, length < 32 * day { groups.append(Group(cycle: .month, places: 12)) }
        if !holidays.days.isEmpty, length <= day {
            groups.append(Group(cycle: .holiday, places: 1))
            if length < day { groups.append(Group(cycle: .hourOfHoliday, places: 24)) }
        }
        return groups.isEmpty ? [] : [groups]
    }

    /// - Parameters:
    ///   - channels: Scaled values, NaN where missing: `[series][steps]`.
    ///   - part: The steps to learn from.
    package init(
        _ groups: [Group], holidays: Holidays, axis: TimeAxis, fittedTo channels: [[Double]],
        part: Range<Int>
    ) {
        (self.groups, self.holidays) = (groups, holidays)
        let places = part.map { Self.places(of: $0, axis, groups, holidays) }
        effects = channels.map { Self.effects(places, Array($0[part]), groups) }
    }

    /// The profile at steps in time, `[steps]`, of one series.
    package func values(_ steps: Range<Int>, series: Int, on axis: TimeAxis) -> [Double] {
        steps.map { step in
            Self.places(of: step, axis, groups, holidays).reduce(0) { $0 + effects[series][$1] }
        }
    }

    /// Where a step lies, as places in the list of all effects.
    private static func places(
        of step: Int, _ axis: TimeAxis, _ groups: [Group], _ holidays: Holidays
    ) -> [Int] {
        let stamp = axis.timestamp(at: step)
        let date = stamp?.date
        let isHoliday = stamp.map { holidays.contains(dayNumber: $0.dayNumber) } ?? false
        var (places, first) = ([Int](), 0)
        for group in groups {
            let place: Int? =
                switch group.cycle {
                case .hour: stamp?.hour
                case .hourOfWeek: stamp.map { $0.date.weekday * 24 + $0.hour }
                case .weekday: date?.weekday
                case .month: date.map { $0.month - 1 }
                case .holiday: isHoliday ? 0 : nil
                case .hourOfHoliday: isHoliday ? stamp?.hour : nil
                case .season: (step % group.places + group.places) % group.places
                }
            if let place { places.append(first + place) }
            first += group.places
        }
        return places
    }

    /// Solves the normal equations by conjugate gradients: they are few, and the penalty keeps them well conditioned.
    private static func effects(_ places: [[Int]], _ values: [Double], _ groups: [Group]) -> [Double] {
        let count = groups.reduce(0) { $0 + $1.places }
        var (gram, sums) = ([Double](repeating: 0, count: count * count), [Double](repeating: 0, count: count))
        for (places, value) in zip(places, values) where !value.isNaN {
            for a in places {
                sums[a] += value
                for b in places { gram[a * count + b] += 1 }
            }
        }
        for place in 0..<count { gram[place * count + place] += 1 }
        var effects = [Double](repeating: 0, count: count)
        var (residual, direction) = (sums, sums)
        var size = residual.reduce(0) { $0 + $1 * $1 }
        let enough = size * 1e-20
        for _ in 0..<4 * count where size > enough {
            let product = (0..<count).map { row in
                (0..<count).reduce(0.0) { $0 + gram[row * count + $1] * direction[$1] }
            }
            let length = size / zip(direction, product).reduce(0) { $0 + $1.0 * $1.1 }
            for place in 0..<count {
                effects[place] += length * direction[place]
                residual[place] -= length * product[place]
            }
            let next = residual.reduce(0) { $0 + $1 * $1 }
            for place in 0..<count { direction[place] = residual[place] + next / size * direction[place] }
            size = next
        }
        return effects
    }
}

/// How long something takes: the median and the least of several runs.
public struct Timing: Hashable, Sendable {
    /// Milliseconds of each run, in the order of size.
    public let milliseconds: [Double]

    public var median: Double {
        let middle = milliseconds.count / 2
        return milliseconds.count % 2 == 1
            ? milliseconds[middle] : (milliseconds[middle - 1] + milliseconds[middle]) / 2
    }

    public var minimum: Double { milliseconds[0] }

    /// Runs `body` a few times to warm up, then `repeats` times with the clock on; fewer, but at least five, where they
    /// take longer than `seconds` in all.
    ///
    /// - Parameter leastSeconds: Runs go on for so long, and warming up for a fifth of it: the first milliseconds of a
    ///   processor's work, and of threads that still sleep, are not those of the thousandth run.
    public init(
        repeats: Int, warmUp: Int = 3, seconds: Double = 12, leastSeconds: Double = 0, _ body: () throws -> Void
    ) rethrows {
        precondition(repeats > 0, "\(repeats) repeats")
        let clock = ContinuousClock()
        let start = clock.now
        var warmUps = 0
        while warmUps < warmUp || (clock.now - start) / .seconds(1) < leastSeconds / 5 {
            try body()
            warmUps += 1
        }
        var times: [Double] = []
        var spent = 0.0
        while times.count < repeats || spent < leastSeconds, spent < seconds || times.count < 5 {
            let time = try clock.measure(body) / .milliseconds(1)
            times.append(time)
            spent += time / 1000
        }
        milliseconds = times.sorted()
    }
}

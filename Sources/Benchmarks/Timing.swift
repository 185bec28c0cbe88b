/// How long something takes: the median and the least of several runs.
public struct Timing: Hashable, Sendable {
    /// Milliseconds of each run, in the order of size.
    public let milliseconds: [Double]

    public var median: Double {
        let middle = milliseconds.count / 2
        return milliseconds.count % 2 == 1 ? milliseconds[middle] : (milliseconds[middle - 1] + milliseconds[middle]) / 2
    }

    public var minimum: Double { milliseconds[0] }

    /// Runs `body` a few times to warm up, then `repeats` times with the clock on; fewer, but at least five, where they
    /// take longer than `seconds` in all.
    public init(repeats: Int, warmUp: Int = 3, seconds: Double = 12, _ body: () throws -> Void) rethrows {
        precondition(repeats > 0, "\(repeats) repeats")
        for _ in 0..<warmUp { try body() }
        let clock = ContinuousClock()
        var times: [Double] = []
        var spent = 0.0
        while times.count < repeats, spent < seconds || times.count < 5 {
            let time = try clock.measure(body) / .milliseconds(1)
            times.append(time)
            spent += time / 1000
        }
        milliseconds = times.sorted()
    }
}

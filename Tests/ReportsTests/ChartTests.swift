import Cantus
import Foundation
import TestSupport
import Testing

import Reports

@Suite("Charts of series")
struct ChartTests {
    private let hours = TimeAxis(start: Timestamp(year: 2014, month: 12, day: 30), step: .hour, format: .seconds)

    private func labels(_ range: ClosedRange<Double>, _ axis: TimeAxis) -> [String] {
        TimeTicks(range, on: axis, atMost: 9).ticks.map { $0.label + ($0.context.map { " | \($0)" } ?? "") }
    }

    @Test("Ticks stand where people expect them, and say what changes")
    func timeTicks() {
        #expect(labels(0...47, hours) == [
            "00:00 | Tue 30 Dec 2014", "06:00", "12:00", "18:00", "00:00 | Wed 31 Dec 2014", "06:00", "12:00", "18:00",
        ])
        #expect(labels(0...167, hours) == [
            "Tue 30 Dec | 2014", "Wed 31 Dec", "Thu 1 Jan | 2015", "Fri 2 Jan", "Sat 3 Jan", "Sun 4 Jan", "Mon 5 Jan",
        ])
        let days = TimeAxis(start: Timestamp(year: 2014, month: 11, day: 15), step: .day, format: .date)
        #expect(labels(0...400, days) == [
            "Jan | 2015", "Mar", "May", "Jul", "Sep", "Nov",
        ])
        #expect(labels(0...3000, days).contains("2018"))
        let months = TimeAxis(start: Timestamp(year: 2014, month: 1, day: 31), step: .month, format: .month)
        #expect(labels(0...11, months) == ["Jan | 2014", "Mar", "May", "Jul", "Sep", "Nov"])
        #expect(labels(0...4895, .counter) == ["0", "1,000", "2,000", "3,000", "4,000"])
    }

    @Test("Any range of any axis has a sensible number of ticks, ascending and within it")
    func anyRange() {
        var generator = SeededGenerator(seed: 6)
        let steps: [TimeStep] = [
            .milliseconds(1000), .minute, .milliseconds(300_000), .hour, .day, .week, .month,
            .months(3), .year,
        ]
        for _ in 0..<2000 {
            let step = steps[generator.index(below: steps.count)]
            let axis = TimeAxis(
                start: Timestamp(milliseconds: generator.index(below: 2_000_000_000_000)), step: step, format: .seconds)
            let low = Double(generator.index(below: 1000)) - 500
            let range = low...low + Double(1 + generator.index(below: [10, 500, 20_000][generator.index(below: 3)]))
            let ticks = TimeTicks(range, on: axis, atMost: 9).ticks
            #expect(ticks.count <= 12, "\(step) \(range)")
            #expect(range.upperBound - low < 4 || ticks.count >= 1, "\(step) \(range)")
            #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.step < $1.step })
            #expect(ticks.allSatisfy { range.contains($0.step) })
        }
    }

    @Test(arguments: [
        ([0, 1.4e9], ["0", "0.25 B", "0.50 B", "0.75 B", "1.00 B", "1.25 B"]),
        ([8.2, 12.4], ["8", "9", "10", "11", "12"]),
        ([0, 640], ["0", "200", "400", "600"]), ([90_000, 131_000], ["90 k", "100 k", "110 k", "120 k", "130 k"]),
        ([-2.5, 1], ["−2", "−1", "0", "1"]), ([5, 5], ["4.6", "4.8", "5.0", "5.2", "5.4"]),
        ([], ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ] as [([Double], [String])])
    func valueTicks(values: [Double], expected: [String]) {
        let axis = ValueAxis(values)
        #expect(axis.ticks.map(axis.label) == expected)
    }

    @Test("Gaps stay gaps, a lone value is a dot, long lines are thinned but keep their extremes")
    func lines() {
        let values: [Double] = [1, 2, .nan, 3, .nan, .nan, 4, 5, 6]
        let chart = ForecastChart(
            title: "a < b & c", valueName: "visits", axis: hours,
            lines: [.init("history", .history, start: 0, values), .init("forecast", .forecast, start: 9, [7, 8])],
            bands: [.init("80 %", start: 9, lower: [6, 6], upper: [8, 9])], origin: 9)
        // Two stretches, and a dot between them.
        let paths = chart.svg.components(separatedBy: "<path d=\"M").filter { $0.contains("#8a929c") }
        #expect(paths.contains { $0.components(separatedBy: "M").count == 2 })
        #expect(chart.svg.contains("<circle") && chart.svg.contains("a &lt; b &amp; c"))
        #expect(chart.svg.hasPrefix("<svg ") && chart.svg.hasSuffix("</svg>\n") && !chart.svg.contains("nan"))
        var long = (0..<50_000).map { sin(Double($0) / 500) }
        long[31_234] = 9
        let thinned = ForecastChart(
            title: "t", valueName: "v", axis: hours, lines: [.init("l", .history, start: 0, long)])
        #expect(thinned.svg.utf8.count < 40_000)
        // The spike is on the picture: one point stands far above all others.
        let path = thinned.svg.components(separatedBy: "<path d=\"M").last { $0.contains("#8a929c") && $0.count > 1000 }
        let heights = (path ?? "").prefix { $0 != "\"" }.split(separator: "L").compactMap { point in
            point.split(separator: " ").last.flatMap { Double($0) }
        }.sorted()
        #expect(heights.count > 1000 && heights[0] < 100 && heights[1] > heights[0] + 100)
    }

    @Test func emptyChartsAreStillPictures() {
        for lines in [[], [ForecastChart.Line("x", .history, start: 0, [])], [.init("x", .actual, start: 3, [.nan])]] {
            let svg = ForecastChart(title: "t", valueName: "v", axis: .counter, lines: lines).svg
            #expect(svg.hasSuffix("</svg>\n") && !svg.contains("nan") && !svg.contains("inf\""))
        }
        #expect(HorizonChart(title: "t", measure: "MAE", lines: []).svg.hasSuffix("</svg>\n"))
        let one = HorizonChart(title: "t", measure: "MAE", lines: [.init("m", isBaseline: false, [3])]).svg
        #expect(one.contains("<circle"))
    }

    @Test func sparklines() {
        #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7], width: 8) == "▁▂▃▄▅▆▇█")
        #expect(Sparkline.text([0, 0, 7, 7, .nan, .nan], width: 3) == "▁█ ")
        #expect(Sparkline.text([5, 5], width: 10) == "▄▄" && Sparkline.text([], width: 3) == "")
        #expect(Sparkline.text([.nan, .infinity], width: 3) == "  ")
    }
}

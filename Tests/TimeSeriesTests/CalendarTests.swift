import Files
import Foundation
import TestSupport
import Testing
import TimeSeries

@Suite("Calendar features")
struct CalendarFeaturesTests {
    private let axis = TimeAxis(start: Timestamp(year: 2024, month: 2, day: 28), step: .hour, format: .seconds)

    @Test("Cyclic features lie on the circle, repeat after their period, and tell every value apart")
    func cyclic() {
        let features = CalendarFeatures([.hour, .weekday, .month, .monthDay, .yearDay, .season(period: 36)])
        #expect(features.count == 12 && features.names.prefix(2) == ["hour sin", "hour cos"])
        let values = features.values(-1000..<1000, on: axis)
        for step in 0..<2000 {
            for part in 0..<6 {
                let (sin, cos) = (values[step * 12 + part * 2], values[step * 12 + part * 2 + 1])
                #expect(abs(sin * sin + cos * cos - 1) < 1e-5)
            }
            if step >= 168 {
                for place in 0..<4 {
                    #expect(abs(values[step * 12 + place] - values[(step - 168) * 12 + place]) < 1e-6)
                }
            }
            if step >= 36 { #expect(abs(values[step * 12 + 10] - values[(step - 36) * 12 + 10]) < 1e-6) }
        }
        #expect(Set((0..<24).map { "\(values[(1000 + $0) * 12]) \(values[(1000 + $0) * 12 + 1])" }).count == 24)
    }

    @Test func oneHot() {
        let features = CalendarFeatures([.hour, .weekday, .season(period: 3), .yearDay], encoding: .oneHot)
        #expect(features.count == 24 + 7 + 3 + 2 && features.names[24] == "weekday 0")
        let values = features.values(0..<30, on: axis)
        for step in 0..<30 {
            let row = values[step * 36..<(step + 1) * 36].map { $0 }
            #expect(row[..<24].firstIndex(of: 1) == step % 24 && row[..<24].reduce(0, +) == 1)
            // 28 February 2024 is a Wednesday.
            #expect(row[24..<31].firstIndex(of: 1) == 24 + 2 + step / 24)
            #expect(row[31..<34].firstIndex(of: 1) == 31 + step % 3)
        }
    }

    @Test func holidaysPastAndFuture() throws {
        let text = "date,name\n# made up\n2024-02-29,Leap Day\n\n2025-01-01\n\"2026-12-25\" Winter\n"
        let holidays = try Holidays.read(path: "h.csv", bytes: Array(text.utf8))
        #expect(holidays.days.map(\.name) == ["Leap Day", "", "Winter"])
        let features = CalendarFeatures([.holiday], holidays: holidays)
        let values = features.values(0..<24 * 400, on: axis)
        #expect((0..<400).filter { values[$0 * 24] == 1 } == [1, 308] && values.reduce(0, +) == 48)
        let message = "\"Monday\" was found, a date like 2024-12-25 was expected"
        #expect(throws: FileError.malformed("h.csv", .line(2), message)) {
            try Holidays.read(path: "h.csv", bytes: Array("2024-01-01\nMonday\n".utf8))
        }
        #expect(throws: FileError.self) { try Holidays.read(path: "h.csv", bytes: Array("# nothing\n".utf8)) }
        let decoded = try JSONDecoder().decode(CalendarFeatures.self, from: try JSONEncoder().encode(features))
        #expect(decoded == features)
    }

    @Test func whatIsSuggested() {
        func parts(_ step: TimeStep, _ count: Int) -> [CalendarFeatures.Part] {
            CalendarFeatures.suggested(
                for: TimeAxis(start: Timestamp(seconds: 0), step: step, format: .seconds), count: count).parts
        }
        #expect(parts(.hour, 20_000) == [.hour, .weekday, .yearDay] && parts(.hour, 400) == [.hour, .weekday])
        #expect(parts(.hour, 40) == [] && parts(.day, 100) == [.weekday] && parts(.month, 60) == [.month])
        #expect(CalendarFeatures.suggested(for: .counter, count: 999, seasons: [24]).parts == [.season(period: 24)])
        #expect(!CalendarFeatures([.hour]).fits(.counter) && CalendarFeatures([.season(period: 2)]).fits(.counter))
    }
}

@Suite("Seasons")
struct SeasonsTests {
    @Test func suggestedByTheStep() {
        #expect(Seasons.candidates(for: .hour) == [24, 168, 8766] && Seasons.candidates(for: .day) == [7, 365])
        #expect(Seasons.candidates(for: TimeStep("5 minutes")!) == [12, 288, 2016])
        #expect(Seasons.candidates(for: .month) == [12] && Seasons.candidates(for: .months(3)) == [4])
        #expect(Seasons.candidates(for: .week) == [52] && Seasons.candidates(for: .year) == [])
    }

    @Test("Noise and straight lines have no season; a season is found in noise, also where steps are only counted")
    func found() {
        var generator = SeededGenerator(seed: 8)
        let noise = (0..<2000).map { _ in generator.normal() }
        #expect(Seasons.found(in: noise, step: .hour) == [] && Seasons.found(in: noise, step: nil) == [])
        #expect(Seasons.found(in: (0..<2000).map(Double.init), step: .hour) == [])
        #expect(Seasons.found(in: [Double](repeating: 3, count: 500), step: .hour) == [])
        #expect(Seasons.found(in: [1, 2], step: nil) == [] && Seasons.found(in: [], step: .hour) == [])
        let daily = (0..<2000).map { (hour: Int) -> Double in
            let season: Double = 2 * sin(Double(hour) * Double.pi / 12)
            return season + noise[hour] + Double(hour) * 1e-3
        }
        #expect(Seasons.found(in: daily, step: .hour).contains(24))
        #expect(Seasons.found(in: daily, step: nil).first == 24)
        var holed = daily
        for step in stride(from: 5, to: 2000, by: 9) { holed[step] = .nan }
        #expect(Seasons.found(in: holed, step: nil).first == 24)
    }

    @Test(.enabled(if: TestData.exists(TestData.traffic), "the traffic series is not there"))
    func realTraffic() throws {
        let values = try SeriesReading.read(path: TestData.traffic).table.channels[0]
        let seasons = Seasons.found(in: Array(values.prefix(3916)), step: nil)
        #expect(seasons.contains(24) && seasons.contains(168))
    }
}

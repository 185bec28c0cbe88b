import Foundation
import TestSupport
import Testing
import TimeSeries

@Suite("Scalers")
struct SeriesScalerTests {
    private func table(_ count: Int = 300, seed: UInt64 = 1) -> SeriesTable {
        var generator = SeededGenerator(seed: seed)
        return SeriesTable(
            axis: .counter, names: ["a", "b"],
            channels: [
                (0..<count).map { _ in abs(generator.normal()) * 1e9 + 2e9 }, (0..<count).map { Double($0 % 11) },
            ])
    }

    @Test(arguments: SeriesScaler.Kind.allCases)
    func inverse(kind: SeriesScaler.Kind) throws {
        let table = table()
        let scaler = try SeriesScaler(kind, fittedTo: table, part: 0..<200)
        for channel in 0..<2 {
            for value in table.channels[channel] {
                let back = scaler.unscaled(scaler.scaled(value, channel: channel), channel: channel)
                #expect(abs(back - value) <= 1e-11 * max(1, value))
            }
        }
        let decoded = try JSONDecoder().decode(SeriesScaler.self, from: try JSONEncoder().encode(scaler))
        #expect(decoded == scaler)
    }

    @Test("What a scaler does is a matter of the training part alone")
    func noLeak() throws {
        let table = table()
        var changed = table.channels
        for channel in 0..<2 { for step in 200..<300 { changed[channel][step] += 1e10 } }
        let other = SeriesTable(axis: .counter, names: table.names, channels: changed)
        for kind in SeriesScaler.Kind.allCases {
            let scaler = try SeriesScaler(kind, fittedTo: table, part: 0..<200)
            #expect(try SeriesScaler(kind, fittedTo: other, part: 0..<200) == scaler)
        }
    }

    @Test func whatTheyMean() throws {
        let table = SeriesTable([1, 2, 3, 4, 100, .nan])
        func fitted(_ kind: SeriesScaler.Kind) throws -> SeriesScaler.Channel {
            try SeriesScaler(kind, fittedTo: table, part: 0..<6).channels[0]
        }
        #expect(try fitted(.robust).shift == 3 && fitted(.robust).scale == 2)
        #expect(try fitted(.minMax).shift == 1 && fitted(.minMax).scale == 99)
        #expect(abs(try fitted(.standard).shift - 22) < 1e-12)
        #expect(abs(try fitted(.standard).scale - 1522.0.squareRoot()) < 1e-12)
        #expect(try fitted(.none).shift == 0 && fitted(.none).scale == 1)
        #expect(try SeriesScaler(.standard, fittedTo: table, part: 0..<6).scaled(.nan, channel: 0).isNaN)
    }

    @Test func logarithmsKeepForecastsFromBeingNegative() throws {
        let scaler = try SeriesScaler(.logarithm, fittedTo: SeriesTable([0, 1, 5, 20]), part: 0..<4)
        for value in stride(from: -1e4, through: 1e4, by: 77) {
            let back = scaler.unscaled(value, channel: 0)
            #expect(back >= 0 && back.isFinite)
        }
        #expect(throws: SeriesScaler.Problem.negative(channel: 0, step: 1, value: -2)) {
            try SeriesScaler(.logarithm, fittedTo: SeriesTable([1, -2]), part: 0..<2)
        }
        #expect(throws: SeriesScaler.Problem.noValue(channel: 0)) {
            try SeriesScaler(.standard, fittedTo: SeriesTable([.nan, 1]), part: 0..<1)
        }
    }

    @Test(arguments: WindowNormalization.allCases)
    func windowsComeBack(kind: WindowNormalization) {
        let values = randomFloats(48, seed: 3, scale: 5).map { $0 + 100 }
        let parameters = values.withUnsafeBufferPointer { kind.parameters(of: $0) }
        let normalized = values.map(parameters.normalized)
        for (value, scaled) in zip(values, normalized) { #expect(abs(parameters.restored(scaled) - value) < 1e-3) }
        switch kind {
        case .none: #expect(normalized == values)
        case .last: #expect(normalized[47] == 0)
        case .mean, .standard: #expect(abs(normalized.reduce(0, +)) < 1e-2)
        }
        if kind == .standard { #expect(abs(normalized.reduce(0) { $0 + $1 * $1 } / 48 - 1) < 1e-3) }
        let flat = [Float](repeating: 7, count: 5)
        let constant = flat.withUnsafeBufferPointer { kind.parameters(of: $0) }
        #expect(constant.normalized(7).isFinite && constant.restored(0).isFinite)
    }
}

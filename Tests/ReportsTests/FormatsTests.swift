import Glibc
import Reports
import Testing

@Suite("Formats")
struct FormatsTests {
    /// What C's printf makes of a number: exact, ties to even.
    private func printf(_ value: Double, _ decimals: Int) -> String {
        var buffer = [CChar](repeating: 0, count: 400)
        let count = withVaList([Int32(decimals), value]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
        let text = String(decoding: buffer[..<Int(count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.hasPrefix("-") && text.allSatisfy { "-0.".contains($0) } ? String(text.dropFirst()) : text
    }

    @Test("Decimals are rounded from the exact binary value, ties to even", arguments: [
        (0.125, 2, "0.12"), (0.375, 2, "0.38"), (2.675, 2, "2.67"), (1.005, 2, "1.00"), (0.5, 0, "0"), (1.5, 0, "2"),
        (2.5, 0, "2"), (0.285, 2, "0.28"), (-0.125, 2, "-0.12"), (-0.001, 2, "0.00"), (-0.0, 1, "0.0"),
        (9.995, 2, "9.99"), (9.999, 2, "10.00"), (-9.999, 2, "-10.00"), (0.999, 0, "1"),
        (1e-300, 15, "0.000000000000000"), (0.1, 15, "0.100000000000000"),
        (2_251_799_813_685_249.5, 1, "2251799813685249.5"), (1e18, 1, "1000000000000000000.0"),
        (1e300, 2, "1.00e+300"), (1.1129373362108188e30, 4, "1.1129e+30"), (-9.999e25, 2, "-1.00e+26"), (1e19, 0, "1e+19"),
        (.infinity, 1, "inf"), (-.infinity, 1, "-inf"), (.nan, 1, "nan"),
        (-.nan, 1, "nan"), (3.0, 3, "3.000"),
    ] as [(Double, Int, String)])
    func fixed(value: Double, decimals: Int, expected: String) {
        #expect(Formats.fixed(value, decimals: decimals) == expected)
    }

    @Test("Random numbers, and numbers at and beside ties, come out as printf has them")
    func fixedBesidePrintf() {
        var state: UInt64 = 1
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 11
        }
        for _ in 0..<20_000 {
            let decimals = Int(next() % 16)
            // Halves, quarters and so on are ties at some count of decimals.
            let tie = Double(next() % 100_000) / Double(UInt64(1) << (next() % 17))
            let random = Double(next()) * pow(2, Double(Int(next() % 120)) - 115)
            let decimal = Double(next() % 1_000_000) / pow(10, Double(next() % 8)) + 0.5 / pow(10, Double(decimals))
            for value in [tie, tie.nextUp, tie.nextDown, -tie, random, -random, decimal] {
                guard value.magnitude < 0x1p63 else { continue }
                #expect(Formats.fixed(value, decimals: decimals) == printf(value, decimals))
            }
        }
    }

    @Test("Percentages", arguments: [
        (0.625, 1, "62.5 %"), (0, 1, "0.0 %"), (1, 0, "100 %"), (0.12345, 2, "12.35 %"), (0.005, 0, "1 %"),
        (0.00049, 1, "0.0 %"), (-0.0312, 1, "-3.1 %"), (-0.00001, 1, "0.0 %"), (12.5, 1, "1250.0 %"), (0.09, 0, "9 %"),
        (0.28499, 1, "28.5 %"), (0.9999, 1, "100.0 %"), (-.nan, 1, "nan %"), (0.0001, 2, "0.01 %"),
    ] as [(Double, Int, String)])
    func percent(share: Double, decimals: Int, expected: String) {
        #expect(Formats.percent(share, decimals: decimals) == expected)
    }

    @Test("Thousands are separated by commas", arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (-1000, "-1,000"), (-999, "-999"), (1_234_567, "1,234,567"),
        (.min, "-9,223,372,036,854,775,808"),
    ] as [(Int, String)])
    func grouped(value: Int, expected: String) {
        #expect(Formats.grouped(value) == expected)
    }

    @Test("Times take the unit that suits them", arguments: [
        (0, "0 s"), (12e-6, "12 µs"), (0.9994e-3, "999 µs"), (0.9996e-3, "1 ms"), (0.35, "350 ms"), (0.9994, "999 ms"),
        (0.9996, "1.0 s"), (1.4, "1.4 s"), (59.94, "59.9 s"), (59.96, "1 min 00 s"), (125, "2 min 05 s"),
        (3599.4, "59 min 59 s"), (3599.6, "1 h 00 min"), (7170, "2 h 00 min"), (12_000, "3 h 20 min"), (-1.4, "-1.4 s"),
        (360_000, "100 h 00 min"), (.infinity, "inf s"), (-.nan, "nan s"), (1e300, "1e+300 s"),
    ] as [(Double, String)])
    func duration(seconds: Double, expected: String) {
        #expect(Formats.duration(seconds: seconds) == expected)
    }

    @Test("Sizes in powers of 1000", arguments: [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1449, "1.4 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
        (12_345_678, "12.3 MB"), (5_000_000_000, "5.0 GB"), (.max, "9.2 EB"),
    ] as [(Int, String)])
    func bytes(count: Int, expected: String) {
        #expect(Formats.bytes(count) == expected)
    }
}

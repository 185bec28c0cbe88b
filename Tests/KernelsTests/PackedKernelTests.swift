import CKernels
import Kernels
import TestSupport
import Testing

/// The kernels for each width of registers that this processor has, beside plain loops and the plain gates.
@Suite struct PackedKernelTests {
    private static let widths: [Int32] = [4, 8, 16].filter { cantus_packed_kernels_of($0) != nil }

    private static func kernels(_ lanes: Int32) -> cantus_packed_kernels { cantus_packed_kernels_of(lanes).pointee }

    /// Memory that outlives the calls of a test.
    private static func array(_ elements: [Float]) -> UnsafeMutableBufferPointer<Float> {
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: elements.count)
        _ = buffer.initialize(from: elements)
        return buffer
    }

    @Test func thereIsAVersionWithoutExtensions() { #expect(Self.widths.contains(4)) }

    /// All remainders of tiles, both ways to read a factor, adding or with a bias.
    @Test(arguments: widths, [false, true]) func products(lanes: Int32, adding: Bool) {
        let kernels = Self.kernels(lanes)
        for rows in [1, 2, 3, 4, 5, 6, 7, 13] {
            for columns in [16, 48, 64, 80] {
                for isTransposed in [false, true] {
                    let depth = 11
                    let (a, b) = (
                        Self.array(randomFloats(rows * depth, seed: 1)),
                        Self.array(randomFloats(depth * columns, seed: 2))
                    )
                    let y = Self.array(randomFloats(rows * columns, seed: 3))
                    defer { for buffer in [a, b, y] { buffer.deallocate() } }
                    let bias = adding ? nil : Self.array(randomFloats(columns, seed: 4))
                    defer { bias?.deallocate() }
                    var expected = (0..<rows).flatMap { row in
                        (0..<columns).map { Double(bias?[$0] ?? y[row * columns + $0]) }
                    }
                    for row in 0..<rows {
                        for column in 0..<columns {
                            for k in 0..<depth {
                                let x = isTransposed ? a[k * rows + row] : a[row * depth + k]
                                expected[row * columns + column] += Double(x) * Double(b[k * columns + column])
                            }
                        }
                    }
                    var factors = cantus_factors(
                        a: a.baseAddress!, a_row: isTransposed ? 1 : depth, a_depth: isTransposed ? rows : 1,
                        depth: depth, b: b.baseAddress!, b_depth: columns, b_panel: 64)
                    kernels.product(&factors, rows, columns, 64, bias?.baseAddress, adding, y.baseAddress!, columns)
                    let error = relativeError(y.map(Double.init), expected)
                    #expect(error < 1e-6, "\(rows) by \(columns), transposed: \(isTransposed)")
                }
            }
        }
    }

    /// One group of units with sums from tiny to far beyond where the functions are flat: as the plain gates have it.
    @Test(arguments: widths) func lstmGates(lanes: Int32) {
        let kernels = Self.kernels(lanes)
        let (rows, width) = (200, 16)
        var generator = SeededGenerator(seed: 4)
        let sums = (0..<rows * 64).map { _ in Float(generator.normal() * [1e-4, 0.1, 3, 50][generator.index(below: 4)])
        }
        let (packed, plain) = (Self.array(sums), Self.array(sums))
        let before = Self.array(randomFloats(rows * width, seed: 5))
        let zeros = Self.array([Float](repeating: 0, count: 64))
        let states = (0..<4).map { _ in Self.array([Float](repeating: 0, count: rows * width)) }
        defer { for buffer in [packed, plain, before, zeros] + states { buffer.deallocate() } }
        // One group of 16 units: the packed order is the plain one.
        var step = cantus_packed_step(
            rows: rows, width: width, first: 0, end: 1, gates: packed.baseAddress!, part: nil,
            c_previous: before.baseAddress!,
            c: states[0].baseAddress!, h_previous: nil, h: states[1].baseAddress!)
        kernels.lstm(&step, nil, nil, zeros.baseAddress!)
        LSTMGates.forward(
            gates: plain.baseAddress!, bias: zeros.baseAddress!, previousCell: before.baseAddress!,
            cell: states[2].baseAddress!, hidden: states[3].baseAddress!, rows: rows, width: width)
        for (found, expected) in [(packed, plain), (states[0], states[2]), (states[1], states[3])] {
            for (found, expected) in zip(found, expected) {
                #expect(abs(found - expected) <= 1e-6 * abs(expected) + 1e-7)
            }
        }
        // Gates keep their relative precision, however small.
        for (found, expected) in zip(packed, plain) where abs(expected) > 1e-30 {
            #expect(abs(found - expected) <= 1e-5 * abs(expected))
        }
    }

    /// Whole steps of each kind with products, forward and back: the versions agree.
    @Test(arguments: widths) func stepsAgree(lanes: Int32) {
        let widest = Self.steps(Self.kernels(Self.widths.last!))
        for (found, expected) in zip(Self.steps(Self.kernels(lanes)), widest) {
            #expect(relativeError(found.map(Double.init), expected.map(Double.init)) < 1e-5)
        }
    }

    /// Gates, states and gradients of one step of 7 rows and 80 units, kind by kind.
    private static func steps(_ kernels: cantus_packed_kernels) -> [[Float]] {
        let (rows, width) = (7, 80)
        return [4, 3, 1].flatMap { gates in
            let panel = gates == 1 ? 64 : 16 * gates
            let weights = array(randomFloats((gates * width + panel) * width, seed: 1, scale: 0.2))
            let bias = array(randomFloats(4 * width, seed: 2))
            let sums = array(randomFloats(rows * gates * width, seed: 3))
            let gradients = (0..<2).map { _ in array([Float](repeating: 0, count: rows * gates * width)) }
            // part, c', c, h', h, dh, dc
            let states = (0..<7).map { array(randomFloats(rows * width, seed: 4 + UInt64($0))) }
            let all = [weights, bias, sums] + gradients + states
            defer { for buffer in all { buffer.deallocate() } }
            if gates == 1 { _ = states[4].update(from: sums) }
            var step = cantus_packed_step(
                rows: rows, width: width, first: 0, end: gates == 1 ? 2 : 5, gates: sums.baseAddress!,
                part: states[0].baseAddress!,
                c_previous: states[1].baseAddress!, c: states[2].baseAddress!, h_previous: states[3].baseAddress!,
                h: states[4].baseAddress!)
            var hidden = cantus_factors(
                a: states[3].baseAddress!, a_row: width, a_depth: 1, depth: width, b: weights.baseAddress!,
                b_depth: panel, b_panel: panel * width)
            let (dh, dc) = (states[5].baseAddress!, states[6].baseAddress!)
            let (ofInput, ofHidden) = (gradients[0].baseAddress!, gradients[1].baseAddress!)
            switch gates {
            case 4:
                kernels.lstm(&step, nil, &hidden, bias.baseAddress!)
                kernels.lstm_backward(&step, dh, dc, ofInput, 4 * width)
            case 3:
                kernels.gru(&step, nil, &hidden, bias.baseAddress!)
                kernels.gru_backward(&step, dh, ofInput, ofHidden, 3 * width)
            default:
                kernels.rnn(&step, nil, &hidden, bias.baseAddress!, false)
                kernels.rnn_backward(&step, dh, ofInput, width, false)
            }
            return ([sums] + gradients + states).map(Array.init)
        }
    }
}

import Layers
import TestSupport
import Tensors

/// Recurrent layers of every kind: directions, merges, depth, every step or the last one, states.
let recurrentCases: [LayerCase] = Reference.RecurrentKind.allCases.flatMap { kind in
    Side.allCases.flatMap { side in
        [
            RecurrentOptions(kind: kind, side: side).layerCase,
            RecurrentOptions(kind: kind, side: side, output: .lastStep).layerCase,
        ]
    } + [
        RecurrentOptions(kind: kind, side: .forward, layers: 2).layerCase,
        RecurrentOptions(kind: kind, side: .concatenate, layers: 2).layerCase,
        RecurrentOptions(kind: kind, side: .mean, layers: 2, output: .lastStep).layerCase,
        RecurrentOptions(kind: kind, side: .forward, start: .given).layerCase,
        RecurrentOptions(kind: kind, side: .reverse, start: .given).layerCase,
        RecurrentOptions(kind: kind, side: .forward, layers: 2, start: .given).layerCase,
        RecurrentOptions(kind: kind, side: .sum, layers: 2, output: .lastStep, start: .given).layerCase,
        RecurrentOptions(kind: kind, side: .forward, width: 17).layerCase,
        RecurrentOptions(kind: kind, side: .concatenate, recurrentDropout: 0.4).layerCase,
        RecurrentOptions(kind: kind, side: .forward, layers: 2, start: .given, recurrentDropout: 0.4).layerCase,
        RecurrentOptions(kind: kind, side: .sum, layers: 3, dropout: 0.4).layerCase,
    ]
} + recurrentFixtures

/// Options whose values PyTorch has told.
private let recurrentFixtures: [LayerCase] = [
    RecurrentOptions(kind: .tanhRNN, side: .forward, fixture: "rnn_tanh").layerCase,
    RecurrentOptions(kind: .reluRNN, side: .reverse, fixture: "rnn_relu_reverse").layerCase,
    RecurrentOptions(kind: .gru, side: .forward, fixture: "gru").layerCase,
    RecurrentOptions(kind: .gru, side: .concatenate, layers: 2, fixture: "gru_stack").layerCase,
    RecurrentOptions(kind: .lstm, side: .concatenate, layers: 2, fixture: "lstm_stack").layerCase,
    RecurrentOptions(kind: .gru, side: .forward, start: .given, fixture: "gru_state").layerCase,
    RecurrentOptions(kind: .normalizedLSTM, side: .forward, fixture: "lstm_normalized").layerCase,
    RecurrentOptions(kind: .tanhRNN, side: .sum, fixture: "rnn_sum").layerCase,
    RecurrentOptions(kind: .gru, side: .mean, fixture: "gru_mean").layerCase,
    RecurrentOptions(kind: .lstm, side: .product, fixture: "lstm_product").layerCase,
    RecurrentOptions(kind: .reluRNN, side: .forward, output: .lastStep, fixture: "rnn_relu_last").layerCase,
    RecurrentOptions(kind: .lstm, side: .concatenate, output: .lastStep, fixture: "lstm_last").layerCase,
    RecurrentOptions(kind: .tanhRNN, side: .forward, start: .given, fixture: "rnn_state").layerCase,
    RecurrentOptions(kind: .lstm, side: .forward, start: .given, fixture: "lstm_state").layerCase,
]

/// A direction, or both with what becomes of them.
enum Side: String, CaseIterable {
    case forward, reverse, concatenate, sum, mean, product

    var direction: Recurrent.Direction {
        switch self {
        case .forward: .forward
        case .reverse: .reverse
        case .concatenate: .both(merge: .concatenate)
        case .sum: .both(merge: .sum)
        case .mean: .both(merge: .mean)
        case .product: .both(merge: .product)
        }
    }

    var reversals: [Bool] {
        switch self {
        case .forward: [false]
        case .reverse: [true]
        default: [false, true]
        }
    }

    /// The outputs of two directions as one, `[..., width]` each.
    func merged(_ sides: [[Double]], width: Int) -> [Double] {
        guard sides.count == 2 else { return sides[0] }
        let (a, b) = (sides[0], sides[1])
        return switch self {
        case .sum: zip(a, b).map(+)
        case .mean: zip(a, b).map { ($0 + $1) / 2 }
        case .product: zip(a, b).map(*)
        default:
            stride(from: 0, to: a.count, by: width).flatMap { first -> [Double] in
                Array(a[first..<first + width]) + Array(b[first..<first + width])
            }
        }
    }
}

extension Reference.RecurrentKind {
    var layerKind: Recurrent.Kind {
        switch self {
        case .tanhRNN: .rnn(.tanh)
        case .reluRNN: .rnn(.relu)
        case .gru: .gru
        case .lstm: .lstm()
        case .normalizedLSTM: .lstm(normalization: .layer)
        }
    }
}

/// One choice of options, for inputs of width 2, and the same in Double.
struct RecurrentOptions {
    enum Start {
        /// From zeros; the output alone is looked at.
        case zeros
        /// From states that are inputs of the case. Where the output is of every step it alone is looked at; of the
        /// last step, all final states with it.
        case given
    }

    private let kind: Reference.RecurrentKind
    private let side: Side
    private let layers: Int
    private let output: Recurrent.Output
    private let start: Start
    private let dropout, recurrentDropout: Float
    private let fixture: String?
    private let inputs = 2
    /// 3 is less than a vector of floats; 17 is one more than the longest. Normalised layers get 5: three cells may
    /// happen to lie so close together that to bring them to variance 1 magnifies their rounding.
    private let width: Int

    init(
        kind: Reference.RecurrentKind, side: Side, layers: Int = 1, output: Recurrent.Output = .everyStep,
        start: Start = .zeros, width: Int? = nil, dropout: Float = 0, recurrentDropout: Float = 0,
        fixture: String? = nil
    ) {
        (self.kind, self.side, self.layers, self.output) = (kind, side, layers, output)
        (self.start, self.dropout, self.recurrentDropout) = (start, dropout, recurrentDropout)
        self.fixture = fixture
        self.width = width ?? (kind == .normalizedLSTM && fixture == nil ? 5 : 3)
    }

    private var units: Int { layers * side.reversals.count }

    var layerCase: LayerCase {
        LayerCase(
            name, time: output == .everyStep ? .kept : .summarized, mixesRows: dropout + recurrentDropout > 0,
            fixture: fixture,
            inputs: { size in
                let states = start == .given ? units * (kind.hasCell ? 2 : 1) : 0
                return [[size.rows, size.steps, inputs]] + Array(repeating: [size.rows, width], count: states)
            },
            make: { scope in
                let layer = Recurrent(
                    kind.layerKind, inputs: inputs, hidden: width, layers: layers, direction: side.direction,
                    output: output, dropout: dropout, recurrentDropout: recurrentDropout, scope: scope)
                return { x, lengths, context in
                    guard start == .given else { return layer(x[0], lengths: lengths, context) }
                    let state = Recurrent.State(
                        hidden: Array(x[1...units]), cell: kind.hasCell ? Array(x[(units + 1)...]) : [])
                    let result = layer(x[0], lengths: lengths, state: state, context)
                    guard output == .lastStep else { return result.output }
                    return .concatenated([result.output] + result.state.hidden + result.state.cell)
                }
            },
            reference: reference)
    }

    private var name: String {
        [
            "Recurrent: \(kind.rawValue)", "\(side)", layers == 1 ? nil : "\(layers) layers",
            output == .everyStep ? nil : "last step", start == .zeros ? nil : "from a state",
            width == 17 ? "width \(width)" : nil,
            dropout == 0 ? nil : "dropout", recurrentDropout == 0 ? nil : "recurrent dropout", fixture.map { "fixture \($0)" },
        ].compactMap(\.self).joined(separator: ", ")
    }

    @Sendable private func reference(_ call: LayerCase.Call) -> [Double] {
        let (steps, rows) = (call.size.steps, call.size.rows)
        let masks = MaskSource()
        var (x, hidden, cells, last) = (call.x, [[Double]](), [[Double]](), [Double]())
        for layer in 0..<layers {
            let results = side.reversals.map { isReversed in
                let unit = hidden.count
                let plain = Reference.RecurrentLayer(
                    kind, width: width, layer: layer, isReversed: isReversed, parameters: { call[$0] })
                let result = plain(
                    x, steps: steps, lengths: call.lengths, hidden: start == .given ? call.inputs[1 + unit] : nil,
                    cell: start == .given && kind.hasCell ? call.inputs[1 + units + unit] : nil,
                    mask: masks.next(recurrentDropout, [rows, width]))
                hidden.append(result.hidden)
                if kind.hasCell { cells.append(result.cell) }
                return result
            }
            x = side.merged(results.map(\.output), width: width)
            if layer + 1 < layers, let mask = masks.next(dropout, [rows, steps, x.count / (rows * steps)]) {
                x = zip(x, mask).map(*)
            }
            last = side.merged(results.map(\.hidden), width: width)
        }
        guard output == .lastStep else { return x }
        guard start == .given else { return last }
        let parts = [last] + hidden + cells
        return (0..<rows).flatMap { row in
            parts.flatMap { part -> ArraySlice<Double> in
                let columns = part.count / rows
                return part[columns * row..<columns * (row + 1)]
            }
        }
    }
}

/// The masks of dropout that layers draw from a context of seed 0, as the table's lines do, in their order.
final class MaskSource {
    private let context = Context.training(tape: Tape(), gradients: Gradients(for: Parameters(.uninitialized)), seed: 0)

    /// Nil where nothing is dropped.
    ///
    /// - Parameter group: Neighbouring elements that fall together.
    func next(_ probability: Float, _ shape: Shape, group: Int = 1) -> [Double]? {
        guard probability > 0 else { return nil }
        let ones = Tensor(repeating: 1, shape)
        return ones.dropout(probability, seed: context.nextSeed(), sharedAcross: group).elements.map(Double.init)
    }
}

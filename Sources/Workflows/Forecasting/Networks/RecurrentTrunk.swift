import Layers
import Tensors

/// A stack of recurrent networks over the steps of the window, and its state behind the last of them.
struct RecurrentTrunk: ForecastTrunk {
    private let network: Recurrent
    let features: Int

    init(_ kind: Recurrent.Kind, inputs: Int, hidden: Int, layers: Int, dropout: Float, scope: Scope) {
        network = Recurrent(
            kind, inputs: inputs, hidden: hidden, layers: layers, output: .lastStep, dropout: dropout, scope: scope)
        features = hidden
    }

    func callAsFunction(_ batch: ForecastBatch, _ context: Context) -> Tensor { network(batch.steps, context) }
}

/// From sequence to sequence (Sutskever et al. 2014, "Sequence to sequence learning with neural networks"): an encoder
/// reads the window, and a decoder goes on from its states over the steps to come.
///
/// The decoder reads what is known of a step to come, its place h / H and what the calendar says, and not the forecast
/// for the step before: what it learns on is what it will be used on, and no error feeds the next.
struct DecoderTrunk: ForecastTrunk {
    private let encoder: Recurrent
    private let decoder: Recurrent
    private let horizon: Int
    let features: Int

    /// - Parameter calendar: K.
    init(
        _ kind: Recurrent.Kind, calendar: Int, horizon: Int, hidden: Int, layers: Int, dropout: Float, scope: Scope
    ) {
        func network(_ inputs: Int, _ name: String) -> Recurrent {
            Recurrent(kind, inputs: inputs, hidden: hidden, layers: layers, dropout: dropout, scope: scope[name])
        }
        encoder = network(1 + calendar, "encoder")
        decoder = network(1 + calendar, "decoder")
        (self.horizon, features) = (horizon, hidden)
    }

    func callAsFunction(_ batch: ForecastBatch, _ context: Context) -> Tensor {
        let state = encoder(batch.steps, lengths: nil, state: nil, context).state
        let places = Tensor(uninitialized: [batch.rows, horizon, 1])
        for index in 0..<places.count {
            places.mutablePointer[index] = Float(index % horizon + 1) / Float(horizon)
        }
        let inputs = batch.future.map { Tensor.concatenated([places, $0]) } ?? places
        return decoder(inputs, lengths: nil, state: state, context).output
    }
}

/// A stack of recurrent networks over the window. Its last state asks all states, and what it is told stands beside it
/// (Luong et al. 2015, "Effective approaches to attention-based neural machine translation").
struct AttentionTrunk: ForecastTrunk {
    private let network: Recurrent
    private let attention: LuongAttention
    let features: Int

    init(_ kind: Recurrent.Kind, inputs: Int, hidden: Int, layers: Int, dropout: Float, scope: Scope) {
        network = Recurrent(kind, inputs: inputs, hidden: hidden, layers: layers, dropout: dropout, scope: scope)
        attention = LuongAttention(.general, queryWidth: hidden, keyWidth: hidden, scope: scope["attention"])
        features = 2 * hidden
    }

    func callAsFunction(_ batch: ForecastBatch, _ context: Context) -> Tensor {
        let states = network(batch.steps, context)
        let last = states.lastStep()
        let query = last.reshaped([last.shape[0], 1, last.shape[1]])
        let told = attention(queries: query, keys: states, values: states, context)
        return .concatenated([last, told.reshaped(last.shape)])
    }
}

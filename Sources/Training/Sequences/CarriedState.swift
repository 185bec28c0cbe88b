import Kernels
import Layers
import Tensors

/// What a model carries from one chunk of a stream to the next: tensors of as many rows as the chunk has.
public protocol CarriedState: Sendable {
    /// The same numbers without a place on a tape: no gradient flows back into the chunk before.
    var detached: Self { get }
}

extension LSTM.State: CarriedState {}
extension HiddenState: CarriedState {}
extension Recurrent.State: CarriedState {}

extension Trainer {
    /// The mean loss over the steps of a chunk, on the context's tape, and the state behind it.
    ///
    /// The state that goes in is that behind the chunk before, detached; nil where the streams begin. Both have the
    /// rows of the chunk, in its order.
    public typealias CarriedLoss<State: CarriedState> = @Sendable (
        _ chunk: SequenceBatches.Chunk, _ state: State?, _ context: Context
    ) -> (loss: Tensor, state: State)

    /// Trains by truncated backpropagation through time, and leaves the parameters with the weights of the best epoch.
    ///
    /// Each replica has some of the rows, and carries their state. States start anew with every epoch, so that a
    /// training that is taken up behind one goes on to the same bytes. Losses count, and are reported, by the steps
    /// that they are means of. Else as `fit` on batches.
    public func fit<State: CarriedState>(
        _ batches: SequenceBatches, checkpoint: Checkpoint? = nil, shouldStop: () -> Bool = { false },
        report: (Event) -> Void = { _ in }, loss: @escaping CarriedLoss<State>, validate: () -> Validation
    ) throws -> History {
        try fit(course(batches, loss), checkpoint, shouldStop: shouldStop, report: report, validate: validate)
    }

    /// Chunks, as many in each step as the options say.
    private func course<State: CarriedState>(
        _ batches: SequenceBatches, _ loss: @escaping CarriedLoss<State>
    ) -> Course {
        let (replicas, size) = (replicas, options.accumulatedBatches)
        return Course(
            stepsPerEpoch: batches.chunkCount.groupCount(of: size), examples: batches.count,
            epoch: { number in
                let states = CarriedStates(replicas, loss)
                return batches.chunks(epoch: number).grouped(by: size).map { chunks in
                    Course.Step(examples: chunks.reduce(0) { $0 + $1.stepCount }) { states.shares(of: chunks) }
                }
            })
    }
}

/// The state of each replica's rows over an epoch.
private final class CarriedStates<State: CarriedState> {
    /// The states before and behind each of a replica's chunks in one step. One thread at a time uses it.
    private final class Chain: @unchecked Sendable {
        var states: [State?]
        init(start: State?) { states = [start] }
    }

    private let replicas: Replicas
    private let loss: Trainer.CarriedLoss<State>
    private var chains: [Chain]

    init(_ replicas: Replicas, _ loss: @escaping Trainer.CarriedLoss<State>) {
        (self.replicas, self.loss) = (replicas, loss)
        chains = (0..<replicas.count).map { _ in Chain(start: nil) }
    }

    /// What each replica does in one step on some chunks, when the step before is done.
    func shares(of chunks: [SequenceBatches.Chunk]) -> [[Replicas.Share]] {
        let total = Double(chunks.reduce(0) { $0 + $1.stepCount })
        chains = chains.map { Chain(start: $0.states.last ?? nil) }
        var shares = [[Replicas.Share]](repeating: [], count: replicas.count)
        for chunk in chunks {
            for (replica, places) in replicas.places(of: chunk.streams.count).enumerated() {
                let rows = chunk.rows(places)
                // Streams that have ended do not come back before their group does.
                guard rows.stepCount > 0 else { continue }
                let (chain, place, loss) = (chains[replica], shares[replica].count, loss)
                shares[replica].append(
                    Replicas.Share(weight: Double(rows.stepCount) / total) { context in
                        let (mean, state) = loss(rows, rows.isFirst ? nil : chain.states[place], context)
                        chain.states.replaceSubrange((place + 1)..., with: [state.detached])
                        return mean
                    })
            }
        }
        return Array(shares.prefix { !$0.isEmpty })
    }
}

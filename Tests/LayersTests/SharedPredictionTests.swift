import Kernels
import Layers
import TestSupport
import Tensors
import Testing

/// Predictions whose operations threads share out, and those in a context that is kept.
@Suite struct SharedPredictionTests {
    /// A layer and its input, large enough that sharing it out pays.
    private struct Case: CustomStringConvertible, Sendable {
        let description: String
        let shape: Shape
        let make: @Sendable (Scope) -> any Layer
    }

    private static let recurrent: [Case] = {
        let kinds: [(String, Recurrent.Kind)] = [
            ("lstm", .lstm()), ("gru", .gru), ("rnn", .rnn(.tanh)), ("normalised lstm", .lstm(normalization: .layer)),
        ]
        let directions: [(String, Recurrent.Direction)] = [
            ("forward", .forward), ("reverse", .reverse), ("both", .both(merge: .concatenate)),
        ]
        return kinds.flatMap { kind, layer in
            directions.flatMap { name, direction in
                [1, 3].map { rows in
                    Case(description: "\(kind), \(name), \(rows) rows", shape: [rows, 9, 40]) {
                        Recurrent(layer, inputs: 40, hidden: 200, layers: 2, direction: direction, scope: $0)
                    }
                }
            }
        }
    }()

    private static let others: [Case] = [
        Case(description: "linear map of a row", shape: [1, 3000]) { Linear(inputs: 3000, outputs: 101, scope: $0) },
        Case(description: "linear map of steps", shape: [1, 50, 300]) { Linear(inputs: 300, outputs: 101, scope: $0) },
        Case(description: "linear map to few outputs", shape: [400, 300]) {
            Linear(inputs: 300, outputs: 5, scope: $0)
        },
        Case(description: "linear map to whole panels", shape: [7, 300]) {
            Linear(inputs: 300, outputs: 256, scope: $0)
        },
        Case(description: "linear map of few rows to three panels", shape: [20, 300]) {
            Linear(inputs: 300, outputs: 190, scope: $0)
        },
        Case(description: "convolution", shape: [2, 700, 8]) {
            Conv1D(
                inputs: 8, outputs: 40, window: SlidingWindow(size: 5, stride: 2, padding: .same), scope: $0)
        },
        Case(description: "convolution in groups", shape: [1, 60, 40]) {
            Conv1D(
                inputs: 40, outputs: 70, window: SlidingWindow(size: 3, padding: .causal), connections: .groups(2),
                scope: $0)
        },
        Case(description: "convolutions of several widths", shape: [1, 60, 40]) {
            TextCNN(inputs: 40, filters: 20, widths: [2, 3], scope: $0)
        },
        Case(description: "activation", shape: [3, 100, 77]) { _ in Activation.gelu },
        Case(description: "encoder", shape: [1, 60, 128]) {
            TransformerEncoder(
                TransformerOptions(width: 128, heads: 4, feedForward: 300), blocks: 2, mask: .causal, scope: $0)
        },
    ]

    /// How an element is computed does not depend on how many threads there are.
    @Test(arguments: recurrent + others, [2, 3]) private func threadsChangeNothing(_ item: Case, threads: Int) {
        let parameters = Parameters(.seed(1))
        let layer = item.make(parameters.scope)
        let x = randomTensor(item.shape, seed: 2)
        let pool = WorkerPool(threadCount: threads)
        for (alone, shared) in [(Context.inference, Context.inference), (.serving, .serving)] {
            let expected = layer(x, lengths: nil, alone).elements
            let found = pool.sharingOperations { layer(x, lengths: nil, shared).elements }
            #expect(found == expected)
        }
    }

    /// A context that serves many predictions gives what one for each gives, but for rounding.
    @Test(arguments: others) private func contextsServeManyPredictions(_ item: Case) {
        let parameters = Parameters(.seed(1))
        let layer = item.make(parameters.scope)
        let serving = Context.serving
        for seed in 1...4 as ClosedRange<UInt64> {
            let x = randomTensor(item.shape, seed: seed)
            let (found, expected) = (layer(x, lengths: nil, serving), layer(x, lengths: nil, .inference))
            #expect(found.shape == expected.shape)
            #expect(relativeError(found.elements.map(Double.init), expected.elements.map(Double.init)) < 1e-6)
        }
    }

    /// Threads that meet behind each step see what the others wrote.
    @Test(arguments: [1, 2, 3]) func barriersHoldThreadsTogether(threads: Int) {
        let (pool, barrier, steps) = (WorkerPool(threadCount: threads), StepBarrier(threads: threads), 300)
        let counts = UnsafeMutableBufferPointer<Int>.allocate(capacity: threads)
        counts.initialize(repeating: 0)
        let failures = UnsafeMutableBufferPointer<Int>.allocate(capacity: threads)
        failures.initialize(repeating: 0)
        defer {
            counts.deallocate()
            failures.deallocate()
        }
        nonisolated(unsafe) let (all, missed) = (counts, failures)
        pool.run(threads) { thread in
            for step in 0..<steps {
                all[thread] = step + 1
                barrier.wait(behind: 2 * step)
                if all.contains(where: { $0 != step + 1 }) { missed[thread] += 1 }
                barrier.wait(behind: 2 * step + 1)
            }
        }
        #expect(Array(failures) == [Int](repeating: 0, count: threads))
    }
}

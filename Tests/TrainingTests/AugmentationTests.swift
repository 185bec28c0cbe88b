import Kernels
import Layers
import TestSupport
import Tensors
import Testing
import Training

@Suite struct AugmentationTests {
    private func training(_ seed: UInt64, tape: Tape = Tape()) -> Context {
        .training(tape: tape, gradients: Gradients(for: Parameters(.uninitialized)), seed: seed)
    }

    // MARK: Noise

    @Test func noiseIsNormal() {
        let x = Tensor(repeating: 2, [100, 200])
        let noisy = GaussianNoise(standardDeviation: 0.5)(x, training(1)).elements.map { Double($0) - 2 }
        let mean = noisy.reduce(0, +) / 20_000
        let variance = noisy.reduce(0) { $0 + $1 * $1 } / 20_000
        let within = noisy.filter { abs($0) < 0.5 }.count
        #expect(abs(mean) < 0.02 && abs(variance - 0.25) < 0.01)
        #expect(abs(Double(within) / 20_000 - 0.6827) < 0.015)
    }

    @Test func noiseLetsGradientsPass() {
        let tape = Tape()
        let x = tape.watch(randomTensor([3, 4], seed: 1))
        let upstream = randomTensor([3, 4], seed: 2)
        tape.backward(from: (GaussianNoise(standardDeviation: 1)(x, training(1, tape: tape)) * upstream).sum())
        #expect(tape.gradient(of: x).elements == upstream.elements)
    }

    // MARK: Time

    /// Every row is its own beginning or end, moved; what it lost was at one end, and zeros are at the other.
    @Test func rowsMoveWithinTheirLength() throws {
        let lengths: [Int32] = [9, 5, 1, 0, 9, 9, 7, 3]
        let x = Tensor((0..<8 * 9 * 2).map { Float($0 + 1) }, [8, 9, 2])
        var shifts = Set<Int>()
        for seed in 1...20 {
            let y = TimeShift(most: 3)(x, lengths: IndexTensor(lengths, [8]), training(UInt64(seed))).elements
            for (row, length) in lengths.map(Int.init).enumerated() {
                let old = Array(x.elements[row * 18..<row * 18 + 2 * length])
                let new = Array(y[row * 18..<(row + 1) * 18])
                #expect(new[(2 * length)...].allSatisfy { $0 == 0 })
                let shift = try #require((-3...3).first { shift in
                    (0..<length).allSatisfy { step in
                        let source = step - shift
                        let wanted = (0..<length).contains(source) ? [old[2 * source], old[2 * source + 1]] : [0, 0]
                        return Array(new[2 * step..<2 * step + 2]) == wanted
                    }
                })
                if length == 9 { shifts.insert(shift) }
            }
        }
        #expect(shifts == Set(-3...3))
    }

    @Test func gradientsMoveBack() {
        let tape = Tape()
        let x = tape.watch(randomTensor([5, 6, 2], seed: 1))
        let upstream = randomTensor([5, 6, 2], seed: 2)
        let lengths = IndexTensor([6, 4, 0, 6, 2], [5])
        let y = TimeShift(most: 2)(x, lengths: lengths, training(3, tape: tape))
        // The map is linear: <upstream, y(x)> = <gradient, x>.
        let loss = (y * upstream).sum()
        tape.backward(from: loss)
        let gradient = tape.gradient(of: x)
        let product = zip(gradient.elements, x.elements).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(product - Double(loss.scalar)) < 1e-5)
        #expect(gradient.elements.filter { $0 != 0 }.count == y.elements.filter { $0 != 0 }.count)
    }

    // MARK: Words

    @Test func wordsAreReplaced() {
        let words = IndexTensor((0..<4_000).map { Int32($0 % 4) }, [40, 100])
        let dropped = WordDropout(0.25, replacement: 9, padding: 0)(words, training(1))
        #expect(dropped.shape == words.shape)
        let pairs = Array(zip(words.elements, dropped.elements))
        #expect(pairs.allSatisfy { $0 == $1 || ($1 == 9 && $0 != 0) })
        let share = Double(pairs.filter { $0 != $1 }.count) / 3_000
        #expect(abs(share - 0.25) < 0.03)
        #expect(WordDropout(1, replacement: 9)(words, training(1)).elements == Array(repeating: 9, count: 4_000))
    }

    // MARK: All

    /// Outside of training nothing changes; within, the seed decides, and every call draws anew.
    @Test func actInTrainingAloneAndFollowTheSeed() {
        let x = randomTensor([4, 6, 2], seed: 1)
        let words = IndexTensor((0..<24).map { Int32($0) }, [4, 6])
        func all(_ context: Context) -> [[Float]] {
            [
                GaussianNoise(standardDeviation: 1)(x, context).elements, TimeShift(most: 3)(x, context).elements,
                WordDropout(0.5, replacement: 99)(words, context).elements.map(Float.init),
            ]
        }
        #expect(all(.inference) == [x.elements, x.elements, words.elements.map(Float.init)])
        let (first, again, other) = (all(training(1)), all(training(1)), all(training(2)))
        #expect(first == again)
        for (a, b) in zip(first, other) { #expect(a != b) }
        let context = training(1)
        let (one, two) = (all(context), all(context))
        for (a, b) in zip(one, two) { #expect(a != b) }
    }

    /// Within a training they are the same whatever the number of threads, and different for another number of
    /// replicas.
    @Test func trainingsRepeat() throws {
        func train(threads: Int, replicas: Int) throws -> [[UInt32]] {
            let parameters = Parameters(.seed(1))
            let layer = Linear(inputs: 2, outputs: 1, scope: parameters.scope)
            let options = TrainingOptions.toy { $0.replicas = replicas }
            let trainer = Trainer(parameters, options: options, seed: 1, pool: WorkerPool(threadCount: threads))
            let loader = DataLoader(lengths: Array(repeating: 1, count: 12), batchSize: 6, seed: 1)
            _ = try trainer.fit(loader) { rows, context in
                let x = randomTensor([rows.count, 5, 2], seed: 7)
                let noisy = GaussianNoise(standardDeviation: 0.3)(TimeShift(most: 2)(x, context), context)
                let y = layer(noisy, context)
                return (y * y).mean()
            } validate: { Trainer.Validation(loss: 0, score: 0) }
            return parameters.bits
        }
        let bits = try train(threads: 1, replicas: 2)
        #expect(try train(threads: 2, replicas: 2) == bits)
        #expect(try train(threads: 1, replicas: 3) != bits)
    }
}

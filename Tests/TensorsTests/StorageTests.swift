import TestSupport
import Tensors
import Testing

@Suite struct StorageTests {
    @Test func blocksAreReused() {
        let pool = StoragePool()
        for _ in 0..<5 {
            let blocks = (1...20).map { Storage(count: $0 * 100, pool: pool) }
            #expect(pool.statistics.bytesInUse >= blocks.count * 400)
        }
        #expect(pool.statistics.freshBlocks == 20)
        #expect(pool.statistics.bytesInUse == 0)
        pool.trim()
        #expect(pool.statistics.freshBytes == 0)
    }

    @Test(arguments: [0, 1, 255, 256, 257, 1000, 4096, 5000, 123_457, 10_000_001]) func classesWasteLittle(bytes: Int) {
        let pool = StoragePool()
        let storage = Storage(count: (bytes + 3) / 4, pool: pool)
        let size = pool.statistics.bytesInUse
        #expect(size >= bytes && (size <= 256 || Double(size) <= 1.25 * Double(bytes) + 4))
        #expect(UInt(bitPattern: storage.bytes) % 64 == 0)
    }

    /// The second of two equal training steps takes all of its memory from the first.
    @Test func aSecondStepAllocatesNothing() {
        let tape = Tape()
        func step() {
            tape.reset()
            let x = tape.watch(randomTensor([16, 32], seed: 1))
            let weight = tape.watch(randomTensor([8, 32], seed: 2))
            tape.backward(from: x.linear(weight).tanh().softmax().sum())
        }
        // Of this thread alone: other tests take from the shared pool.
        let pool = StoragePool()
        let blocks = (1...5).map { _ in
            pool.serving { step() }
            return pool.statistics.freshBlocks
        }
        #expect(blocks[0] > 0 && blocks.allSatisfy { $0 == blocks[0] }, "blocks after each step: \(blocks)")
    }

    /// A thread's tensors come from its own pool, on other threads and behind `serving` from others; they go back to where
    /// they came from, and may outlive all who served them.
    @Test func aThreadHasItsPool() {
        let (outer, inner) = (StoragePool(), StoragePool())
        let kept: [Tensor] = outer.serving {
            let before = Tensor(zeros: [10])
            let within = inner.serving { Tensor(zeros: [10]) }
            return [before, within, Tensor(zeros: [10])]
        }
        #expect(outer.statistics.freshBlocks == 2 && inner.statistics.freshBlocks == 1)
        #expect(outer.statistics.bytesInUse == 512 && inner.statistics.bytesInUse == 256)
        outer.serving { inner.serving { inner.serving { _ = Tensor(zeros: [10]) } } }
        #expect(outer.statistics.freshBlocks == 2 && inner.statistics.freshBlocks == 2)
        withExtendedLifetime(kept) {}
        let survivor = { StoragePool().serving { Tensor(repeating: 3, [5]) } }()
        #expect(survivor.elements == [3, 3, 3, 3, 3])
    }

    @Test func shapes() {
        let shape: Shape = [2, 3, 4]
        #expect(shape.count == 24 && shape.rows == 6 && shape.columns == 4 && shape[-1] == 4 && shape[0] == 2)
        #expect(shape.description == "[2, 3, 4]" && shape.replacingLast(with: 7) == [2, 3, 7])
        #expect(Shape([]).count == 1 && Shape([]).rank == 0)
        #expect(Shape([2, 3]) != Shape([2, 3, 0]))
    }

    @Test func viewsShareStorage() {
        let x = randomTensor([2, 6], seed: 1)
        #expect(x.reshaped([3, 4]).pointer == x.pointer)
        #expect(x.reshaped([3, 4]).elements == x.elements)
    }
}

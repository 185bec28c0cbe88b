import Testing
import WordVectors

@Suite struct RowCopiesTests {
    /// Changes of two threads add up in the shared row, and each sees the other's when its own are merged.
    @Test func changesAddUp() {
        let matrix = TrainingMatrix(rows: 10, width: 16)
        for place in 0..<160 { matrix.base[place] = Float(place) }
        func shared(_ row: Int) -> Float { matrix.base[row * matrix.stride + 5] }
        let (first, second) = (
            RowCopies(of: matrix, 4..<8, usesBetweenMerges: 3), RowCopies(of: matrix, 4..<8, usesBetweenMerges: 2)
        )
        let (ours, theirs) = (first.access, second.access)
        let before = shared(6)

        ours[6][5] += 1
        theirs[6][5] += 10
        for _ in 0..<2 { first.use(6, ours) }
        first.mergeDue()
        #expect(shared(6) == before && ours[6][5] == before + 1)
        first.use(6, ours)
        first.mergeDue()
        #expect(shared(6) == before + 1 && theirs[6][5] == before + 10)
        for _ in 0..<2 { second.use(6, theirs) }
        second.mergeDue()
        #expect(shared(6) == before + 11 && theirs[6][5] == before + 11 && ours[6][5] == before + 1)
        // Merged once, a change does not count again.
        first.merge()
        second.merge()
        #expect(shared(6) == before + 11 && ours[6][5] == before + 11)
        #expect(shared(4) == 69 && shared(7) == 117)
    }

    @Test func otherRowsAreTheSharedOnes() {
        let matrix = TrainingMatrix(rows: 10, width: 16)
        let copies = RowCopies(of: matrix, 4..<8, usesBetweenMerges: 1), rows = copies.access
        for row in 0..<10 { #expect((rows[Int32(row)] == matrix.base + row * 16) == !(4..<8).contains(row)) }
        // More uses between two merges than there are rows, and of rows without a copy.
        for row in 0..<10 {
            rows[Int32(row)][0] += 1
            for _ in 0..<70_000 { copies.use(Int32(row), rows) }
        }
        copies.mergeDue()
        for row in 0..<10 { #expect(matrix.base[row * 16] == 1) }
    }

    @Test func nothingIsCopiedForOneThread() {
        let matrix = TrainingMatrix(rows: 3, width: 16)
        let copies = RowCopies(of: matrix, 0..<0, usesBetweenMerges: 1), rows = copies.access
        for row in 0..<3 {
            #expect(rows[Int32(row)] == matrix.base + row * 16)
            copies.use(Int32(row), rows)
        }
        copies.mergeDue()
        copies.merge()
        #expect((0..<48).allSatisfy { matrix.base[$0] == 0 })
    }
}

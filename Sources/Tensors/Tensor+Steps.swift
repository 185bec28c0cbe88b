import Kernels

extension Tensor {
    /// Each row's last valid step: y[n] = x[n, L[n] - 1]; zeros where L[n] is 0.
    ///
    /// - Input: `[N, T, D]`
    /// - Output: `[N, D]`
    /// - Parameter lengths: L, `[N]`, each from 0 to T; all steps are valid where nil.
    public func lastStep(lengths: IndexTensor? = nil) -> Tensor {
        let (rows, steps, width) = sequenceExtents("the last step", lengths)
        let result = Tensor(zeros: [rows, width])
        /// The place of a row's last step, nil where it has none.
        @Sendable func last(_ row: Int) -> Int? {
            let length = lengths.map { Int($0.pointer[row]) } ?? steps
            return length > 0 ? (row * steps + length - 1) * width : nil
        }
        for row in 0..<rows {
            guard let last = last(row) else { continue }
            (result.mutablePointer + row * width).update(from: pointer + last, count: width)
        }
        return result.recorded(from: [self]) { pass in
            guard let sink = pass.sink(0) else { return }
            for row in 0..<rows {
                guard let last = last(row) else { continue }
                Vector.add(pass.upstream + row * width, to: sink + last, count: width)
            }
        }
    }

    /// The valid steps of each row in reverse order: y[n, t] = x[n, L[n] - 1 - t]; zeros behind a row's end.
    ///
    /// - Input, output: `[N, T, D]`
    /// - Parameter lengths: L, `[N]`, each from 0 to T; all steps are valid where nil.
    public func reversedInTime(lengths: IndexTensor? = nil) -> Tensor {
        movingSteps("reversal", lengths) { step, length in length - 1 - step }
    }

    /// The valid steps of each row, and zeros behind their end, whatever stood there.
    ///
    /// - Input, output: `[N, T, D]`
    /// - Parameter lengths: `[N]`, each from 0 to T.
    public func zeroingPadding(lengths: IndexTensor) -> Tensor { movingSteps("padding", lengths) { step, _ in step } }

    /// The same vector at every step: y[n, t] = x[n].
    ///
    /// - Input: `[N, D]`
    /// - Output: `[N, T, D]`
    /// - Parameter steps: T.
    public func repeated(steps: Int) -> Tensor {
        precondition(shape.rank == 2, "repetition of \(shape); [N, D] is expected")
        let (rows, width) = (shape[0], shape[1])
        let result = Tensor(uninitialized: [rows, steps, width])
        for place in 0..<rows * steps {
            (result.mutablePointer + place * width).update(from: pointer + place / steps * width, count: width)
        }
        return result.recorded(from: [self]) { pass in
            guard let sink = pass.sink(0) else { return }
            for place in 0..<rows * steps {
                Vector.add(pass.upstream + place * width, to: sink + place / steps * width, count: width)
            }
        }
    }

    /// y[n, t] = x[n, source(t, L[n])] for t < L[n], zeros behind; no two steps of a row have one source.
    private func movingSteps(
        _ what: String, _ lengths: IndexTensor?, from source: @escaping @Sendable (_ step: Int, _ length: Int) -> Int
    ) -> Tensor {
        let (rows, steps, width) = sequenceExtents(what, lengths)
        let result = Tensor(zeros: shape)
        /// Calls `body` with the place of each valid step, and of its source.
        @Sendable func forEachStep(_ body: (_ place: Int, _ source: Int) -> Void) {
            for row in 0..<rows {
                let length = lengths.map { Int($0.pointer[row]) } ?? steps
                for step in 0..<length {
                    body((row * steps + step) * width, (row * steps + source(step, length)) * width)
                }
            }
        }
        forEachStep { place, source in
            (result.mutablePointer + place).update(from: pointer + source, count: width)
        }
        return result.recorded(from: [self]) { pass in
            guard let sink = pass.sink(0) else { return }
            let upstream = pass.upstream
            forEachStep { place, source in Vector.add(upstream + place, to: sink + source, count: width) }
        }
    }

    private func sequenceExtents(_ what: String, _ lengths: IndexTensor?) -> (rows: Int, steps: Int, width: Int) {
        precondition(shape.rank == 3, "\(what) of \(shape); [N, T, D] is expected")
        lengths?.checkLengths(rows: shape[0], steps: shape[1])
        return (shape[0], shape[1], shape[2])
    }
}

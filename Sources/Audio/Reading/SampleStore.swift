import Files
import Synchronization

/// Keeps the samples of many sounds, to be read piece by piece: in memory up to a number of samples, beyond it in a
/// temporary file, so that memory does not grow with the data.
///
///     let store = SampleStore()
///     let sound = try store.keep(SampleStream(file: "street.flac", sampleRate: 16_000))
///     sound.read(16_000..<32_000, into: samples)
package final class SampleStore: Sendable {
    /// Samples that are kept in memory: 64 MiB.
    package static let usualCapacity = 1 << 24
    /// Samples that are written or kept together.
    static let pieceLength = 1 << 18

    private struct State {
        var kept = 0  // samples in memory
        var file: TemporaryFile?
        var fileLength = 0  // bytes
        var failure: FileError?
    }

    private let capacity: Int
    private let state = Mutex(State())

    package init(capacity: Int = SampleStore.usualCapacity) { self.capacity = capacity }

    /// Whether anything went to the temporary file.
    package var usesFile: Bool { state.withLock { $0.file != nil } }

    /// Keeps all that is left of a stream. Several threads may keep sounds at the same time.
    ///
    /// - Throws: `FileError` where reading fails or the temporary file cannot be written.
    package func keep(_ stream: SampleStream) throws -> StoredSound {
        var (pieces, block, held): ([StoredSound.Piece], [Float], [Float]) = ([], [], [])
        var (count, isSilent) = (0, true)
        func put() throws {
            count += held.count
            pieces.append(StoredSound.Piece(end: count, place: try place(of: held)))
            held.removeAll(keepingCapacity: pieces[pieces.count - 1].isInFile)
        }
        while try stream.read(into: &block) {
            held.append(contentsOf: block)
            if isSilent { isSilent = block.allSatisfy { $0 == 0 } }
            if held.count >= Self.pieceLength { try put() }
        }
        if !held.isEmpty { try put() }
        return StoredSound(store: self, pieces: pieces, sampleCount: count, isSilent: isSilent)
    }

    private func place(of samples: [Float]) throws -> StoredSound.Place {
        try state.withLock { state in
            guard state.kept + samples.count > capacity else {
                state.kept += samples.count
                return .memory(samples)
            }
            if state.file == nil { state.file = try TemporaryFile() }
            let offset = state.fileLength
            try samples.withUnsafeBytes { try state.file!.append($0) }
            state.fileLength += samples.count * MemoryLayout<Float>.size
            return .file(offset: offset)
        }
    }

    fileprivate func read(_ samples: UnsafeMutableBufferPointer<Float>, at offset: Int) {
        let file = state.withLock { $0.file!.contents }
        let bytes = UnsafeMutableRawBufferPointer(samples)
        var failure: FileError?
        do {
            if try file.read(into: bytes, at: offset) == bytes.count { return }
            failure = FileError(.inputOutput, path: file.name, place: .byte(offset), "the temporary file was cut short")
        } catch { failure = error as? FileError }
        samples.update(repeating: 0)
        state.withLock { $0.failure = $0.failure ?? failure }
    }

    /// Fails where reading has failed, which gives silence until someone asks here: in the middle of a step nobody
    /// could answer.
    package func check() throws {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Whether `check` would fail.
    package var hasFailed: Bool { state.withLock { $0.failure != nil } }
}

/// A sound in a `SampleStore`.
package struct StoredSound: Sendable {
    fileprivate enum Place: Sendable {
        case memory([Float])
        case file(offset: Int)  // bytes
    }

    fileprivate struct Piece: Sendable {
        /// Samples up to the end of this piece.
        let end: Int
        let place: Place

        var isInFile: Bool {
            if case .file = place { true } else { false }
        }
    }

    fileprivate let store: SampleStore
    fileprivate let pieces: [Piece]
    package let sampleCount: Int
    /// Whether every sample is 0.
    package let isSilent: Bool

    /// Copies some samples; silence where the store fails (see `SampleStore.check`).
    package func read(_ range: Range<Int>, into output: UnsafeMutablePointer<Float>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= sampleCount, "\(range) of \(sampleCount) samples")
        var start = 0
        for piece in pieces {
            let part = range.clamped(to: start..<piece.end)
            if !part.isEmpty {
                let target = UnsafeMutableBufferPointer(
                    start: output + part.lowerBound - range.lowerBound, count: part.count)
                switch piece.place {
                case .memory(let samples):
                    samples.withUnsafeBufferPointer { samples in
                        target.baseAddress!.update(
                            from: samples.baseAddress! + part.lowerBound - start, count: part.count)
                    }
                case .file(let offset):
                    store.read(target, at: offset + MemoryLayout<Float>.size * (part.lowerBound - start))
                }
            }
            start = piece.end
            if start >= range.upperBound { return }
        }
    }
}

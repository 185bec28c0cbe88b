import Glibc
import Kernels

extension FeatureExtractor {
    /// Scratch memory of one thread for one extractor. It grows to the longest sound that it has met.
    public final class Workspace {
        let extractor: FeatureExtractor
        let real: UnsafeMutablePointer<Float>
        let imaginary: UnsafeMutablePointer<Float>
        let otherReal: UnsafeMutablePointer<Float>
        let otherImaginary: UnsafeMutablePointer<Float>
        /// `[transformLength / 2 + 1, block]`
        let power: UnsafeMutablePointer<Float>
        /// `[channels, block]`, and its transpose.
        let block: UnsafeMutablePointer<Float>
        let transposed: UnsafeMutablePointer<Float>
        private var padded: [Float] = []
        private var bands: [Float] = []

        public init(_ extractor: FeatureExtractor) {
            self.extractor = extractor
            let length = extractor.transform.length
            func memory(_ count: Int) -> UnsafeMutablePointer<Float> {
                UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
                    .bindMemory(to: Float.self, capacity: count)
            }
            real = memory(length * SpectrumKernels.lanes)
            imaginary = memory(length * SpectrumKernels.lanes)
            otherReal = memory(length * SpectrumKernels.lanes)
            otherImaginary = memory(length * SpectrumKernels.lanes)
            power = memory((length / 2 + 1) * FeatureExtractor.blockSize)
            let channels = max(extractor.settings.melCount, length / 2 + 1)
            block = memory(channels * FeatureExtractor.blockSize)
            transposed = memory(channels * FeatureExtractor.blockSize)
        }

        deinit {
            for pointer in [real, imaginary, otherReal, otherImaginary, power, block, transposed] {
                pointer.deallocate()
            }
        }

        /// Room for `[frames, melCount]`; valid until the next call.
        func bands(frames: Int) -> UnsafeMutablePointer<Float> {
            Self.room(&bands, frames * extractor.settings.melCount)
        }

        /// Room for a sound with what stands before and behind it; valid until the next call.
        func padded(count: Int) -> UnsafeMutablePointer<Float> { Self.room(&padded, count) }

        /// The array is not touched again until it is grown, so that its address stays.
        private static func room(_ array: inout [Float], _ count: Int) -> UnsafeMutablePointer<Float> {
            if array.count < count { array = [Float](repeating: 0, count: count) }
            return array.withUnsafeMutableBufferPointer { $0.baseAddress! }
        }
    }

    /// Frames that are transformed together.
    static var blockSize: Int { 2 * SpectrumKernels.lanes }

    /// Channels of what `spectra` writes.
    private var spectralChannels: Int {
        settings.kind == .spectrogram ? settings.transformLength / 2 + 1 : settings.melCount
    }

    /// Writes the spectrogram, or what the mel filters make of it, `[frames, spectralChannels]`.
    func spectra(
        _ samples: UnsafeBufferPointer<Float>, frames: Int, hop: Int, into output: UnsafeMutablePointer<Float>,
        workspace: Workspace
    ) {
        let (length, channels) = (transform.length, spectralChannels)
        let blocks = (frames + Self.blockSize - 1) / Self.blockSize
        let lead = settings.isCentred ? length / 2 : 0
        let needed = max((blocks * Self.blockSize - 1) * hop + length, samples.count + 2 * lead)
        let padded = workspace.padded(count: needed)
        pad(samples, lead: lead, into: padded, count: needed)
        for block in 0..<blocks {
            let first = block * Self.blockSize
            let spectrum = powers(of: padded + first * hop, hop: hop, workspace)
            if settings.exponent == 1 {
                SpectrumKernels.takeSquareRoot(of: spectrum, count: (length / 2 + 1) * Self.blockSize)
            }
            let values = settings.kind == .spectrogram ? spectrum : filtered(spectrum, workspace)
            compress(values, count: channels * Self.blockSize)
            let count = min(Self.blockSize, frames - first)
            let target = output + first * channels
            if count == Self.blockSize {
                Rows.transpose(values, into: target, rows: channels, columns: Self.blockSize)
            } else {
                Rows.transpose(values, into: workspace.transposed, rows: channels, columns: Self.blockSize)
                target.update(from: workspace.transposed, count: count * channels)
            }
        }
        if settings.compression == .decibels, settings.dynamicRange > 0 {
            limitRange(output, count: frames * channels)
        }
    }

    /// |X|^2 of a block of frames, `[length / 2 + 1, blockSize]`.
    private func powers(
        of start: UnsafePointer<Float>, hop: Int, _ workspace: Workspace
    ) -> UnsafeMutablePointer<Float> {
        let length = transform.length
        window.withUnsafeBufferPointer { window in
            SpectrumKernels.loadFrames(
                of: start, hop: hop, window: window.baseAddress!, into: workspace.real, length: length)
            SpectrumKernels.loadFrames(
                of: start + SpectrumKernels.lanes * hop, hop: hop, window: window.baseAddress!,
                into: workspace.imaginary, length: length)
        }
        let isOther = transform.cosine.withUnsafeBufferPointer { cosine in
            transform.sine.withUnsafeBufferPointer { sine in
                transform.radices.withUnsafeBufferPointer { radices in
                    SpectrumKernels.transform(
                        real: workspace.real, imaginary: workspace.imaginary, otherReal: workspace.otherReal,
                        otherImaginary: workspace.otherImaginary, cosine: cosine.baseAddress!, sine: sine.baseAddress!,
                        radices: radices, length: length)
                }
            }
        }
        SpectrumKernels.power(
            real: isOther ? workspace.otherReal : workspace.real,
            imaginary: isOther ? workspace.otherImaginary : workspace.imaginary, into: workspace.power, length: length)
        for (line, factor) in emphasis.enumerated() {
            let row = workspace.power + line * Self.blockSize
            Vector.scale(factor, row, into: row, count: Self.blockSize)
        }
        return workspace.power
    }

    private func filtered(
        _ spectrum: UnsafeMutablePointer<Float>, _ workspace: Workspace
    ) -> UnsafeMutablePointer<Float> {
        filters.starts.withUnsafeBufferPointer { starts in
            filters.counts.withUnsafeBufferPointer { counts in
                filters.weights.withUnsafeBufferPointer { weights in
                    // Without weights every filter falls between two lines; the pointer is then never read from.
                    SpectrumKernels.filter(
                        spectrum, starts: starts.baseAddress!, counts: counts.baseAddress!,
                        weights: weights.baseAddress ?? UnsafePointer(workspace.real), into: workspace.block,
                        bands: settings.melCount)
                }
            }
        }
        return workspace.block
    }

    private func compress(_ values: UnsafeMutablePointer<Float>, count: Int) {
        let scale: Double
        switch settings.compression {
        case .none: return
        case .logarithm: scale = 1
        // Decibels are of powers: an amplitude counts twice.
        case .decibels: scale = (settings.exponent == 2 ? 10.0 : 20.0) / log(10.0)
        }
        SpectrumKernels.takeLogarithm(of: values, floor: Float(settings.floor), scale: Float(scale), count: count)
    }

    private func limitRange(_ values: UnsafeMutablePointer<Float>, count: Int) {
        var largest = -Float.infinity
        for place in 0..<count { largest = max(largest, values[place]) }
        let least = largest - Float(settings.dynamicRange)
        for place in 0..<count { values[place] = max(values[place], least) }
    }

    /// The sound, with its mirror image or zeros at both ends where frames are centred, then zeros.
    private func pad(
        _ samples: UnsafeBufferPointer<Float>, lead: Int, into padded: UnsafeMutablePointer<Float>, count: Int
    ) {
        padded.update(repeating: 0, count: lead)
        (padded + lead).update(from: samples.baseAddress!, count: samples.count)
        let end = lead + samples.count
        (padded + end).update(repeating: 0, count: count - end)
        guard settings.padding == .reflect else { return }
        // A sound shorter than what is padded is mirrored again and again.
        let period = max(1, 2 * (samples.count - 1))
        func mirrored(_ place: Int) -> Float {
            let within = ((place % period) + period) % period
            return samples[min(within, period - within)]
        }
        for place in 0..<lead {
            padded[place] = mirrored(place - lead)
            padded[end + place] = mirrored(samples.count + place)
        }
    }
}

/// Features of a sound that comes block by block: the same values as of the whole at once, in memory that does not grow
/// with its length.
///
///     var stream = try FeatureStream(FeatureSettings(.logMel, sampleRate: 16_000))
///     while try sound.read(into: &block) { use(stream.append(block)) }
///     use(stream.finish())
///
/// Slopes over time and a range below the loudest value reach across blocks: `deltas` and `dynamicRange` are 0.
public struct FeatureStream {
    public let settings: FeatureSettings
    /// Of frames that are not centred: what stands before the start and behind the end is put there here.
    private let extractor: FeatureExtractor
    private let workspace: FeatureExtractor.Workspace
    /// Samples before the first and behind the last where frames are centred.
    private let lead: Int
    private var held: [Float] = []
    /// Samples between two frames that are still to be passed over.
    private var skip = 0
    /// Samples at the end of the stream, for their mirror image.
    private var last: [Float] = []
    private var hasStarted = false
    private var sampleCount = 0
    private var frameCount = 0

    /// - Throws: `FeatureSettings.Invalid`
    public init(_ settings: FeatureSettings) throws(FeatureSettings.Invalid) {
        guard settings.kind != .waveform, settings.deltas == 0, settings.dynamicRange == 0 else {
            throw FeatureSettings.Invalid(
                setting: settings.kind == .waveform ? "kind" : settings.deltas == 0 ? "dynamicRange" : "deltas",
                message: "features block by block are spectra without slopes and without a range")
        }
        self.settings = settings
        lead = settings.isCentred ? settings.transformLength / 2 : 0
        var uncentred = settings
        uncentred.isCentred = false
        extractor = try FeatureExtractor(uncentred)
        workspace = FeatureExtractor.Workspace(extractor)
    }

    /// Takes the next samples, and hands out the frames that they complete; perhaps none.
    public mutating func append(_ samples: [Float]) -> Features {
        hold(samples)
        sampleCount += samples.count
        last.append(contentsOf: samples.suffix(lead + 1))
        last.removeFirst(max(0, last.count - lead - 1))
        if !hasStarted {
            // The mirror image of the start needs one sample more than it is long.
            guard held.count > lead else { return frames(0) }
            start()
        }
        let length = settings.transformLength
        return frames(held.count < length ? 0 : (held.count - length) / settings.hopLength + 1)
    }

    /// The last frames of a stream that has ended.
    public mutating func finish() -> Features {
        defer { held = [] }
        guard hasStarted else {
            // So short a sound is mirrored again and again.
            return Self.whole(held, settings)
        }
        if settings.padding == .reflect {
            hold(last.dropLast().suffix(lead).reversed())
        } else {
            hold([Float](repeating: 0, count: lead))
        }
        return frames(settings.frameCount(sampleCount: sampleCount) - frameCount)
    }

    private mutating func start() {
        hasStarted = true
        let isMirrored = settings.padding == .reflect
        held.insert(
            contentsOf: isMirrored ? held[1..<lead + 1].reversed() : [Float](repeating: 0, count: lead), at: 0)
    }

    private mutating func hold(_ samples: [Float]) {
        let skipped = min(skip, samples.count)
        skip -= skipped
        held.append(contentsOf: samples[skipped...])
    }

    /// The next frames, whose samples are there.
    private mutating func frames(_ count: Int) -> Features {
        guard count > 0 else { return Features(values: [], frameCount: 0, channelCount: settings.channelCount) }
        let needed = (count - 1) * settings.hopLength + settings.transformLength
        var samples = Array(held.prefix(needed))
        // Behind an uncentred sound that is shorter than a transform stands silence.
        samples.append(contentsOf: repeatElement(0, count: needed - samples.count))
        let features = extractor.features(of: samples, workspace: workspace)
        let used = min(count * settings.hopLength, held.count)
        held.removeFirst(used)
        skip += count * settings.hopLength - used
        frameCount += count
        return features
    }

    private static func whole(_ samples: [Float], _ settings: FeatureSettings) -> Features {
        // The settings were held valid as the stream was made.
        try! FeatureExtractor(settings).features(of: samples)
    }
}

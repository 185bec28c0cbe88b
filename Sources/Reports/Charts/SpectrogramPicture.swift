import Audio
import Glibc

/// Features of a sound over time as a picture: the louder, the lighter.
///
///     let picture = SpectrogramPicture(features, settings: settings, title: "street.flac")
///     try OutputFile.write(picture.svg, to: "spectrogram.svg", replacing: false)
public struct SpectrogramPicture: Sendable {
    public let features: Features
    public let settings: FeatureSettings
    public let title: String
    private let frameSeconds: Double

    /// - Precondition: a frame, and features that are no waveform.
    public init(_ features: Features, settings: FeatureSettings, title: String) {
        self.init(features, frameSeconds: settings.frameSeconds, settings: settings, title: title)
    }

    /// A picture of a sound of any length.
    public init(_ columns: FeatureColumns, settings: FeatureSettings, title: String) {
        self.init(
            columns.features, frameSeconds: settings.frameSeconds * Double(columns.framesPerColumn),
            settings: settings, title: title)
    }

    private init(_ features: Features, frameSeconds: Double, settings: FeatureSettings, title: String) {
        precondition(features.frameCount > 0 && settings.kind != .waveform, "a picture of nothing")
        self.features = features
        self.frameSeconds = frameSeconds
        self.settings = settings
        self.title = title
    }

    /// Columns of features that a picture can show; more are drawn as the loudest of several.
    public static let mostColumns = 2 * Int(frame.right - frame.left)

    private static let (width, height) = (1000.0, 480.0)  // pixels
    private static let frame = LabelLayout.Box(left: 72, top: 52, right: 880, bottom: 424)
    /// Decibels below the loudest at which colours end.
    private static let range = 80.0

    /// The picture as an SVG document; the raster within it is a PNG picture of at most 1616 by 744 points.
    public var svg: String {
        let scale = ValueScale(features, settings)
        let frame = Self.frame
        var text = SVG.opening(width: Self.width, height: Self.height, title: title, left: frame.left)
        text += "<image x=\"\(SVG.number(frame.left))\" y=\"\(SVG.number(frame.top))\" "
        text += "width=\"\(SVG.number(frame.right - frame.left))\" height=\"\(SVG.number(frame.bottom - frame.top))\" "
        text += "preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\" "
        text += "href=\"data:image/png;base64,\(raster(scale))\"/>\n"
        text += "<rect x=\"\(SVG.number(frame.left))\" y=\"\(SVG.number(frame.top))\" "
        text += "width=\"\(SVG.number(frame.right - frame.left))\" height=\"\(SVG.number(frame.bottom - frame.top))\" "
        text += "fill=\"none\" stroke=\"\(SVG.Style.frame)\"/>\n"
        return text + axes + colourBar(scale) + "</svg>\n"
    }

    // MARK: Raster

    /// Many frames in one column of points are drawn as their loudest, or a click would vanish.
    private func raster(_ scale: ValueScale) -> String {
        let columns = min(features.frameCount, Self.mostColumns)
        let rows = min(features.channelCount, 2 * Int(Self.frame.bottom - Self.frame.top))
        var points = [UInt8](repeating: 0, count: columns * rows)
        for column in 0..<columns {
            let frames = part(column, of: columns, features.frameCount)
            for row in 0..<rows {
                let channels = part(rows - 1 - row, of: rows, features.channelCount)
                var largest = -Float.infinity
                for frame in frames { for channel in channels { largest = max(largest, features[frame, channel]) } }
                points[row * columns + column] = UInt8(ColourMap.index(scale.share(Double(largest))))
            }
        }
        return PalettePNG.base64(PalettePNG.bytes(width: columns, height: rows, points: points))
    }

    private func part(_ index: Int, of parts: Int, _ count: Int) -> Range<Int> {
        count * index / parts..<count * (index + 1) / parts
    }

    // MARK: Axes

    private var axes: String {
        let frame = Self.frame
        let seconds = Double(features.frameCount) * frameSeconds
        var text = "<g stroke=\"\(SVG.Style.muted)\" stroke-width=\"1\">\n"
        var words = ""
        let distance = RoundTicks.distance(in: seconds, atMost: 8)
        for tick in RoundTicks.multiples(of: distance, from: 0, to: seconds) {
            let x = frame.left + tick / seconds * (frame.right - frame.left)
            text += SVG.line(x, frame.bottom, x, frame.bottom + 5)
            words += "<text x=\"\(SVG.number(x))\" y=\"\(SVG.number(frame.bottom + 18))\" text-anchor=\"middle\">"
            words += "\(SVG.tickLabel(tick))</text>\n"
        }
        for (share, label) in verticalTicks {
            let y = frame.bottom - share * (frame.bottom - frame.top)
            text += SVG.line(frame.left - 5, y, frame.left, y)
            words += "<text x=\"\(SVG.number(frame.left - 8))\" y=\"\(SVG.number(y + 4))\" text-anchor=\"end\">"
            words += "\(label)</text>\n"
        }
        text += "</g>\n<g font-size=\"11\" fill=\"\(SVG.Style.muted)\">\n" + words + "</g>\n"
        let middle = (x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2)
        text += "<g font-size=\"12\" fill=\"\(SVG.Style.muted)\" text-anchor=\"middle\">\n"
        text += "<text x=\"\(SVG.number(middle.x))\" y=\"\(SVG.number(frame.bottom + 40))\">seconds</text>\n"
        text += "<text transform=\"translate(18 \(SVG.number(middle.y))) rotate(-90)\">\(verticalName)</text>\n"
        return text + "</g>\n"
    }

    private var verticalName: String {
        switch settings.kind {
        case .waveform, .spectrogram: "Hz"
        case .logMel: "Hz, on a mel scale"
        case .mfcc: settings.deltas == 0 ? "coefficient" : "coefficient, with slopes above"
        }
    }

    /// Where ticks stand, as a share of the height, and their labels.
    private var verticalTicks: [(Double, String)] {
        switch settings.kind {
        case .waveform, .spectrogram:
            let half = Double(settings.sampleRate) / 2
            return RoundTicks.multiples(of: RoundTicks.distance(in: half, atMost: 8), from: 0, to: half)
                .map { ($0 / half, Formats.grouped(Int($0.rounded()))) }
        case .logMel:
            let scale = settings.melScale
            let (low, high) = (scale.mel(hertz: settings.lowestFrequency), scale.mel(hertz: settings.melCeiling))
            // Channel m, in the middle of its row, has its peak m + 1 steps above the lowest corner.
            let step = (high - low) / Double(settings.melCount + 1)
            var ticks: [(Double, String)] = []
            for hertz in [100.0, 250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000] {
                let share = ((scale.mel(hertz: hertz) - low) / step - 0.5) / Double(settings.melCount)
                guard share >= 0, share <= 1, share - (ticks.last?.0 ?? -1) > 0.04 else { continue }
                ticks.append((share, Formats.grouped(Int(hertz))))
            }
            return ticks
        case .mfcc:
            let count = Double(features.channelCount)
            let distance = RoundTicks.distance(in: count, atMost: 8).rounded(.up)
            return RoundTicks.multiples(of: distance, from: 0, to: count - 1)
                .map { (($0 + 0.5) / count, Formats.grouped(Int($0.rounded()))) }
        }
    }

    private func colourBar(_ scale: ValueScale) -> String {
        let (left, width) = (Self.frame.right + 24, 14.0)
        let (top, bottom) = (Self.frame.top, Self.frame.bottom)
        let steps = 64
        var text = "<g>\n"
        for step in 0..<steps {
            let height = (bottom - top) / Double(steps)
            let y = bottom - Double(step + 1) * height
            // A little taller than a step, so that no seam shows between two.
            text += "<rect x=\"\(SVG.number(left))\" y=\"\(SVG.number(y))\" width=\"\(SVG.number(width))\" "
            text += "height=\"\(SVG.number(height + (step == 0 ? 0 : 0.6)))\" "
            text += "fill=\"\(ColourMap.hexadecimal((Double(step) + 0.5) / Double(steps)))\"/>\n"
        }
        text += "</g>\n<g font-size=\"11\" fill=\"\(SVG.Style.muted)\">\n"
        let distance = RoundTicks.distance(in: scale.high - scale.low, atMost: 6)
        for tick in RoundTicks.multiples(of: distance, from: scale.low, to: scale.high) {
            let y = bottom - (tick - scale.low) / (scale.high - scale.low) * (bottom - top)
            text += "<text x=\"\(SVG.number(left + width + 6))\" y=\"\(SVG.number(y + 4))\">"
            text += "\(SVG.tickLabel(tick))</text>\n"
        }
        text += "<text x=\"\(SVG.number(left + width))\" y=\"\(SVG.number(top - 10))\" text-anchor=\"middle\">"
        return text + "\(scale.unit)</text>\n</g>\n"
    }

    /// From features to colours. Powers are shown in decibels, whatever form they have.
    private struct ValueScale {
        let low: Double
        let high: Double
        let unit: String
        private let factor: Double
        private let takesLogarithm: Bool
        private static let leastPower = 1e-20

        init(_ features: Features, _ settings: FeatureSettings) {
            let decibels = settings.exponent == 2 ? 10.0 : 20.0
            if settings.kind == .mfcc {
                (factor, takesLogarithm, unit) = (1, false, "value")
            } else {
                unit = "dB"
                takesLogarithm = settings.compression == .none
                factor = settings.compression == .decibels ? 1 : decibels / log(10.0)
            }
            var (least, most) = (Float.infinity, -Float.infinity)
            // The first coefficient of an MFCC is the loudness, many times as large as what tells sounds apart.
            let first = settings.kind == .mfcc && features.channelCount > 1 ? 1 : 0
            for frame in 0..<features.frameCount {
                for value in features.frame(frame).dropFirst(first) {
                    (least, most) = (min(least, value), max(most, value))
                }
            }
            let top = Self.number(Double(most), factor, takesLogarithm)
            let bottom = Self.number(Double(least), factor, takesLogarithm)
            high = top
            let limited = settings.kind == .mfcc ? bottom : max(bottom, top - SpectrogramPicture.range)
            low = limited < top ? limited : top - 1
        }

        private static func number(_ value: Double, _ factor: Double, _ takesLogarithm: Bool) -> Double {
            factor * (takesLogarithm ? log(max(value, leastPower)) : value)
        }

        func share(_ value: Double) -> Double {
            (Self.number(value, factor, takesLogarithm) - low) / (high - low)
        }
    }
}

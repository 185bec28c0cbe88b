import Audio
import Foundation
import FoundationXML
import Kernels
import Reports
import Testing

@Suite struct SoundPictureTests {
    private func expectXML(_ svg: String) {
        #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
        let parser = XMLParser(data: Data(svg.utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
    }

    private func features(_ settings: FeatureSettings) throws -> Features {
        let samples = (0..<8000).map { Float(0.3 * sin(2 * .pi * 440 * Double($0) / 8000)) }
        return try FeatureExtractor(settings).features(of: samples)
    }

    @Test(arguments: [FeatureSettings.Kind.spectrogram, .logMel, .mfcc])
    func spectrogramsAreSVG(kind: FeatureSettings.Kind) throws {
        let settings = FeatureSettings(kind, sampleRate: 8000)
        let svg = SpectrogramPicture(try features(settings), settings: settings, title: "a & b <c>").svg
        expectXML(svg)
        #expect(svg.contains("a &amp; b &lt;c&gt;"))
        #expect(svg.contains(">seconds</text>"))
        #expect(svg.contains("data:image/png;base64,"))
    }

    /// The raster is a PNG picture whose points are the features: the row of the tone is the lightest.
    @Test func theRasterShowsTheTone() throws {
        let settings = FeatureSettings(.spectrogram, sampleRate: 8000)
        let features = try features(settings)
        let svg = SpectrogramPicture(features, settings: settings, title: "tone").svg
        let start = try #require(svg.range(of: "base64,")).upperBound
        let end = try #require(svg[start...].firstIndex(of: "\""))
        let png = [UInt8](try #require(Data(base64Encoded: String(svg[start..<end]))))
        #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        func number(_ place: Int) -> Int { png[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        let (width, height) = (number(16), number(20))
        #expect(width == features.frameCount && height == features.channelCount)
        // Signature, header, palette; then the length of the data, their name, two bytes of zlib, five of the block.
        let data = 8 + 25 + 12 + 768 + 8 + 2 + 5
        let row = height - 1 - Int((440.0 * 256 / 8000).rounded())
        func point(_ row: Int, _ column: Int) -> UInt8 { png[data + row * (width + 1) + 1 + column] }
        for column in 5..<width - 5 {
            #expect((0..<height).max { point($0, column) < point($1, column) } == row)
        }
    }

    @Test func silenceCanBeDrawn() throws {
        let settings = FeatureSettings(.logMel, sampleRate: 8000)
        let features = try FeatureExtractor(settings).features(of: [Float](repeating: 0, count: 800))
        expectXML(SpectrogramPicture(features, settings: settings, title: "silence").svg)
    }

    @Test func confusionsAreSVG() {
        for count in [1, 2, 10, 45] {
            let labels = (0..<count).map { "class <\($0)>" }
            let counts = labels.indices.map { row in labels.indices.map { row == $0 ? 12.0 : Double(($0 + row) % 2) } }
            let svg = ConfusionPicture(labels: labels, counts: counts, title: "digits").svg
            expectXML(svg)
            #expect(svg.components(separatedBy: "<title>").count == count * count + 2)
        }
    }

    @Test func curvesAreSVG() {
        let svg = CurvePicture(
            title: "sirens", xName: "dB", yName: "accuracy",
            curves: [
                .init("gru", [(-10, 0.8), (0, 0.95), (20, 1)]),
                .init("majority class", [(-10, 0.625), (0, 0.625), (20, 0.625)], isBaseline: true),
            ]
        ).svg
        expectXML(svg)
        #expect(svg.components(separatedBy: "<circle").count == 7)
        #expect(svg.contains("stroke-dasharray"))
        expectXML(CurvePicture(title: "one", xName: "x", yName: "y", curves: [.init("a", [(1, 0)])]).svg)
    }
}

import ArgumentParser
import Cantus

/// The pictures that a report of a classifier can be drawn as.
struct AudioPictures {
    /// Where the matrix of labels that were taken for each other goes.
    var confusion: String?
    /// Where the curve of accuracy over the values of a column goes.
    var curve: String?

    /// Fails early where a picture cannot go where it should.
    func check(replacing: Bool) throws {
        for path in [confusion, curve] { if let path { try OutputFile.check(path, replacing: replacing) } }
    }

    /// Draws what was asked for.
    ///
    /// - Throws: `FileError`; `RecipeError` where the values of the column are no numbers.
    func write(_ report: AudioReport, replacing: Bool) throws {
        if let confusion {
            let metrics = report.model.metrics
            let picture = ConfusionPicture(
                labels: metrics.labels, counts: metrics.counts(\.files).map { $0.map(Double.init) },
                title: "\(report.model.name): \(Formats.grouped(report.scoredFiles)) files")
            try OutputFile.write(picture.svg, to: confusion, replacing: replacing)
        }
        if let curve, let attribute = report.attribute {
            try OutputFile.write(try picture(report, attribute).svg, to: curve, replacing: replacing)
        }
    }

    /// The accuracy of the model and of its baselines over the values of a column.
    private func picture(_ report: AudioReport, _ attribute: String) throws -> CurvePicture {
        let values = try report.parts.map { part in
            guard let value = Double(part.value), value.isFinite else {
                throw RecipeError("--curve: the value \"\(part.value)\" of \(attribute) found, a number expected")
            }
            return value
        }
        let curves = report.lines.enumerated().map { place, line in
            CurvePicture.Curve(
                line.name, zip(values, report.parts).map { ($0, $1.lines[place].metrics.fileAccuracy) },
                isBaseline: place > 0)
        }
        return CurvePicture(
            title: "Accuracy of files over \(attribute)", xName: attribute, yName: "accuracy", curves: curves)
    }
}

struct AudioPictureOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Scores for each value of a column of the table, such as snr, or of group or fold, too.",
            valueName: "column"))
    var by: String?

    @Option(help: ArgumentHelp("Draw which labels were taken for which, as SVG.", valueName: "file"))
    var confusion: String?

    @Option(help: ArgumentHelp("Draw the accuracy over the values of --by, as SVG.", valueName: "file"))
    var curve: String?

    func validate() throws {
        if curve != nil, by == nil { throw ValidationError("--curve goes with --by") }
    }

    var pictures: AudioPictures { AudioPictures(confusion: confusion, curve: curve) }
}

struct AudioCacheOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Keep features in this folder, by sound and settings, and read them there again (default: nowhere).",
            valueName: "folder"))
    var cache: String?
}

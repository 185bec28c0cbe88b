import Cantus

/// The result of a training or evaluation as people read it.
enum AudioTable {
    static func rendered(_ report: AudioReport, style: TextTable.Style) -> String {
        var text = table(report.lines).rendered(style) + "\n"
        if !report.folds.isEmpty { text += folds(report).rendered(style) + "\n" }
        if let attribute = report.attribute { text += parts(report.parts, attribute).rendered(style) + "\n" }
        text += "Scores on \(origin(report)) with \(report.model.metrics.labels.count) labels; a file's label is the "
        text += "one its chunks vote for. Higher is better.\n"
        if !report.verdict.isEmpty { text += report.verdict + "\n" }
        for remark in report.remarks { text += remark + "\n" }
        text += "\(Formats.grouped(report.parameters)) parameters, \(Formats.duration(seconds: report.seconds)).\n"
        return text
    }

    /// A line for the model and each baseline.
    static func table(_ lines: [AudioReport.Line], title: String = "model") -> TextTable {
        var table = TextTable(columns: [
            .init(title), .init("accuracy of files", .right), .init("macro-F1 of files", .right),
            .init("accuracy of chunks", .right), .init("macro-F1 of chunks", .right),
        ])
        for (index, line) in lines.enumerated() {
            let m = line.metrics
            let scores = [m.fileAccuracy, m.fileMacroF1, m.accuracy, m.macroF1]
            table.append([line.name] + scores.map(score), isHighlighted: index == 0)
        }
        return table
    }

    /// The accuracy of files in each fold, and their mean and spread.
    private static func folds(_ report: AudioReport) -> TextTable {
        var table = TextTable(columns: [.init("accuracy of files"), .init("files", .right)]
            + report.lines.map { .init($0.name, .right) })
        for fold in report.folds {
            let lines = [fold.model] + fold.baselines
            table.append([fold.name, Formats.grouped(fold.files.test)] + lines.map { score($0.metrics.fileAccuracy) })
        }
        table.append(["mean", ""] + report.spreads.map { score($0.mean) }, isHighlighted: true)
        table.append(["standard deviation", ""] + report.spreads.map { score($0.deviation) })
        return table
    }

    /// The accuracy of files for each value of an attribute.
    private static func parts(_ parts: [AudioReport.Part], _ attribute: String) -> TextTable {
        var table = TextTable(columns: [.init(attribute, .right), .init("files", .right)]
            + (parts.first?.lines ?? []).map { .init($0.name, .right) })
        for part in parts {
            table.append(
                [part.value.isEmpty ? "(none)" : part.value, Formats.grouped(part.files)]
                    + part.lines.map { score($0.metrics.fileAccuracy) })
        }
        return table
    }

    /// What the scores were taken on.
    private static func origin(_ report: AudioReport) -> String {
        let count = Formats.grouped(report.scoredFiles)
        return switch report.scoredPart {
        case .test: "\(count) test files"
        case .folds: "\(count) files, each by the model of its fold,"
        case .validation: "\(count) validation files"
        }
    }

    private static func score(_ value: Double) -> String { Formats.fixed(value, decimals: 3) }
}

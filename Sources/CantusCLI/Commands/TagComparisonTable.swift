import Cantus

/// The result of a comparison as people read it: every model and baseline, the best scores first.
enum TagComparisonTable {
    static func rendered(_ report: TagComparisonReport, style: TextTable.Style) -> String {
        var table = TextTable(columns: [
            .init("model"), .init("micro-F1", .right), .init("macro-F1", .right), .init("sample F1", .right),
            .init("P@1", .right), .init("MAP", .right), .init("subset", .right), .init("on validation", .right),
            .init("parameters", .right), .init("time", .right),
        ])
        for entry in report.ranking {
            let m = entry.line.metrics
            let scores = [
                m.microF1, m.macroF1, m.sampleF1, m.precisionAt1, m.meanAveragePrecision, m.subsetAccuracy,
            ].map { Formats.fixed($0, decimals: 3) }
            table.append(
                [entry.line.name] + scores + [
                    entry.validationMicroF1.map { Formats.fixed($0, decimals: 3) } ?? "",
                    Formats.grouped(entry.parameters), Formats.duration(seconds: entry.seconds),
                ], isHighlighted: entry.line.name == report.saved)
        }
        var text = table.rendered(style) + "\n"
        text += TagTable.scored(report.scoredPart, report.rows, labels: report.labels)
        text += ", the best micro-F1 first; higher is better. \"on validation\" is micro-F1, too.\n"
        text += report.verdict + "\n"
        for remark in report.remarks { text += remark + "\n" }
        return text + "\(Formats.duration(seconds: report.seconds)) in all.\n"
    }
}

import Cantus

/// The result of a training or evaluation as people read it.
enum TagTable {
    static func rendered(_ report: TagReport, style: TextTable.Style) -> String {
        var table = TextTable(columns: [
            .init("model"), .init("micro-F1", .right), .init("macro-F1", .right), .init("weighted F1", .right),
            .init("sample F1", .right), .init("P@1", .right), .init("MAP", .right), .init("Hamming", .right),
            .init("subset", .right), .init("threshold", .right),
        ])
        for (index, line) in report.lines.enumerated() {
            let m = line.metrics
            let scores = [
                m.microF1, m.macroF1, m.weightedF1, m.sampleF1, m.precisionAt1, m.meanAveragePrecision,
            ].map { Formats.fixed($0, decimals: 3) }
            table.append(
                [line.name] + scores + [
                    Formats.fixed(m.hammingLoss, decimals: 4), Formats.fixed(m.subsetAccuracy, decimals: 3),
                    Formats.fixed(Double(m.threshold), decimals: 3),
                ], isHighlighted: index == 0)
        }
        var text = table.rendered(style) + "\n"
        text += scored(report.scoredPart, report.rows, labels: report.labels)
        text += "; higher is better, but for Hamming (the share of wrong decisions).\n"
        text += "Labels have thresholds of their own around the one that is shown, in the baseline likewise.\n"
        if !report.verdict.isEmpty { text += report.verdict + "\n" }
        for remark in report.remarks { text += remark + "\n" }
        text += "\(Formats.grouped(report.parameters)) parameters, \(Formats.duration(seconds: report.seconds)).\n"
        return text
    }

    /// What the scores were taken on.
    static func scored(_ part: TagReport.Part, _ rows: TagReport.Rows, labels: Int) -> String {
        let count = part == .test ? rows.test : rows.validation
        return "Scores on \(Formats.grouped(count)) \(part.rawValue) rows with \(labels) labels"
    }
}

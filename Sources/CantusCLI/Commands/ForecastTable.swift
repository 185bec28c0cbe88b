import Cantus

/// The result of a training or a backtest as people read it.
enum ForecastTable {
    static func rendered(_ report: ForecastReport, style: TextTable.Style) -> String {
        var text = scores(report.lines, header: "model").rendered(style) + "\n"
        let horizon = report.model.perHorizonMAE.count
        text += "Scores on \(Formats.grouped(report.windows.test)) test windows of \(horizon) "
        text += "\(horizon == 1 ? "step" : "steps"); lower is better, but for R². Scaled errors are in standard "
        text += "deviations of the training part.\n"
        if let steps = steps(report) { text += "\n" + steps.rendered(style) + "\n" }
        if let quantiles = report.model.quantiles { text += sentence(quantiles) }
        if !report.verdict.isEmpty { text += report.verdict + "\n" }
        for remark in report.remarks { text += remark + "\n" }
        text += "\(Formats.grouped(report.parameters)) parameters, \(Formats.duration(seconds: report.seconds)).\n"
        return text
    }

    /// The scores of all lines, the first of which is the model's.
    static func scores(_ lines: [ForecastLine], header: String) -> TextTable {
        var table = TextTable(columns: [
            .init(header), .init("MAE", .right), .init("RMSE", .right), .init("sMAPE", .right), .init("WAPE", .right),
            .init("MASE", .right), .init("R²", .right), .init("scaled MSE", .right), .init("scaled MAE", .right),
        ])
        for (index, line) in lines.enumerated() {
            table.append(
                [line.name, Formats.significant(line.mae), Formats.significant(line.rmse)]
                    + [
                        Formats.percent(line.smape), line.wape.map { Formats.percent($0) } ?? "-",
                        line.mase.map { Formats.fixed($0, decimals: 3) } ?? "-",
                        line.rSquared.map { Formats.fixed($0, decimals: 3) } ?? "-",
                        Formats.fixed(line.scaledMSE, decimals: 4), Formats.fixed(line.scaledMAE, decimals: 4),
                    ], isHighlighted: index == 0)
        }
        return table
    }

    /// The mean absolute error at some steps of the horizon; nil of a single step.
    private static func steps(_ report: ForecastReport) -> TextTable? {
        let horizon = report.model.perHorizonMAE.count
        guard horizon > 1 else { return nil }
        let shown = Set([1, 2, 3, 6, 12, 24, 48, 96, 192, 336, 720].filter { $0 < horizon } + [horizon]).sorted()
        var table = TextTable(columns: [.init("MAE of step")] + shown.map { .init("\($0)", .right) })
        for (index, line) in report.lines.enumerated() where line.perHorizonMAE.count == horizon {
            table.append(
                [line.name] + shown.map { Formats.significant(line.perHorizonMAE[$0 - 1]) }, isHighlighted: index == 0)
        }
        return table
    }

    private static func sentence(_ quantiles: ForecastLine.Quantiles) -> String {
        let bands = zip(quantiles.coverage, quantiles.nominal).map { found, nominal in
            "\(Formats.percent(found)) of the values lie in the band of \(Formats.percent(nominal, decimals: 0))"
        }
        let text = "Mean pinball loss \(Formats.significant(quantiles.pinball))"
        return bands.isEmpty ? "\(text).\n" : "\(text); \(bands.joined(separator: ", ")).\n"
    }
}

import Cantus

/// A model file as people read it.
enum InspectionText {
    static func rendered(_ inspection: ModelInspection, style: TextTable.Style) -> String {
        var text = "A model of the job \(inspection.job): \(Formats.grouped(inspection.parameters)) parameters, "
        if let words = inspection.vocabulary { text += "\(Formats.grouped(words)) words, " }
        if let labels = inspection.labels { text += "\(labels.count) labels, " }
        if let series = inspection.series { text += "\(series.count) series, " }
        text += "\(Formats.bytes(inspection.bytes)).\n\n"

        text += Summary(lines: inspection.layers).table().rendered(style)
        if let example = inspection.example { text += "Outputs are those of \(example).\n" }
        text += "\n"

        if let lines = inspection.scores { text += section(scoreTable(lines), style) }
        if let lines = inspection.soundScores {
            text += section(AudioTable.table(lines, title: "scores when trained"), style)
        }
        if let lines = inspection.errors {
            text += section(ForecastTable.scores(lines, header: "errors when trained"), style)
        }
        if let history = inspection.history, !history.epochs.isEmpty {
            text += section(epochTable(history), style)
            if let norms = gradientTable(history) { text += section(norms, style) }
        }
        if let recipe = inspection.recipe { text += section(recipeTable(recipe), style) }
        if let labels = inspection.labels { text += "labels: \(labels.joined(separator: ", "))\n" }
        if let series = inspection.series { text += "series: \(series.joined(separator: ", "))\n" }
        return text
    }

    private static func scoreTable(_ lines: [TagReport.Line]) -> TextTable {
        var scores = TextTable(columns: [
            .init("scores when trained"), .init("micro-F1", .right), .init("macro-F1", .right), .init("P@1", .right),
            .init("threshold", .right),
        ])
        for (index, line) in lines.enumerated() {
            let numbers = [line.metrics.microF1, line.metrics.macroF1, line.metrics.precisionAt1]
            scores.append(
                [line.name] + numbers.map { Formats.fixed($0, decimals: 3) }
                    + [Formats.fixed(Double(line.metrics.threshold), decimals: 3)], isHighlighted: index == 0)
        }
        return scores
    }

    private static func epochTable(_ history: History) -> TextTable {
        var epochs = TextTable(columns: [
            .init("epoch", .right), .init("loss", .right), .init("validation loss", .right), .init("score", .right),
        ])
        for epoch in history.epochs {
            epochs.append(
                [
                    "\(epoch.number)", Formats.fixed(epoch.trainingLoss, decimals: 4),
                    Formats.fixed(epoch.validationLoss, decimals: 4), Formats.fixed(epoch.validationScore, decimals: 3),
                ], isHighlighted: epoch == history.best)
        }
        return epochs
    }

    /// The mean norm of each layer's gradients, a column for some epochs from the first to the last; nil where none was
    /// trained.
    private static func gradientTable(_ history: History) -> TextTable? {
        guard let layers = history.epochs.first?.layerGradientNorms.map(\.layer), !layers.isEmpty else { return nil }
        let (count, shown) = (history.epochs.count, min(history.epochs.count, 6))
        let epochs = (0..<shown).map { history.epochs[shown > 1 ? $0 * (count - 1) / (shown - 1) : 0] }
        var norms = TextTable(
            columns: [.init("gradient norms")] + epochs.map { .init("epoch \($0.number)", .right) })
        for (place, layer) in layers.enumerated() {
            norms.append([layer] + epochs.map { Formats.fixed($0.layerGradientNorms[place].norm, decimals: 4) })
        }
        return norms
    }

    private static func recipeTable(_ recipe: ConfigurationValue) -> TextTable {
        var table = TextTable(columns: [.init("recipe"), .init("value")])
        for setting in RecipeSetting.flattened(recipe, place: "") {
            // No file is none; what else is left empty is found out.
            let isNoFile = setting.key.hasSuffix(".file") && setting.value == .text("")
            table.append([setting.key, isNoFile ? "(none)" : plain(setting.value)])
        }
        return table
    }

    private static func section(_ table: TextTable, _ style: TextTable.Style) -> String {
        let text = table.rendered(style)
        return text + (text.hasSuffix("\n") ? "\n" : "\n\n")
    }

    private static func plain(_ value: ConfigurationValue) -> String {
        switch value {
        case .text(let text): text.isEmpty ? "(found out)" : text
        case .list(let values): values.isEmpty ? "(none)" : values.map(plain).joined(separator: ", ")
        case .object(let values):
            "{" + values.sorted { $0.key < $1.key }.map { "\($0.key): \(plain($0.value))" }.joined(separator: ", ")
                + "}"
        default: value.description
        }
    }
}

import Cantus

/// A model file as people read it.
enum InspectionText {
    static func rendered(_ inspection: ModelInspection, style: TextTable.Style) -> String {
        var text = "A model of the job \(inspection.job): \(Formats.grouped(inspection.parameters)) parameters, "
        text += "\(Formats.grouped(inspection.vocabulary)) words, \(inspection.labels.count) labels, "
        text += "\(Formats.bytes(inspection.bytes)).\n\n"

        var layers = TextTable(columns: [.init("layer"), .init("shape"), .init("parameters", .right)])
        for layer in inspection.layers {
            layers.append([
                layer.name, "[\(layer.shape.map(String.init).joined(separator: ", "))]",
                Formats.grouped(layer.parameters),
            ])
        }
        text += section(layers, style)

        var scores = TextTable(columns: [
            .init("scores when trained"), .init("micro-F1", .right), .init("macro-F1", .right), .init("P@1", .right),
            .init("threshold", .right),
        ])
        for (index, line) in inspection.scores.enumerated() {
            let numbers = [line.metrics.microF1, line.metrics.macroF1, line.metrics.precisionAt1]
            scores.append(
                [line.name] + numbers.map { Formats.fixed($0, decimals: 3) }
                    + [Formats.fixed(Double(line.metrics.threshold), decimals: 3)], isHighlighted: index == 0)
        }
        text += section(scores, style)

        var epochs = TextTable(columns: [
            .init("epoch", .right), .init("loss", .right), .init("validation loss", .right), .init("score", .right),
        ])
        for epoch in inspection.history.epochs {
            epochs.append(
                [
                    "\(epoch.number)", Formats.fixed(epoch.trainingLoss, decimals: 4),
                    Formats.fixed(epoch.validationLoss, decimals: 4), Formats.fixed(epoch.validationScore, decimals: 3),
                ], isHighlighted: epoch == inspection.history.best)
        }
        text += section(epochs, style)

        var recipe = TextTable(columns: [.init("recipe"), .init("value")])
        for setting in RecipeSetting.flattened(inspection.recipe, place: "") {
            recipe.append([setting.key, plain(setting.value)])
        }
        text += section(recipe, style)
        return text + "labels: \(inspection.labels.joined(separator: ", "))\n"
    }

    private static func section(_ table: TextTable, _ style: TextTable.Style) -> String {
        let text = table.rendered(style)
        return text + (text.hasSuffix("\n") ? "\n" : "\n\n")
    }

    private static func plain(_ value: ConfigurationValue) -> String {
        switch value {
        case .text(let text): text.isEmpty ? "(found out)" : text
        case .list(let values): values.map(plain).joined(separator: ", ")
        case .object(let values):
            "{" + values.sorted { $0.key < $1.key }.map { "\($0.key): \(plain($0.value))" }.joined(separator: ", ") + "}"
        default: value.description
        }
    }
}

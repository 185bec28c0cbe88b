import Layers

extension Summary {
    /// The layers as people read them, one line an array of weights, and behind them the sums.
    ///
    /// Columns of which nothing is known are left out.
    public func table() -> TextTable {
        let fields = fields
        var table = TextTable(columns: fields.map(\.column))
        for line in lines {
            let weights = line.weights.map { weight in
                "\(weight.name) [\(Self.list(weight.shape))]" + (weight.isFrozen ? " frozen" : "")
            }
            table.append(fields.map { $0.column.header == "weights" ? weights.first ?? "" : $0.cell(line) })
            for weight in weights.dropFirst() {
                table.append(fields.map { $0.column.header == "weights" ? weight : "" })
            }
        }
        table.append(fields.map(\.sum), isHighlighted: true)
        return table
    }

    private struct Field {
        let column: TextTable.Column
        let sum: String
        let cell: (Line) -> String
    }

    private var fields: [Field] {
        var fields = [Field(column: .init("layer"), sum: "all") { $0.name.isEmpty ? "(model)" : $0.name }]
        if lines.contains(where: { $0.kind != nil }) {
            fields.append(Field(column: .init("type"), sum: "") { $0.kind ?? "" })
        }
        if outputBytes != nil {
            fields.append(Field(column: .init("output"), sum: "") { $0.output.map { "[\(Self.list($0))]" } ?? "" })
        }
        fields.append(Field(column: .init("weights"), sum: "") { _ in "" })
        fields.append(
            Field(column: .init("parameters", .right), sum: Formats.grouped(parameters)) {
                Formats.grouped($0.parameters)
            })
        fields.append(
            Field(column: .init("trainable", .right), sum: Formats.grouped(parameters - frozen)) {
                Formats.grouped($0.parameters - $0.frozen)
            })
        fields.append(Field(column: .init("memory", .right), sum: Formats.bytes(bytes)) { Formats.bytes($0.bytes) })
        if let outputBytes {
            fields.append(
                Field(column: .init("output memory", .right), sum: Formats.bytes(outputBytes)) {
                    $0.outputBytes.map(Formats.bytes) ?? ""
                })
        }
        return fields
    }

    private static func list(_ extents: [Int]) -> String { extents.map(String.init).joined(separator: ", ") }
}

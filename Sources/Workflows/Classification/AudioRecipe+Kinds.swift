extension AudioRecipe {
    public func advice(onUnknown key: String) -> String? {
        guard let kinds = try? Self.kinds(with: key), !kinds.isEmpty else { return nil }
        return "the model \(model.kind.rawValue) does not have it, but \(kinds.map(\.rawValue).joined(separator: ", "))"
    }

    /// The kinds of model whose recipe has a key.
    private static func kinds(with key: String) throws -> [Model.Kind] {
        try Model.Kind.allCases.filter { try AudioRecipe($0).tree().keys.contains(key) }
    }
}

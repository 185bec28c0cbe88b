extension TagRecipe {
    /// What stands for every kind of model where a kind is asked for.
    public static let allKinds = "all"

    /// The recipe that settings make; one for each kind of model where they set `model.kind` to `all`.
    ///
    /// Of these each takes the settings of the keys that it has.
    ///
    /// - Throws: `RecipeError` for what cannot be set in any of them.
    public static func recipes(settings: [RecipeSetting]) throws -> [TagRecipe] {
        guard settings.last(where: { $0.key == kindKey })?.value == .text(allKinds) else {
            return [try TagRecipe(settings: settings)]
        }
        let others = settings.filter { $0.key != kindKey }
        return try Model.Kind.allCases.map { kind in
            let known = Set(try TagRecipe(kind).tree().keys)
            let own = try others.filter { try known.contains($0.key) || kinds(with: $0.key).isEmpty }
            return try TagRecipe(settings: [RecipeSetting(kindKey, .text(kind.rawValue), place: "")] + own)
        }
    }

    public func advice(onUnknown key: String) -> String? {
        if key == OldKeys.bidirectional {
            return "one direction or both is a matter of \(Self.kindKey): lstm or bilstm, gru or bigru"
        }
        guard let kinds = try? Self.kinds(with: key), !kinds.isEmpty else { return nil }
        return "the model \(model.kind.rawValue) does not have it, but \(kinds.map(\.rawValue).joined(separator: ", "))"
    }

    private static let kindKey = "model.kind"

    /// The kinds of model whose recipe has a key.
    private static func kinds(with key: String) throws -> [Model.Kind] {
        try Model.Kind.allCases.filter { try TagRecipe($0).tree().keys.contains(key) }
    }
}

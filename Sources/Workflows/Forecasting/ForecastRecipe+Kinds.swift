extension ForecastRecipe {
    /// What stands for several kinds of model, of which the validation part chooses one.
    public static let autoKind = "auto"

    private static let kindKey = "model.kind"

    /// The recipe that settings make; one for each kind of model that is worth a try where they leave the kind open or
    /// set it to `auto`.
    ///
    /// Of these each takes the settings of the keys that it has.
    ///
    /// - Throws: `RecipeError` for what cannot be set in any of them.
    public static func recipes(settings: [RecipeSetting]) throws -> [ForecastRecipe] {
        let kind = settings.last { $0.key == kindKey }?.value
        guard kind == nil || kind == .text(autoKind) else { return [try ForecastRecipe(settings: settings)] }
        let others = settings.filter { $0.key != kindKey }
        let ofReaders: Set = ["calendar.parts", "calendar.encoding"]
        let allRead = others.contains { $0.key == "calendar.inputs" }
        return try autoKinds.map { kind in
            let known = Set(try ForecastRecipe(kind).tree().keys)
            let own = try others.filter { setting in
                // Linear models read no calendar, unless they are told to.
                if kind.isLinear, !allRead, ofReaders.contains(setting.key) { return false }
                return try known.contains(setting.key) || !kinds(with: setting.key).contains(where: autoKinds.contains)
            }
            return try ForecastRecipe(settings: [RecipeSetting(kindKey, .text(kind.rawValue), place: "")] + own)
        }
    }

    public func advice(onUnknown key: String) -> String? {
        guard let kinds = try? Self.kinds(with: key), !kinds.isEmpty else { return nil }
        return "the model \(model.kind.rawValue) does not have it, but \(kinds.map(\.rawValue).joined(separator: ", "))"
    }

    /// What `auto` tries: the linear models, which take no time, and a recurrent and a convolutional network.
    private static let autoKinds: [Model.Kind] = [.linear, .nlinear, .gru, .conv1d]

    /// The kinds of model whose recipe has a key.
    private static func kinds(with key: String) throws -> [Model.Kind] {
        try Model.Kind.allCases.filter { try ForecastRecipe($0).tree().keys.contains(key) }
    }
}

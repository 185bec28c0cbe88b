extension TagRecipe {
    /// Keys of recipes in files that earlier versions wrote.
    enum OldKeys {
        /// Said of the kind `lstm` whether it reads from both ends.
        static let bidirectional = "model.bidirectional"
    }

    /// The tree of a recipe that an earlier version wrote, in today's keys; nil where today's version wrote it.
    static func modernized(_ tree: ConfigurationValue) throws -> ConfigurationValue? {
        if tree[OldKeys.bidirectional] != nil { return try modernizedDirections(tree) }
        // Every model had one network.
        guard case .object(var recipe) = tree, case .object(var model) = tree["model"], model["networks"] == nil else {
            return nil
        }
        model["networks"] = .number(1)
        recipe["model"] = .object(model)
        return .object(recipe)
    }

    /// There were two kinds of model, of which `lstm` had the key `bidirectional`, one layer, and its last states for
    /// features. What else is missing had the value that is today's default, or does not matter once the model is
    /// trained.
    private static func modernizedDirections(_ tree: ConfigurationValue) throws -> ConfigurationValue? {
        guard case .text(let name) = tree["model.kind"] else { return nil }
        let isBidirectional = tree[OldKeys.bidirectional] == .boolean(true)
        let kind = name == "lstm" && isBidirectional ? Model.Kind.bilstm : Model.Kind(rawValue: name)
        guard let kind else { return nil }
        var usual = TagRecipe(kind)
        usual.model.networks = 1
        if kind != .average { (usual.model.layers, usual.model.pooling) = (1, .last) }
        var result = try usual.tree()
        for key in result.keys where key != "model.kind" {
            if let value = tree[key] { result[key] = value }
        }
        // What is a group today was a name.
        if let schedule = tree["training.schedule"] { result["training.schedule"] = .object(["kind": schedule]) }
        return result
    }
}

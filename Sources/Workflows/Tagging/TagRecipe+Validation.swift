/// - Throws: `RecipeError` where the condition does not hold.
private func require(
    _ condition: Bool, _ key: String, _ value: some CustomStringConvertible, _ expected: String,
    alsoDependsOn others: [String] = []
) throws {
    guard condition else { throw RecipeError("\(key) is \(value), \(expected) expected", keys: [key] + others) }
}

extension TagRecipe {
    public func validate() throws {
        try model.validate()
        for (key, value) in [
            ("text.minimumCount", text.minimumCount), ("text.maximumLength", text.maximumLength),
            ("embeddings.maximumWords", embeddings.maximumWords), ("subwords.minimumLength", subwords.minimumLength),
        ] { try require(value >= 1, key, value, "a whole number from 1 on") }
        for (key, value) in [
            ("text.maximumVocabulary", text.maximumVocabulary), ("subwords.buckets", subwords.buckets),
        ] { try require(value >= 0, key, value, "a whole number from 0 on") }
        for (key, value) in [
            ("split.test", split.test), ("split.validation", split.validation), ("split.threshold", split.threshold),
        ] { try require((0..<1).contains(value), key, value, "a share from 0 to below 1") }
        try require(
            split.validation > 0 && split.threshold > 0 && split.validation + split.threshold < 1,
            "split.validation and split.threshold together", split.validation + split.threshold,
            "each above 0 and a sum below 1", alsoDependsOn: ["split.validation", "split.threshold"])
        try require(
            subwords.maximumLength >= subwords.minimumLength, "subwords.maximumLength", subwords.maximumLength,
            "no less than subwords.minimumLength", alsoDependsOn: ["subwords.minimumLength"])
        for (key, value) in [
            ("text.maximumLength", text.maximumLength), ("subwords.maximumLength", subwords.maximumLength),
        ] { try require(value <= 1 << 16, key, value, "at most 65536") }
        try require(subwords.buckets <= 1 << 28, "subwords.buckets", subwords.buckets, "at most 268435456")
        if model.kind == .transformer, let hidden = model.hidden {
            // There is a table of positions of this size.
            try require(
                text.maximumLength * hidden <= 1 << 20, "text.maximumLength times model.hidden",
                text.maximumLength * hidden, "at most \(1 << 20)",
                alsoDependsOn: ["text.maximumLength", "model.hidden"])
        }
        try training.validate()
    }
}

extension TagRecipe.Model {
    /// - Throws: `RecipeError` where a value is out of bounds, or the keys are not those of the kind.
    fileprivate func validate() throws {
        let usual = Self(kind)
        for (key, value, usual, most) in [
            ("networks", networks, usual.networks, 64),
            ("embedding", embedding, usual.embedding, 1 << 16), ("hidden", hidden, usual.hidden, 1 << 16),
            ("layers", layers, usual.layers, 64), ("filters", filters, usual.filters, 1 << 16),
            ("heads", heads, usual.heads, 1 << 10), ("feedForward", feedForward, usual.feedForward, 1 << 16),
            ("attention", attention, usual.attention, 1 << 16),
        ] as [(String, Int?, Int?, Int)] {
            try requirePresence(value, of: key, like: usual)
            guard let value else { continue }
            try require(value >= 1, "model.\(key)", value, "a whole number from 1 on")
            try require(value <= most, "model.\(key)", value, "at most \(most)")
        }
        try requirePresence(pooling, of: "pooling", like: usual.pooling)
        try requirePresence(filterWidths, of: "filterWidths", like: usual.filterWidths)
        if let filterWidths {
            let list = filterWidths.map(String.init).joined(separator: ",")
            try require(
                (1...16).contains(filterWidths.count) && Set(filterWidths).count == filterWidths.count
                    && filterWidths.allSatisfy((1...64).contains),
                "model.filterWidths", "\"\(list)\"", "1 to 16 different numbers from 1 to 64")
        }
        if let heads, let hidden {
            try require(
                hidden % (2 * heads) == 0, "model.heads", heads, "a divisor of half of model.hidden, \(hidden),",
                alsoDependsOn: ["model.hidden"])
            try require(pooling != .last, "model.pooling", "\"last\"", "one of mean, max, all")
        }
        for (key, value) in [
            ("model.wordDropout", wordDropout), ("model.embeddingDropout", embeddingDropout),
            ("model.dropout", dropout),
        ] { try require((0..<1).contains(value), key, value, "a probability from 0 to below 1") }
    }

    private func requirePresence<Value>(_ value: Value?, of key: String, like usual: Value?) throws {
        guard (value == nil) != (usual == nil) else { return }
        throw RecipeError(
            value == nil
                ? "model.\(key) is missing, which the model \(kind.rawValue) needs"
                : "model.\(key) is given, which the model \(kind.rawValue) does not have", keys: ["model.\(key)"])
    }
}

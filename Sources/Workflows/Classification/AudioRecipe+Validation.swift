import Audio

/// - Throws: `RecipeError` where the condition does not hold.
private func require(
    _ condition: Bool, _ key: String, _ value: some CustomStringConvertible, _ expected: String,
    alsoDependsOn others: [String] = []
) throws {
    guard condition else { throw RecipeError("\(key) is \(value), \(expected) expected", keys: [key] + others) }
}

extension AudioRecipe {
    public func validate() throws {
        _ = try namePattern
        try require(
            clips.sampleRate == 0 || (1_000...768_000).contains(clips.sampleRate), "clips.sampleRate", clips.sampleRate,
            "0 or a number from 1000 to 768000")
        for (key, seconds, most) in [
            ("chunking.chunkSeconds", chunking.chunkSeconds, 600), ("chunking.hopSeconds", chunking.hopSeconds, 600),
            ("features.windowSeconds", features.windowSeconds, 1), ("features.hopSeconds", features.hopSeconds, 1),
        ] as [(String, Double, Double)] {
            try require(seconds >= 0.001 && seconds <= most, key, seconds, "a number from 0.001 to \(Int(most))")
        }
        try require(
            (0...200).contains(features.dynamicRange), "features.dynamicRange", features.dynamicRange,
            "a number from 0 to 200")
        try model.validate()
        try augmentation.validate()
        try split.validate()
        try training.validate()
        // Of a rate that is not known yet, the highest: what it allows, lower ones may not, and the features say so.
        if clips.sampleRate > 0 { try validateFeatures() }
    }

    /// Checks what depends on the rate.
    func validateFeatures() throws {
        let settings = featureSettings
        do {
            try settings.validate()
        } catch {
            throw RecipeError("features.\(error)", keys: Self.keys(of: error.setting))
        }
        let sizes = modelSizes(settings, labels: 2)
        try require(
            sizes.frames * sizes.channels <= 1 << 24, "chunking.chunkSeconds", chunking.chunkSeconds,
            "a chunk with at most \(1 << 24) features, not \(sizes.frames * sizes.channels),",
            alsoDependsOn: ["features.hopSeconds", "features.kind"])
    }

    /// The keys that decide about a setting of the features.
    private static func keys(of setting: String) -> [String] {
        switch setting {
        case "sampleRate": ["clips.sampleRate"]
        case "windowLength", "transformLength": ["features.windowSeconds", "clips.sampleRate"]
        case "hopLength": ["features.hopSeconds", "clips.sampleRate"]
        default: ["features.\(setting)", "clips.sampleRate"]
        }
    }
}

extension AudioRecipe.Split {
    fileprivate func validate() throws {
        for (key, value) in [("split.test", test), ("split.validation", validation)] {
            try require((0..<1).contains(value), key, value, "a share from 0 to below 1")
        }
        try require(
            test > 0 || validation > 0 || by != .file, "split.validation", validation,
            "a share above 0 where split.test is 0, too,", alsoDependsOn: ["split.test"])
        try require(
            folds == 0 || (2...1000).contains(folds), "split.folds", folds, "0 or a number from 2 to 1000")
        try require(
            testPattern.isEmpty || testGroup.isEmpty, "split.testPattern", "\"\(testPattern)\"",
            "nothing beside split.testGroup", alsoDependsOn: ["split.testGroup"])
        try require(
            folds == 0 || testPattern.isEmpty && testGroup.isEmpty, "split.folds", folds,
            "0 where split.testGroup or split.testPattern says what to test on",
            alsoDependsOn: ["split.testGroup", "split.testPattern"])
        try require(
            by != .fold || folds == 0, "split.folds", folds, "0 where split.by is fold: the data say which there are",
            alsoDependsOn: ["split.by"])
    }
}

extension AudioRecipe.Model {
    /// - Throws: `RecipeError` where a value is out of bounds, or the keys are not those of the kind.
    fileprivate func validate() throws {
        let usual = Self(kind)
        for (key, value, usual, most) in [
            ("filters", filters, usual.filters, 1 << 14), ("convolutions", convolutions, usual.convolutions, 16),
            ("filterWidth", filterWidth, usual.filterWidth, 64), ("hidden", hidden, usual.hidden, 1 << 14),
            ("layers", layers, usual.layers, 64), ("heads", heads, usual.heads, 1 << 10),
            ("feedForward", feedForward, usual.feedForward, 1 << 16),
        ] as [(String, Int?, Int?, Int)] {
            guard (value == nil) == (usual == nil) else {
                throw RecipeError(
                    value == nil
                        ? "model.\(key) is missing, which the model \(kind.rawValue) needs"
                        : "model.\(key) is given, which the model \(kind.rawValue) does not have",
                    keys: ["model.\(key)"])
            }
            guard let value else { continue }
            try require((1...most).contains(value), "model.\(key)", value, "a whole number from 1 to \(most)")
        }
        if let heads, let hidden {
            try require(
                hidden % heads == 0, "model.heads", heads, "a divisor of model.hidden, \(hidden),",
                alsoDependsOn: ["model.hidden"])
        }
        try require(
            isRecurrent || pooling != .last, "model.pooling", "\"last\"",
            "one of mean, max, attention, both for the model \(kind.rawValue)", alsoDependsOn: ["model.kind"])
        for (key, value) in [("model.dropout", dropout), ("model.labelSmoothing", labelSmoothing)] {
            try require((0..<1).contains(value), key, value, "a number from 0 to below 1")
        }
    }
}

import TimeSeries

/// - Throws: `RecipeError` where the condition does not hold.
private func require(
    _ condition: Bool, _ key: String, _ value: some CustomStringConvertible, _ expected: String,
    alsoDependsOn others: [String] = []
) throws {
    guard condition else { throw RecipeError("\(key) is \(value), \(expected) expected", keys: [key] + others) }
}

extension ForecastRecipe {
    public func validate() throws {
        try model.validate()
        for (key, value) in [
            ("window.lookback", window.lookback), ("window.horizon", window.horizon), ("window.stride", window.stride),
        ] { try require((1...1 << 16).contains(value), key, value, "a whole number from 1 to 65536") }
        try require((0...1 << 16).contains(window.gap), "window.gap", window.gap, "a whole number from 0 to 65536")
        let list = target.quantiles.map { "\($0)" }.joined(separator: ",")
        try require(
            target.quantiles.count <= 64 && target.quantiles.allSatisfy { $0 > 0 && $0 < 1 }
                && zip(target.quantiles, target.quantiles.dropFirst()).allSatisfy { $0 < $1 },
            "target.quantiles", "\"\(list)\"", "at most 64 ascending numbers between 0 and 1")
        if !series.step.isEmpty {
            try require(TimeStep(series.step) != nil, "series.step", "\"\(series.step)\"", "a step such as 1 hour")
        }
        if !series.start.isEmpty {
            try require(
                TimeFormat.stamp(in: series.start) != nil && !series.step.isEmpty, "series.start",
                "\"\(series.start)\"", "a date or a stamp, and series.step with it,", alsoDependsOn: ["series.step"])
        }
        try calendar.validate(model.kind)
        if model.strategy == .recursive {
            try require(
                target.bands != .pinball, "target.bands", "\"pinball\"",
                "residuals with a recursive model, whose bands follow from its errors over the whole horizon,",
                alsoDependsOn: ["model.strategy"])
            try require(
                window.gap == 0, "window.gap", window.gap, "0 with a recursive model, which steps over no gap,",
                alsoDependsOn: ["model.strategy"])
        }
        try training.validate()
    }
}

extension ForecastRecipe.Calendar {
    /// - Throws: `RecipeError` for parts that there are not, and for those that nobody reads.
    fileprivate func validate(_ kind: ForecastRecipe.Model.Kind) throws {
        for name in parts.names {
            try require(
                CalendarFeatures.Part(name) != nil, "calendar.parts", "\"\(name)\"",
                "hour, weekday, monthDay, month, yearDay, holiday, or a season in steps such as season:24")
        }
        try require(
            !parts.names.contains("holiday") || !holidays.isEmpty, "calendar.parts", "\"holiday\"",
            "a file of them in calendar.holidays with it,", alsoDependsOn: ["calendar.holidays"])
        for (key, isOpen) in [("calendar.parts", parts.names.isEmpty), ("calendar.encoding", encoding == .cyclic)] {
            try require(
                inputs || isOpen, key, "set",
                "calendar.inputs=true with it (the model \(kind.rawValue) reads no calendar otherwise)",
                alsoDependsOn: ["calendar.inputs", "model.kind"])
        }
    }
}

extension ForecastRecipe.Model {
    /// - Throws: `RecipeError` where a value is out of bounds, or the keys are not those of the kind.
    fileprivate func validate() throws {
        let usual = Self(kind)
        for (key, value, usual, least, most) in [
            ("hidden", hidden, usual.hidden, 1, 1 << 14), ("layers", layers, usual.layers, kind == .conv1d ? 0 : 1, 64),
            ("filters", filters, usual.filters, 1, 1 << 14), ("filterWidth", filterWidth, usual.filterWidth, 1, 1024),
            ("heads", heads, usual.heads, 1, 1024), ("feedForward", feedForward, usual.feedForward, 1, 1 << 16),
            ("patch", patch, usual.patch, 1, 1 << 16), ("patchStride", patchStride, usual.patchStride, 1, 1 << 16),
            ("kernel", kernel, usual.kernel, 1, 1 << 16),
        ] as [(String, Int?, Int?, Int, Int)] {
            try requirePresence(value, of: key, like: usual)
            guard let value else { continue }
            try require(
                (least...most).contains(value), "model.\(key)", value, "a whole number from \(least) to \(most)")
        }
        try requirePresence(start, of: "start", like: usual.start)
        try requirePresence(skip, of: "skip", like: usual.skip)
        try requirePresence(dropout, of: "dropout", like: usual.dropout)
        if let dropout {
            try require((0..<1).contains(dropout), "model.dropout", dropout, "a probability from 0 to below 1")
        }
        if let heads, let hidden {
            try require(
                hidden % heads == 0, "model.heads", heads, "a divisor of model.hidden, \(hidden),",
                alsoDependsOn: ["model.hidden"])
        }
        if strategy == .decoder {
            try require(
                [.rnn, .lstm, .gru].contains(kind), "model.strategy", "\"decoder\"",
                "direct or recursive with the model \(kind.rawValue)", alsoDependsOn: ["model.kind"])
        }
    }

    private func requirePresence<Value>(_ value: Value?, of key: String, like usual: Value?) throws {
        guard (value == nil) != (usual == nil) else { return }
        throw RecipeError(
            value == nil
                ? "model.\(key) is missing, which the model \(kind.rawValue) needs"
                : "model.\(key) is given, which the model \(kind.rawValue) does not have", keys: ["model.\(key)"])
    }
}

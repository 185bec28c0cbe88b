import Training

/// The group `training` of every recipe whose model a `Trainer` trains.
extension TrainingOptions {
    /// Groups of keys that depend on a kind.
    static let groupsByKind = ["training.optimizer", "training.schedule"]

    /// The names that keys of the group may take.
    static let choices: [String: [String]] = [
        "training.optimizer.kind": OptimizerDescription.Kind.allCases.map(\.rawValue),
        "training.schedule.kind": LearningRateSchedule.Kind.allCases.map(\.rawValue),
    ]

    /// Takes the optimizer and the schedule that settings ask for, with their usual numbers.
    mutating func chooseKinds(_ settings: [RecipeSetting]) {
        if let kind: OptimizerDescription.Kind = settings.kind("training.optimizer.kind"), kind != optimizer.kind {
            optimizer = OptimizerDescription(kind)
        }
        if let kind: LearningRateSchedule.Kind = settings.kind("training.schedule.kind"), kind != schedule.kind {
            schedule = LearningRateSchedule(kind)
        }
    }

    /// - Throws: `RecipeError` for values that are out of range.
    func validate() throws {
        for limit in limits where !limit.isMet {
            let key = "training.\(limit.key)"
            throw RecipeError("\(key) is \(limit.value), \(limit.expected) expected", keys: [key])
        }
    }

    /// Runs a training, whose complaints about options become complaints about keys.
    static func namingKeys<Result>(_ training: () throws -> Result) throws -> Result {
        do {
            return try training()
        } catch let error as TrainingError {
            switch error {
            case .unmatchedPattern: throw RecipeError("training.\(error)")
            case .nothingToTrain: throw RecipeError("training.frozen: \(error)")
            case .notFinite, .interrupted: throw error
            }
        }
    }
}

extension [RecipeSetting] {
    /// The kind that the last setting of a key names, if it is one.
    func kind<Kind: RawRepresentable<String>>(_ key: String) -> Kind? {
        let kinds = filter { $0.key == key }.compactMap { setting -> Kind? in
            guard case .text(let name) = setting.value else { return nil }
            return Kind(rawValue: name)
        }
        return kinds.last
    }
}

/// Falls where the validation score has not risen for some epochs.
///
/// The factor follows from the scores of all epochs so far, so that a training that is taken up again needs to remember
/// nothing but its history.
public struct PlateauReduction: Codable, Hashable, Sendable {
    /// What the learning rate is multiplied by each time.
    public var factor: Double
    /// Epochs without improvement that are borne; the next one lets the rate fall, and counting starts anew.
    public var patience: Int
    /// A score counts as better where it is above the best by more than this.
    public var minimumImprovement: Double
    /// The share of the learning rate that it does not fall below.
    public var minimum: Double

    public init(factor: Double = 0.5, patience: Int = 2, minimumImprovement: Double = 0, minimum: Double = 0) {
        (self.factor, self.patience) = (factor, patience)
        (self.minimumImprovement, self.minimum) = (minimumImprovement, minimum)
    }

    func factor(at progress: TrainingProgress) -> Double {
        var (best, epochsWithout, result) = (-Double.infinity, 0, 1.0)
        for score in progress.scores {
            if score > best + minimumImprovement {
                (best, epochsWithout) = (score, 0)
            } else {
                epochsWithout += 1
            }
            if epochsWithout > patience {
                result = max(result * factor, minimum)
                epochsWithout = 0
            }
        }
        return result
    }

    var limits: [OptionLimit] {
        [
            OptionLimit("factor", factor, factor > 0 && factor < 1, "a number above 0 and below 1"),
            OptionLimit("patience", patience, patience >= 0, "a whole number from 0 on"),
            .fromZeroOn("minimumImprovement", minimumImprovement),
            OptionLimit("minimum", minimum, (0...1).contains(minimum), "a share from 0 to 1"),
        ]
    }
}

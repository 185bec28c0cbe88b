/// Why a training cannot go on.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where NaN or infinity showed itself first.
    public enum Place: Hashable, Sendable {
        case loss
        case gradient(parameter: String)
        case gradientNorm
        /// The loss or the score of the validation behind the step.
        case validation
    }

    /// NaN or infinity turned up. The weights are those from before the step, or, where validation found it, those
    /// that were validated.
    case notFinite(Place, step: Int)
    /// Someone asked training to stop.
    case interrupted

    public var description: String {
        switch self {
        case .notFinite(let place, let step):
            let what =
                switch place {
                case .loss: "the loss"
                case .gradient(let parameter): "the gradient of \(parameter)"
                case .gradientNorm: "the norm of the gradient"
                case .validation: "the validation loss or score"
                }
            return "training stopped at step \(step): \(what) is not a finite number; "
                + "a lower learning rate or a smaller maximum gradient norm usually helps"
        case .interrupted:
            return "training was interrupted"
        }
    }
}

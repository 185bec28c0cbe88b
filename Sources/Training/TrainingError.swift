import Glibc

/// Why a training cannot go on.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where NaN or infinity showed itself first.
    public enum Place: Hashable, Sendable {
        /// The loss. The layer is the first in the forward pass that put out such numbers, or that an operation without
        /// weights which did follows on; nil where the loss alone has them.
        case loss(layer: String?)
        /// The gradient of a parameter: the first that the backward pass comes to.
        case gradient(parameter: String)
        case gradientNorm
        /// The loss or the score of the validation behind the step.
        case validation
    }

    /// NaN or infinity turned up. The weights are those from before the step, or, where validation found it, those
    /// that were validated. The norms are those of the step's gradient, layer by layer, as far as they are known.
    case notFinite(Place, step: Int, gradientNorms: [LayerGradientNorm])
    /// No parameter has a name that a pattern matches.
    case unmatchedPattern(ParameterPattern, option: String, parameters: [String])
    /// Every parameter is frozen.
    case nothingToTrain
    /// Someone asked training to stop.
    case interrupted

    public var description: String {
        switch self {
        case .notFinite(let place, let step, let norms):
            let what =
                switch place {
                case .loss(nil): "the loss is not a finite number"
                case .loss(let layer?):
                    "the loss is not a finite number; in the forward pass the first such number comes from the layer "
                        + "\"\(layer)\" or directly behind it"
                case .gradient(let parameter):
                    "the gradient of \(parameter) is not a finite number; in the backward pass it is the first"
                case .gradientNorm: "the norm of the gradient is not a finite number"
                case .validation: "the validation loss or score is not a finite number"
                }
            let list = norms.map { "\($0.layer) \(Self.short($0.norm))" }.joined(separator: ", ")
            return "training stopped at step \(step): \(what)"
                + (norms.isEmpty ? "" : "; gradient norms of this step: \(list)")
                + "; a lower learning rate or a smaller maximum gradient norm usually helps"
        case .unmatchedPattern(let pattern, let option, let parameters):
            return "\(option): no parameter has a name like \"\(pattern)\"; there are "
                + parameters.joined(separator: ", ")
        case .nothingToTrain:
            return "every parameter is frozen; there is nothing to train"
        case .interrupted:
            return "training was interrupted"
        }
    }

    /// A number with three digits.
    private static func short(_ number: Double) -> String {
        guard !number.isNaN else { return "nan" }  // without a sign
        guard number.isFinite, number != 0 else { return "\(number)" }
        let unit = pow(10, 2 - floor(log10(abs(number))))
        return "\((number * unit).rounded() / unit)"
    }
}

/// Shifts and scales every window by its own inputs, so that a model sees shapes in the place of levels; forecasts are
/// taken back by the same numbers.
public enum WindowNormalization: String, Codable, CaseIterable, Sendable {
    /// Windows stay as they are.
    case none
    /// Minus the last input, as NLinear does (Zeng et al. 2023).
    case last
    /// Minus the mean of the inputs.
    case mean
    /// Minus the mean, divided by the standard deviation of the inputs (Kim et al. 2022, "Reversible instance
    /// normalization", with their 1e-5 added to the variance, so that nothing is divided by 0).
    case standard

    /// What a window is shifted and divided by.
    public struct Parameters: Hashable, Sendable {
        public let shift: Float
        /// Never 0.
        public let scale: Float

        public init(shift: Float, scale: Float) { (self.shift, self.scale) = (shift, scale) }

        public func normalized(_ value: Float) -> Float { (value - shift) / scale }
        public func restored(_ value: Float) -> Float { value * scale + shift }
    }

    /// The numbers of a window.
    ///
    /// - Parameter inputs: The inputs of one channel, `[lookback]`, none of them missing.
    public func parameters(of inputs: UnsafeBufferPointer<Float>) -> Parameters {
        precondition(!inputs.isEmpty, "a window without inputs")
        switch self {
        case .none: return Parameters(shift: 0, scale: 1)
        case .last: return Parameters(shift: inputs[inputs.count - 1], scale: 1)
        case .mean: return Parameters(shift: Float(Self.mean(inputs)), scale: 1)
        case .standard:
            let mean = Self.mean(inputs)
            let squares = inputs.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
            let deviation = (squares / Double(inputs.count) + 1e-5).squareRoot()
            return Parameters(shift: Float(mean), scale: Float(deviation))
        }
    }

    private static func mean(_ inputs: UnsafeBufferPointer<Float>) -> Double {
        inputs.reduce(0.0) { $0 + Double($1) } / Double(inputs.count)
    }
}

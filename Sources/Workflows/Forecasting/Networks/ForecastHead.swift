import Layers
import Tensors

/// A linear layer that makes forecasts out of a trunk's features, and out of what the calendar says of each step to
/// come:
///
///     y[n, h, o] = (W f[n] + b)[h, o] + V c[n, h]       of one row of features for all steps
///     y[n, h, o] = (W f[n, h] + b)[o] + V c[n, h]       of one for each step
///
/// Its parameters are `weight` W `[H O, F]`, or `[O, F]`, and `bias` b; `calendar.weight` V `[O, K]`.
struct ForecastHead: Sendable {
    let linear: Linear
    private let calendarWeight: Parameter?
    private let horizon: Int
    private let outputs: Int
    private let isPerStep: Bool

    /// - Parameters:
    ///   - features: F.
    ///   - isPerStep: Whether features come step by step.
    ///   - calendar: K.
    ///   - horizon: H.
    ///   - outputs: O.
    init(features: Int, isPerStep: Bool, calendar: Int, horizon: Int, outputs: Int, scope: Scope) {
        (self.horizon, self.outputs, self.isPerStep) = (horizon, outputs, isPerStep)
        linear = Linear(inputs: features, outputs: isPerStep ? outputs : horizon * outputs, scope: scope)
        // At the start the calendar says nothing.
        calendarWeight = calendar > 0 ? scope["calendar"].parameter("weight", [outputs, calendar], .zeros) : nil
    }

    /// `[N, H, O]`
    func callAsFunction(_ features: Tensor, future: Tensor?, _ context: Context) -> Tensor {
        let shape: Shape = [features.shape[0], horizon, outputs]
        let result = linear(features, context).reshaped(shape)
        guard let calendarWeight, let future else { return result }
        return result + future.linear(context(calendarWeight))
    }

    var parameters: [Parameter] { [linear.weight, linear.bias] + (calendarWeight.map { [$0] } ?? []) }

    /// Makes all forecasts zero, as a beginning.
    func startAtZero() {
        for parameter in parameters { parameter.assign(Tensor(zeros: parameter.shape)) }
    }
}

import Layers
import Tensors

/// The network of a forecaster: a trunk that makes features out of windows, a head for points, another for quantiles,
/// and a linear map of the window beside them.
///
/// - Input: a batch of N windows of L steps
/// - Output: points `[N, H]` and quantiles `[N, H, Q]`, scaled, without the calendar's profile
struct ForecastModel: Sendable {
    /// The sizes that decide about the parameters.
    struct Sizes: Sendable {
        /// L.
        let lookback: Int
        /// H; 1 of a recursive model.
        let horizon: Int
        /// K: what the calendar says of a step.
        let calendar: Int
        /// Q; 0 where the band needs no weights.
        let quantiles: Int
    }

    /// What comes out.
    struct Output {
        /// `[N, H]`
        let points: Tensor
        /// `[N, H, Q]`
        let quantiles: Tensor?
    }

    private let trunk: any ForecastTrunk
    private let dropout: Dropout
    private let pointHead: ForecastHead
    private let quantileHead: ForecastHead?
    private let skip: Linear?
    private let horizon: Int

    init(_ recipe: ForecastRecipe, _ sizes: Sizes, scope: Scope) {
        let model = recipe.model
        let trunk = recipe.trunk(sizes, scope: scope["trunk"])
        self.trunk = trunk
        dropout = Dropout(Float(model.dropout ?? 0))
        func head(_ outputs: Int, _ name: String) -> ForecastHead {
            ForecastHead(
                features: trunk.features, isPerStep: model.strategy == .decoder, calendar: sizes.calendar,
                horizon: sizes.horizon, outputs: outputs, scope: scope[name])
        }
        pointHead = head(1, "point")
        quantileHead = sizes.quantiles > 0 ? head(sizes.quantiles, "quantiles") : nil
        skip =
            model.skip == .ridge ? Linear(inputs: sizes.lookback, outputs: sizes.horizon, scope: scope["skip"]) : nil
        horizon = sizes.horizon
    }

    /// The parameters that bound the size of all others, with their shapes: where a file holds these, the model is no
    /// larger than the file by more than a small factor.
    static func largestShapes(_ recipe: ForecastRecipe, _ sizes: Sizes) -> [PlannedParameter] {
        let trunk = recipe.trunkPlan(sizes)
        let outputs = recipe.model.strategy == .decoder ? 1 : sizes.horizon
        var shapes = trunk.parameters.map { ("trunk.\($0.name)", $0.shape) }
        shapes.append(("point.weight", [outputs, trunk.features]))
        if sizes.quantiles > 0 { shapes.append(("quantiles.weight", [outputs * sizes.quantiles, trunk.features])) }
        if recipe.model.skip == .ridge { shapes.append(("skip.weight", [sizes.horizon, sizes.lookback])) }
        return shapes
    }

    /// The part of the model that ridge regression solves for, and that part's inputs.
    var linearPart: (layer: Linear, inputs: @Sendable (ForecastBatch) -> Tensor) {
        if let skip { return (skip, { $0.values }) }
        return (pointHead.linear, { [trunk] in trunk($0, .inference) })
    }

    /// Leaves the forecast to the linear part: the network begins as an addition of nothing.
    func startBesideSkip() {
        guard let skip else { return }
        pointHead.startAtZero()
        for parameter in [skip.weight, skip.bias] { parameter.isFrozen = true }
    }

    /// Whether the network adds nothing to the linear map beside it.
    var isSkipAlone: Bool {
        skip != nil && pointHead.parameters.allSatisfy { $0.value.elements.allSatisfy { $0 == 0 } }
    }

    /// Makes a linear model the mean of its window, as the code of Zeng et al. 2023 begins.
    func startEqual(lookback: Int) {
        let weight = pointHead.linear.weight
        weight.assign(Tensor(repeating: 1 / Float(lookback), weight.shape))
    }

    /// The quantiles as they would be if errors were normal with this deviation at each step, `[H]`; the weights of
    /// features are zero.
    func startQuantiles(deviations: [Double], quantiles: [Double]) {
        guard let quantileHead else { return }
        quantileHead.startAtZero()
        let bias = quantileHead.linear.bias
        let offsets = (0..<bias.shape.count).map { place in
            let step = min(place / quantiles.count, deviations.count - 1)
            return Float(deviations[step] * StandardNormal.quantile(quantiles[place % quantiles.count]))
        }
        bias.assign(Tensor(offsets, bias.shape))
    }

    func callAsFunction(_ batch: ForecastBatch, _ context: Context) -> Output {
        let features = dropout(trunk(batch, context), context)
        let shape: Shape = [batch.rows, horizon]
        var points = pointHead(features, future: batch.future, context).reshaped(shape)
        if let skip { points = points + skip(batch.values, context) }
        points = batch.restored(points)
        guard let quantileHead else { return Output(points: points, quantiles: nil) }
        // Gradients of the band end here: it costs the points nothing.
        let offsets = batch.scaled(quantileHead(features.detached, future: batch.future, context))
        return Output(points: points, quantiles: offsets + points.detached.repeatedAlongLast(offsets.shape[2]))
    }
}

extension ForecastBatch {
    /// Takes back the normalisation of windows: y[n] = x[n] spread[n] + level[n].
    func restored(_ x: Tensor) -> Tensor {
        isNormalized ? scaled(x) + levels.repeated(like: x) : x
    }

    /// What `restored` would make y of: x[n] = (y[n] - level[n]) / spread[n].
    func normalized(_ y: Tensor) -> Tensor {
        guard isNormalized else { return y }
        let result = Tensor(uninitialized: y.shape)
        let width = y.count / max(rows, 1)
        for place in 0..<y.count {
            result.mutablePointer[place] = (y.pointer[place] - levels[place / width]) / spreads[place / width]
        }
        return result
    }

    /// The same for differences: y[n] = x[n] spread[n].
    func scaled(_ x: Tensor) -> Tensor { isNormalized ? x * spreads.repeated(like: x) : x }
}

extension [Float] {
    /// A number for each row, in all elements of the row.
    fileprivate func repeated(like x: Tensor) -> Tensor {
        let result = Tensor(uninitialized: x.shape)
        let width = x.count / Swift.max(count, 1)
        for (row, value) in enumerated() {
            (result.mutablePointer + row * width).update(repeating: value, count: width)
        }
        return result
    }
}

extension Tensor {
    /// `[...]` becomes `[..., width]`, each number repeated; off the tape.
    fileprivate func repeatedAlongLast(_ width: Int) -> Tensor {
        let result = Tensor(uninitialized: Shape(shape.array + [width]))
        for place in 0..<count {
            (result.mutablePointer + place * width).update(repeating: pointer[place], count: width)
        }
        return result
    }
}

import Training

extension ForecastRecipe {
    /// Whether ridge regression gives the weights that training begins with.
    var startsAtRidge: Bool { model.start == .ridge || model.skip == .ridge }

    /// Whether the band comes from a layer of its own.
    var hasQuantileLayer: Bool { !target.quantiles.isEmpty && target.bands == .pinball }

    /// This recipe with what was left open decided: the scaling by the screening, the kind of band by the model,
    /// replicas by the threads at hand, batches and epochs by the training windows.
    ///
    /// An open batch size becomes a sixtieth of the windows, from 16 to 128, and an open number of epochs as many as
    /// make about 2,500 steps, from 5 to 40. A linear model that starts at the solution of ridge regression is not
    /// trained any further.
    func resolved(_ choice: ForecastScaling.Choice, threads: Int, trainingWindows: Int) -> ForecastRecipe {
        var recipe = self
        recipe.scaling.kind = ScalingChoice(rawValue: choice.kind.rawValue)!
        recipe.calendar.profile = choice.profile.isEmpty ? .off : .on
        let isSolved = model.start == .ridge && training.epochs == 0 && !calendar.inputs
        if target.bands == .auto {
            recipe.target.bands = isSolved || model.strategy == .recursive ? .residuals : .pinball
        }
        if recipe.training.replicas == 0 { recipe.training.replicas = threads }
        if recipe.training.batchSize == 0 { recipe.training.batchSize = min(128, max(16, trainingWindows / 60)) }
        // The points are solved for; what is trained is the band alone.
        if isSolved, recipe.hasQuantileLayer { recipe.training.frozen.items.append(.init("point.*")) }
        if recipe.training.epochs == 0, !isSolved || recipe.hasQuantileLayer {
            let steps = (trainingWindows + recipe.training.batchSize - 1) / recipe.training.batchSize
            recipe.training.epochs = min(40, max(5, 2_500 / max(steps, 1)))
        }
        return recipe
    }

    /// The sizes of the model.
    func modelSizes(calendar: Int) -> ForecastModel.Sizes {
        ForecastModel.Sizes(
            lookback: window.lookback, horizon: model.strategy == .recursive ? 1 : window.horizon, calendar: calendar,
            quantiles: hasQuantileLayer ? target.quantiles.count : 0)
    }
}

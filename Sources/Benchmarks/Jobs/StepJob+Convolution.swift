import Layers
import Tensors

extension StepJob {
    /// Convolutions as forecasting, tagging and audio use them.
    static let convolution: [StepJob] = [forecastConvolution, tagConvolution, audioConvolution]

    private static let forecastConvolution = StepJob(
        "forecast.conv1d", "series of 168 steps, conv1d of 64 and 32, 64, 1 number",
        input: { RandomBatch.normal([32, 168, 1]) }, target: { RandomBatch.normal([32, 1]) },
        products: 32 * (166 * 3 * 64 + 162 * 5 * 64 * 32 + 162 * 32 * 64 + 64), loss: JobLoss.meanSquared
    ) { scope in
        let model = Sequential(scope: scope) {
            Child { Conv1D(inputs: 1, outputs: 64, window: SlidingWindow(size: 3), scope: $0) }
            Activation.relu
            Child { Conv1D(inputs: 64, outputs: 32, window: SlidingWindow(size: 5), scope: $0) }
            Activation.relu
            Flatten()
            Child { Linear(inputs: 162 * 32, outputs: 64, scope: $0) }
            Activation.relu
            Child { Linear(inputs: 64, outputs: 1, scope: $0) }
        }
        return { x, context in model(x, context) }
    }

    private static let tagConvolution = StepJob(
        "tag.conv1d", "100 words of 20,000, conv1d of 64, maximum over time, 10 labels",
        identifiers: { RandomBatch.identifiers(below: 20_000, [64, 100]) }, target: { RandomBatch.binary([64, 10]) },
        products: 64 * 98 * 3 * 128 * 64, loss: JobLoss.binary
    ) { scope, tables in
        let table = Embedding(entries: 20_000, width: 128, gradientKind: tables, scope: scope["table"])
        let model = Sequential(scope: scope["encoder"]) {
            Child { Conv1D(inputs: 128, outputs: 64, window: SlidingWindow(size: 3), scope: $0) }
            Activation.relu
            GlobalMaxPooling()
            Child { Linear(inputs: 64, outputs: 10, scope: $0) }
        }
        return { x, context in model(table(x, context), context) }
    }

    /// (filters, width) of each convolution, which pooling by three follows.
    private static let audioFilters = [(8, 13), (16, 11), (32, 9), (64, 7)]

    /// Steps and channels behind all of them, and their multiplications for one clip.
    private static let audioSizes: (steps: Int, channels: Int, products: Int) = {
        var (steps, channels, products) = (16_000, 1, 0)
        for (filters, width) in audioFilters {
            steps -= width - 1
            products += steps * width * channels * filters
            (steps, channels) = (steps / 3, filters)
        }
        return (steps, channels, products)
    }()

    private static let audioConvolution = StepJob(
        "audio.conv1d", "16,000 samples, four of conv1d and pooling, 256, 128, 10 classes",
        input: { RandomBatch.normal([32, 16_000, 1]) }, target: { RandomBatch.identifiers(below: 10, [32]) },
        products: 32 * (audioSizes.products + audioSizes.steps * audioSizes.channels * 256 + 256 * 128 + 1280),
        loss: JobLoss.classes
    ) { scope in
        let model = Sequential(scope: scope) {
            for (index, (filters, width)) in audioFilters.enumerated() {
                let inputs = index == 0 ? 1 : audioFilters[index - 1].0
                Child { Conv1D(inputs: inputs, outputs: filters, window: SlidingWindow(size: width), scope: $0) }
                Activation.relu
                MaxPooling(size: 3)
            }
            Flatten()
            Child { Linear(inputs: audioSizes.steps * audioSizes.channels, outputs: 256, scope: $0) }
            Activation.relu
            Child { Linear(inputs: 256, outputs: 128, scope: $0) }
            Activation.relu
            Child { Linear(inputs: 128, outputs: 10, scope: $0) }
        }
        return { x, context in model(x, context) }
    }
}

import Layers
import TestSupport
import Tensors

let convolutionCases: [LayerCase] = plainConvolutions + groupedConvolutions + pools + [
    upsampling(.nearest, factor: 3), upsampling(.linear, factor: 3), upsampling(.linear, factor: 2),
    textCNN(.same), textCNN(.valid), globalMaximum, globalAverage,
]

// MARK: Convolutions

/// Every padding with every stride and dilation; an even size and one; more outputs than fill registers.
private let plainConvolutions: [LayerCase] =
    Padding.allCases.flatMap { padding in
        [1, 2, 3].flatMap { stride in
            [1, 2].map { convolution(size: 3, stride: stride, dilation: $0, padding: padding) }
        }
    } + [
        convolution(size: 4, padding: .same), convolution(size: 4, stride: 2, dilation: 3, padding: .same),
        convolution(size: 1), convolution(size: 2, stride: 3), convolution(inputs: 1, outputs: 9, size: 5),
        convolution(inputs: 7, outputs: 71, size: 2, padding: .causal),
    ]

private let groupedConvolutions: [LayerCase] = [
    convolution(inputs: 4, outputs: 6, size: 3, connections: .groups(2)),
    convolution(inputs: 4, outputs: 6, size: 3, stride: 2, padding: .same, connections: .groups(2)),
    convolution(inputs: 6, outputs: 3, size: 2, dilation: 2, padding: .causal, connections: .groups(3)),
    convolution(inputs: 3, outputs: 6, size: 3, connections: .groups(3)),
    convolution(inputs: 5, outputs: 5, size: 3, connections: .depthwise),
    convolution(inputs: 5, outputs: 5, size: 3, stride: 2, dilation: 2, padding: .same, connections: .depthwise),
    convolution(inputs: 19, outputs: 19, size: 4, padding: .causal, connections: .depthwise),
]

/// Those that PyTorch's values are there for.
private let convolutionFixtures: [SlidingWindow: String] = [
    SlidingWindow(size: 3): "conv1d", SlidingWindow(size: 3, stride: 2): "conv1d_stride",
    SlidingWindow(size: 3, dilation: 2): "conv1d_dilation", SlidingWindow(size: 3, padding: .same): "conv1d_same",
    SlidingWindow(size: 4, padding: .same): "conv1d_same_even",
    SlidingWindow(size: 3, stride: 2, padding: .same): "conv1d_same_stride",
    SlidingWindow(size: 3, dilation: 2, padding: .causal): "conv1d_causal",
]

private func convolution(
    inputs: Int = 3, outputs: Int = 5, size: Int, stride: Int = 1, dilation: Int = 1, padding: Padding = .valid,
    connections: Conv1D.Connections = .full
) -> LayerCase {
    let window = SlidingWindow(size: size, stride: stride, dilation: dilation, padding: padding)
    let (groups, fixture): (Int, String?) =
        switch connections {
        case .full: (1, inputs == 3 ? convolutionFixtures[window] : nil)
        case .groups(let count): (count, window == SlidingWindow(size: 3) && count == 2 ? "conv1d_groups" : nil)
        case .depthwise: (inputs, window == SlidingWindow(size: 3) ? "conv1d_depthwise" : nil)
        }
    let name = "Conv1D \(inputs) to \(outputs), size \(size), stride \(stride), dilation \(dilation), \(padding), "
        + "\(connections)"
    return LayerCase(
        name, time: .kept, minimumSteps: padding == .valid ? window.span : 1, fixture: fixture,
        inputs: { [[$0.rows, $0.steps, inputs]] }, outputSteps: { window.outputs(of: $0) }
    ) { scope in
        let layer = Conv1D(inputs: inputs, outputs: outputs, window: window, connections: connections, scope: scope)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: {
        Reference.convolution(
            $0.x, $0["weight"], $0["bias"], window: window, groups: groups, steps: $0.size.steps, inputs: inputs,
            lengths: $0.lengths)
    }
}

private func textCNN(_ padding: Padding) -> LayerCase {
    let widths = [2, 3]
    return LayerCase(
        "TextCNN, \(padding)", time: .summarized, minimumSteps: 3, fixture: padding == .same ? "text_cnn" : nil,
        inputs: { [[$0.rows, $0.steps, 3]] }
    ) { scope in
        let layer = TextCNN(inputs: 3, filters: 4, widths: widths, padding: padding, scope: scope)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: { call in
        let parts = widths.enumerated().map { place, width in
            let window = SlidingWindow(size: width, padding: padding)
            let answers = Reference.convolution(
                call.x, call["\(place).weight"], call["\(place).bias"], window: window, steps: call.size.steps,
                inputs: 3, lengths: call.lengths)
            return Reference.maximumOverTime(
                answers.map { max($0, 0) }, steps: window.outputs(of: call.size.steps), channels: 4,
                lengths: call.lengths.map(window.outputs))
        }
        return (0..<call.size.rows).flatMap { row in parts.flatMap { $0[row * 4..<(row + 1) * 4] } }
    }
}

// MARK: Pools

private let pools: [LayerCase] =
    Padding.allCases.flatMap { padding in
        [pool(.largest, size: 3, padding: padding), pool(.mean, size: 3, padding: padding)]
    } + [
        pool(.largest, size: 2, stride: 1), pool(.mean, size: 2, stride: 3),
        pool(.largest, size: 4, stride: 2, padding: .same), pool(.mean, size: 4, stride: 1, padding: .same),
        pool(.largest, size: 2, channels: 70),
    ]

private enum PoolKind: String {
    case largest, mean
}

private func pool(
    _ kind: PoolKind, size: Int, stride: Int? = nil, padding: Padding = .valid, channels: Int = 3
) -> LayerCase {
    let window = SlidingWindow(size: size, stride: stride ?? size, padding: padding)
    let fixture: String? =
        switch (size, stride, padding) {
        case (3, nil, .valid), (3, nil, .same): "\(kind)_pool_\(padding)"
        default: nil
        }
    return LayerCase(
        "Pool, \(kind) of \(size), stride \(window.stride), \(padding), \(channels) channels", time: .kept,
        minimumSteps: padding == .valid ? size : 1, fixture: fixture, inputs: { [[$0.rows, $0.steps, channels]] },
        outputSteps: { window.outputs(of: $0) }
    ) { _ in
        let layer: any Layer =
            switch kind {
            case .largest: MaxPooling(size: size, stride: stride, padding: padding)
            case .mean: AveragePooling(size: size, stride: stride, padding: padding)
            }
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: {
        Reference.pool(
            $0.x, window: window, steps: $0.size.steps, channels: channels, lengths: $0.lengths
        ) { steps in kind == .largest ? steps.max()! : steps.reduce(0, +) / Double(steps.count) }
    }
}

private let globalMaximum = LayerCase(
    "Global pool, largest", time: .summarized, fixture: "global_pool_largest", inputs: { [[$0.rows, $0.steps, 3]] }
) { _ in
    { x, lengths, context in GlobalMaxPooling()(x[0], lengths: lengths, context) }
} reference: {
    Reference.maximumOverTime($0.x, steps: $0.size.steps, channels: 3, lengths: $0.lengths)
}

private let globalAverage = LayerCase(
    "Global pool, mean", time: .summarized, fixture: "global_pool_mean", inputs: { [[$0.rows, $0.steps, 3]] }
) { _ in
    { x, lengths, context in GlobalAveragePooling()(x[0], lengths: lengths, context) }
} reference: {
    Reference.meanOverTime($0.x, steps: $0.size.steps, width: 3, lengths: $0.lengths)
}

private func upsampling(_ method: Upsampling.Method, factor: Int) -> LayerCase {
    LayerCase(
        "Upsampling, \(method) by \(factor)", time: .kept, fixture: factor == 3 ? "upsample_\(method)" : nil,
        inputs: { [[$0.rows, $0.steps, 3]] }, outputSteps: { $0 * factor }
    ) { _ in
        let layer = Upsampling(factor: factor, method: method)
        return { x, lengths, context in layer(x[0], lengths: lengths, context) }
    } reference: {
        Reference.upsampling(
            $0.x, factor: factor, method: method, steps: $0.size.steps, channels: 3, lengths: $0.lengths)
    }
}

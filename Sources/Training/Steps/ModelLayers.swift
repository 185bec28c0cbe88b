import Layers

/// The layers of a model as the names of its parameters tell them: `encoder.weight_ih_l0` and `encoder.bias_ih_l0`
/// belong to `encoder`; a parameter outside of any scope stands for itself.
struct ModelLayers: Sendable {
    /// In the order in which the layers registered their first parameters.
    let names: [String]
    /// The place of each parameter's layer in `names`.
    let layers: [Int]

    init(_ parameters: Parameters) {
        var (names, layers): ([String], [Int]) = ([], [])
        var places: [String: Int] = [:]
        for parameter in parameters {
            let name = Self.name(of: parameter)
            let place = places[name] ?? names.count
            if place == names.count { names.append(name) }
            places[name] = place
            layers.append(place)
        }
        (self.names, self.layers) = (names, layers)
    }

    /// The norm of each layer from those of its parameters; layers of which nothing is trained are left out.
    func norms(_ parameterNorms: [Double], of parameters: Parameters) -> [LayerGradientNorm] {
        var squares = [Double?](repeating: nil, count: names.count)
        for parameter in parameters where !parameter.isFrozen {
            let norm = parameterNorms[parameter.index]
            squares[layers[parameter.index]] = (squares[layers[parameter.index]] ?? 0) + norm * norm
        }
        return zip(names, squares).compactMap { name, square in
            square.map { LayerGradientNorm(layer: name, norm: $0.squareRoot()) }
        }
    }

    /// The layer of a parameter.
    static func name(of parameter: Parameter) -> String {
        guard let dot = parameter.name.lastIndex(of: ".") else { return parameter.name }
        return String(parameter.name[..<dot])
    }
}

/// The norm of the gradients of one layer's parameters.
public struct LayerGradientNorm: Codable, Hashable, Sendable {
    /// What the parameters' names begin with: `encoder`.
    public let layer: String
    public let norm: Double
}

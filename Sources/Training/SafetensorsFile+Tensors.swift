import Files
import Kernels
import Layers
import ModelFiles
import Tensors

extension SafetensorsFile {
    /// Appends a tensor, whose storage the file shares.
    package mutating func append(_ name: String, _ tensor: Tensors.Tensor) {
        append(
            name, shape: tensor.shape.array, floats: UnsafeBufferPointer(start: tensor.pointer, count: tensor.count),
            owner: tensor.storage)
    }

    /// Reads a tensor of the same shape into an existing one.
    package func read(_ name: String, into tensor: Tensors.Tensor) throws {
        try withUnsafeFloats(name, shape: tensor.shape.array) { values in
            if let base = values.baseAddress { tensor.mutablePointer.update(from: base, count: values.count) }
        }
    }

    /// Reads the weights of all parameters.
    ///
    /// - Throws: `FileError` where one is missing, has another shape, or is not finite.
    package func readWeights(of parameters: Parameters) throws {
        for parameter in parameters {
            try read(parameter.name, into: parameter.value)
            let value = parameter.value
            if let place = Vector.firstNonFinite(value.pointer, count: value.count) {
                throw FileError.malformed(
                    path, .file, "tensor \(parameter.name), element \(place): \(value.pointer[place]) found, "
                        + "a finite number expected")
            }
        }
    }
}

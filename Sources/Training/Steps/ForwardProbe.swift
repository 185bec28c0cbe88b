import Kernels
import Layers
import Tensors

/// Finds out where a forward pass first comes to numbers that are not finite: runs it again, with the same random
/// numbers, and looks at what every operation puts out.
enum ForwardProbe {
    /// The layer whose parameters were the last to be used before such numbers came up: it made them, or what follows
    /// on it did. Nil where no operation of the tape puts out any.
    static func firstNonFiniteLayer(of share: Replicas.Share, _ parameters: Parameters, seed: UInt64) -> String? {
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        var used: Parameter?
        var found: String?
        gradients.observer = { used = $0 }
        tape.observer = { output in
            guard found == nil, let used, Vector.firstNonFinite(output.pointer, count: output.count) != nil else {
                return
            }
            found = ModelLayers.name(of: used)
        }
        _ = share.loss(.training(tape: tape, gradients: gradients, seed: seed))
        return found
    }
}

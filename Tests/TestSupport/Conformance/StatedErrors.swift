import Foundation
import Synchronization

/// Relative errors of a layer in Float32: of its outputs against the plain version in Double, and of its gradients
/// against that version's central differences.
public struct LayerErrors: Hashable, Sendable {
    public var output: Double
    public var gradient: Double
}

/// What errors each layer may have: `Tests/Fixtures/layers/errors.tsv`, a line for each of the conformance table.
///
/// A line says some times what was measured when it was written, as processors differ in how they round. Where
/// CANTUS_UPDATE_GOLDEN is set, the lines of the layers that are checked are written anew.
public enum StatedErrors {
    /// What no layer may exceed, stated or not.
    public static let limits = LayerErrors(output: 1e-5, gradient: 1e-4)

    private static let path = Fixture.folder + "/layers/errors.tsv"
    private static let isUpdating = ProcessInfo.processInfo.environment["CANTUS_UPDATE_GOLDEN"] != nil
    private static let stated = Mutex<[String: LayerErrors]>(read())

    /// The errors that a layer may have.
    static func of(_ layer: String) -> LayerErrors {
        isUpdating ? limits : stated.withLock { $0[layer] ?? limits }
    }

    /// Whether a layer has a line.
    public static func hasLine(_ layer: String) -> Bool { stated.withLock { $0[layer] != nil } }

    static func record(_ errors: LayerErrors, of layer: String) {
        guard isUpdating else { return }
        stated.withLock { stated in
            stated[layer] = LayerErrors(output: bound(errors.output), gradient: bound(errors.gradient))
            let lines = stated.sorted { $0.key < $1.key }.map {
                "\($0.key)\t\($0.value.output)\t\($0.value.gradient)\n"
            }
            try? ("layer\toutput\tgradient\n" + lines.joined()).write(toFile: path, atomically: true, encoding: .utf8)
        }
    }

    /// Eight times an error, at least a few roundings of Float32, in one digit.
    private static func bound(_ error: Double) -> Double {
        let wanted = max(8 * error, 1e-6)
        let digits = String(format: "%.0e", wanted)
        let unit = pow(10, floor(log10(wanted)))
        return Double(digits)! >= wanted ? Double(digits)! : Double(String(format: "%.0e", wanted + unit))!
    }

    private static func read() -> [String: LayerErrors] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [:] }
        var result: [String: LayerErrors] = [:]
        for line in text.split(separator: "\n").dropFirst() {
            let cells = line.split(separator: "\t")
            guard cells.count == 3, let output = Double(cells[1]), let gradient = Double(cells[2]) else { continue }
            result[String(cells[0])] = LayerErrors(output: output, gradient: gradient)
        }
        return result
    }
}

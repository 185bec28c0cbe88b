import Cantus
import Foundation
import Testing

/// A safetensors file of reference values under `Tests/Fixtures`, made by the script beside it.
public struct Fixture {
    private let file: SafetensorsFile

    /// - Parameter name: The path under `Tests/Fixtures`, without extension: `layers/lstm`.
    public init(_ name: String) throws {
        file = try SafetensorsFile(contentsOf: Self.folder + "/\(name).safetensors")
    }

    /// `Tests/Fixtures`.
    public static var folder: String { PackageRoot.path + "/Tests/Fixtures" }

    /// A tensor of floats.
    public subscript(name: String) -> Tensor {
        get throws {
            let elements = try file.floats(name)
            let stored = file[name]!.shape
            // PyTorch's states have a leading axis for layers, which is 1 here.
            let isState = stored.count == 3 && ["h0", "c0", "h_n", "c_n"].contains { name.hasSuffix($0) }
            let shape = isState ? Array(stored.dropFirst()) : stored
            return Tensor(elements, Shape(shape))
        }
    }

    /// Whether the file holds a tensor of this name.
    public func contains(_ name: String) -> Bool { file[name] != nil }

    /// A tensor of integers.
    public func integers(_ name: String) throws -> IndexTensor {
        IndexTensor(try file.integers(name, as: Int32.self), Shape(file[name]!.shape))
    }
}

/// The folder of the package, and data that may lie beside it.
public enum PackageRoot {
    public static let path = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The path of a file of real data, whether it is there or not.
    public static func sharedData(_ name: String) -> String { path + "/../shared/data/" + name }

    /// Whether a file of real data is there.
    public static func hasSharedData(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: sharedData(name))
    }
}

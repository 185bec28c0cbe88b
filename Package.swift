// swift-tools-version: 6.2
import PackageDescription

// Targets stand in the order of their dependencies: each may use only those above it.
let package = Package(
    name: "Cantus",
    products: [
        .library(name: "Cantus", targets: ["Cantus"]),
        .executable(name: "cantus", targets: ["CantusCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.5.0"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.0.0"),
    ],
    targets: [
        // System libraries and C.
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "SystemICU", pkgConfig: "icu-i18n", providers: [.apt(["libicu-dev"])]),
        .systemLibrary(name: "CSndFile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
        .systemLibrary(name: "CSampleRate", pkgConfig: "samplerate", providers: [.apt(["libsamplerate0-dev"])]),
        .target(name: "CICU", dependencies: ["SystemICU"]),
        .target(name: "CKernels"),

        // The library, bottom up.
        .target(name: "Kernels", dependencies: ["COpenBLAS", "CKernels"]),
        .target(name: "Files"),
        .target(name: "Tensors", dependencies: ["Kernels"]),
        .target(name: "Layers", dependencies: ["Tensors", "Kernels"]),
        .target(name: "ModelFiles", dependencies: ["Files"]),
        .target(name: "Training", dependencies: ["Layers", "Tensors", "Kernels", "ModelFiles", "Files"]),
        .target(name: "Tables", dependencies: ["Files"]),
        .target(name: "Text", dependencies: ["CICU"]),
        .target(name: "Audio", dependencies: ["CSndFile", "CSampleRate", "Kernels", "Tables", "Files"]),
        .target(name: "TimeSeries", dependencies: ["Kernels", "Tables", "Files"]),
        .target(name: "WordVectors", dependencies: ["Kernels", "ModelFiles", "Tables", "Text", "Files"]),
        .target(
            name: "Workflows",
            dependencies: [
                "Training", "Layers", "Tensors", "Kernels", "ModelFiles", "Tables", "Text", "Audio", "TimeSeries",
                "WordVectors", "Files",
            ]),
        .target(name: "Reports", dependencies: ["Workflows", "TimeSeries", "WordVectors", "Audio", "Layers"]),
        .target(
            name: "Benchmarks",
            dependencies: ["Training", "Layers", "Tensors", "Kernels", "CKernels", "Text", "Audio", "Workflows"]),
        .target(
            name: "Cantus",
            dependencies: [
                "Kernels", "Files", "Tensors", "Layers", "Training", "ModelFiles", "Tables", "Text", "Audio",
                "TimeSeries",
                "WordVectors", "Workflows", "Reports", "Benchmarks",
            ]),
        .executableTarget(
            name: "CantusCLI",
            dependencies: [
                "Cantus",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ]),

        // Tests.
        .target(name: "TestSupport", dependencies: ["Cantus"], path: "Tests/TestSupport"),
        .testTarget(name: "KernelsTests", dependencies: ["Kernels", "CKernels", "TestSupport"]),
        .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"]),
        .testTarget(name: "LayersTests", dependencies: ["Layers", "Training", "TestSupport"]),
        .testTarget(name: "ModelFilesTests", dependencies: ["ModelFiles", "TestSupport"]),
        .testTarget(name: "TrainingTests", dependencies: ["Training", "TestSupport"]),
        .testTarget(name: "TablesTests", dependencies: ["Tables", "TestSupport"]),
        .testTarget(name: "TextTests", dependencies: ["Text", "TestSupport"]),
        .testTarget(name: "AudioTests", dependencies: ["Audio", "CSndFile", "TestSupport"]),
        .testTarget(name: "TimeSeriesTests", dependencies: ["TimeSeries", "TestSupport"]),
        .testTarget(name: "WordVectorsTests", dependencies: ["WordVectors", "TestSupport"]),
        .testTarget(name: "WorkflowsTests", dependencies: ["Workflows", "TestSupport"]),
        .testTarget(name: "ReportsTests", dependencies: ["Reports", "TestSupport"]),
        .testTarget(name: "BenchmarksTests", dependencies: ["Benchmarks", "TestSupport"]),
        .testTarget(name: "CantusCLITests", dependencies: ["CantusCLI", "TestSupport"]),
    ]
)

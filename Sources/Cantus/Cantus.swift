// One import for all of the library.
@_exported import Audio
@_exported import Benchmarks
@_exported import Files
@_exported import Kernels
@_exported import Layers
@_exported import ModelFiles
@_exported import Reports
@_exported import Tables
@_exported import Tensors
@_exported import Text
@_exported import TimeSeries
@_exported import Training
@_exported import WordVectors
@_exported import Workflows

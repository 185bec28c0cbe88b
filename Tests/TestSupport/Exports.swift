// Every test draws its random numbers from the generator of the library.
@_exported import struct Kernels.SeededGenerator

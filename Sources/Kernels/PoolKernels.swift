import CKernels

/// Pooling of windows on rows of channels: `size` rows each, the first elements of two windows `rowStride` apart.
package enum PoolKernels {
    /// y `[rows, channels]` = the largest of each window
    package static func maximum(
        _ x: UnsafePointer<Float>, rowStride: Int, size: Int, into y: UnsafeMutablePointer<Float>, rows: Int,
        channels: Int
    ) { cantus_max_pool(x, rowStride, size, y, rows, channels) }

    /// dx += dy where x is the first of its window to be y
    package static func addMaximumGradient(
        _ x: UnsafePointer<Float>, rowStride: Int, size: Int, output y: UnsafePointer<Float>,
        upstream dy: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>, rows: Int, channels: Int
    ) { cantus_max_pool_backward(x, rowStride, size, y, dy, dx, rows, channels) }

    /// y `[rows, channels]` = the mean of each window
    package static func mean(
        _ x: UnsafePointer<Float>, rowStride: Int, size: Int, into y: UnsafeMutablePointer<Float>, rows: Int,
        channels: Int
    ) { cantus_mean_pool(x, rowStride, size, y, rows, channels) }

    /// dx += dy / size
    package static func addMeanGradient(
        upstream dy: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>, rowStride: Int, size: Int, rows: Int,
        channels: Int
    ) { cantus_mean_pool_backward(dy, dx, rowStride, size, rows, channels) }
}

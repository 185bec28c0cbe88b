import CKernels

/// Loops over rows in which each channel has a weight of its own.
package enum ChannelKernels {
    /// y[r, c] += x[r, c] w[c], rows `xStride` and `yStride` elements apart
    package static func addScaled(
        _ x: UnsafePointer<Float>, stride xStride: Int, by w: UnsafePointer<Float>,
        to y: UnsafeMutablePointer<Float>, stride yStride: Int, rows: Int, channels: Int
    ) { cantus_add_scaled_channels(x, xStride, w, y, yStride, rows, channels) }

    /// w[c] += sum_r x[r, c] y[r, c], rows `xStride` and `yStride` elements apart
    package static func addProducts(
        _ x: UnsafePointer<Float>, stride xStride: Int, _ y: UnsafePointer<Float>, stride yStride: Int,
        to w: UnsafeMutablePointer<Float>, rows: Int, channels: Int
    ) { cantus_add_channel_products(x, xStride, y, yStride, w, rows, channels) }
}

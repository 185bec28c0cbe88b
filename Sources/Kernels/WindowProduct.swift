import CKernels

/// Products of windows, read in place, with matrices. Neighbouring windows share most of their elements: an own kernel
/// that takes them from the first cache is faster than a matrix product that copies them into blocks.
package enum WindowProduct {
    /// A matrix `[rows, taps channels]` whose rows may share elements, as the windows of a convolution do: that of row
    /// r, tap j and channel c is `start[r rowStride + j tapStride + c channelStride]`.
    package struct Windows {
        let windows: cantus_windows

        package init(
            _ start: UnsafePointer<Float>, rows: Int, rowStride: Int, taps: Int = 1, tapStride: Int = 0, channels: Int,
            channelStride: Int = 1
        ) {
            // Taps that follow each other without a gap are one run, which saves a loop.
            let isRun = taps > 1 && tapStride == channels * channelStride
            windows = cantus_windows(
                start: start, rows: rows, row_stride: rowStride, taps: isRun ? 1 : taps, tap_stride: tapStride,
                channels: isRun ? taps * channels : channels, channel_stride: channelStride)
        }
    }

    /// Where the element of a tap, a channel and a column stands in an array of weights.
    package struct WeightStrides {
        package let tap: Int
        package let channel: Int
        package let column: Int

        package init(tap: Int, channel: Int, column: Int) {
            (self.tap, self.channel, self.column) = (tap, channel, column)
        }
    }

    /// The columns that the kernel of this processor computes side by side.
    package static let panelWidth = Int(cantus_panel_width())

    /// Floats that weights fill as panels.
    package static func panelCount(taps: Int, channels: Int, columns: Int) -> Int {
        (columns + panelWidth - 1) / panelWidth * panelWidth * taps * channels
    }

    /// Rearranges weights into panels, the last filled up with zeros.
    package static func pack(
        _ weights: UnsafePointer<Float>, _ strides: WeightStrides, taps: Int, channels: Int, columns: Int,
        into panels: UnsafeMutablePointer<Float>
    ) {
        cantus_pack_panels(
            weights, strides.tap, strides.channel, strides.column, taps, channels, columns, panels)
    }

    /// weights `[columns, channels, taps]` += sums `[taps, channels, columns]`
    package static func addUnpacked(
        _ sums: UnsafePointer<Float>, taps: Int, channels: Int, columns: Int,
        to weights: UnsafeMutablePointer<Float>
    ) { cantus_add_unpacked(sums, taps, channels, columns, weights) }

    /// y = windows times panels + bias; y itself takes the place of the bias where that is nil.
    ///
    /// - Parameters:
    ///   - panels: What `pack` made; rows from `firstRow` on.
    ///   - panelRows: The rows of each panel.
    package static func multiply(
        _ windows: Windows, panels: UnsafePointer<Float>, firstRow: Int = 0, panelRows: Int,
        bias: UnsafePointer<Float>?, into y: UnsafeMutablePointer<Float>, rowStride: Int, columns: Int
    ) {
        withUnsafePointer(to: windows.windows) { windows in
            cantus_multiply_windows(
                windows, panels + firstRow * panelWidth, panelWidth, panelRows * panelWidth, bias, y, rowStride,
                columns)
        }
    }

    /// y += windows times a row-major matrix b, behind whose last element `panelWidth` others can be read.
    package static func addProduct(
        _ windows: Windows, _ b: UnsafePointer<Float>, rowStride bStride: Int, to y: UnsafeMutablePointer<Float>,
        rowStride: Int, columns: Int
    ) {
        withUnsafePointer(to: windows.windows) { windows in
            cantus_multiply_windows(windows, b, bStride, panelWidth, nil, y, rowStride, columns)
        }
    }
}

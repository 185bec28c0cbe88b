#include "cantus_convolution.h"

#include "cantus_math.h"

// A tile has so many rows and vectors of columns that all its sums stay in registers: sixteen, or AVX-512's thirty-two.

#if defined(__x86_64__) && defined(__clang__)
#define LANES 16
#define TILE_ROWS 6
#define TILE_VECTORS 4
#define NAME windows_avx512
#define TARGET CANTUS_WIDE
#include "convolution_body.h"

// For no more columns than half a wide register has: the processor works on two half ones at a time.
#define LANES 8
#define TILE_ROWS 12
#define TILE_VECTORS 1
#define NAME windows_avx512_half
#define TARGET CANTUS_WIDE
#include "convolution_body.h"

#define LANES 8
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define NAME windows_avx2
#define TARGET __attribute__((target("arch=x86-64-v3")))
#include "convolution_body.h"
#endif

#define LANES 4
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define NAME windows_plain
#define TARGET
#include "convolution_body.h"

ptrdiff_t cantus_panel_width(void) {
#if defined(__x86_64__) && defined(__clang__)
    if (cantus_supports_avx512()) return 64;
    if (cantus_supports_avx2()) return 16;
#endif
    return 8;
}

void cantus_multiply_windows(const cantus_windows *windows, const float *b, ptrdiff_t b_stride, ptrdiff_t panel_stride,
                             const float *bias, float *y, ptrdiff_t y_stride, ptrdiff_t columns) {
#if defined(__x86_64__) && defined(__clang__)
    if (cantus_supports_avx512()) {
        if (columns <= 8)
            windows_avx512_half(windows, b, b_stride, panel_stride, bias, y, y_stride, columns);
        else
            windows_avx512(windows, b, b_stride, panel_stride, bias, y, y_stride, columns);
        return;
    }
    if (cantus_supports_avx2()) {
        windows_avx2(windows, b, b_stride, panel_stride, bias, y, y_stride, columns);
        return;
    }
#endif
    windows_plain(windows, b, b_stride, panel_stride, bias, y, y_stride, columns);
}

void cantus_pack_panels(const float *weights, ptrdiff_t tap_stride, ptrdiff_t channel_stride, ptrdiff_t column_stride,
                        ptrdiff_t taps, ptrdiff_t channels, ptrdiff_t columns, float *panels) {
    ptrdiff_t width = cantus_panel_width();
    for (ptrdiff_t first = 0; first < columns; first += width) {
        ptrdiff_t count = columns - first < width ? columns - first : width;
        for (ptrdiff_t j = 0; j < taps; j++) {
            for (ptrdiff_t c = 0; c < channels; c++, panels += width) {
                const float *from = weights + j * tap_stride + c * channel_stride + first * column_stride;
                for (ptrdiff_t n = 0; n < count; n++) panels[n] = from[n * column_stride];
                for (ptrdiff_t n = count; n < width; n++) panels[n] = 0;
            }
        }
    }
}

// A square at a time by way of a buffer: rows of a power of two share their places in the cache, which would else lose
// each line before all of it was used.
CANTUS_CLONES void cantus_add_unpacked(const float *restrict sums, ptrdiff_t taps, ptrdiff_t channels,
                                       ptrdiff_t columns, float *restrict weights) {
    enum { height = 16, width = 64 };
    float square[height][width];
    const ptrdiff_t length = channels * taps;
    for (ptrdiff_t first = 0; first < columns; first += height) {
        ptrdiff_t rows = columns - first < height ? columns - first : height;
        for (ptrdiff_t place = 0, c = 0, j = 0; place < length; place += width) {
            ptrdiff_t count = length - place < width ? length - place : width;
            for (ptrdiff_t i = 0; i < count; i++) {
                const float *from = sums + (j * channels + c) * columns + first;
                for (ptrdiff_t n = 0; n < rows; n++) square[n][i] = from[n];
                if (++j == taps) {
                    j = 0;
                    c++;
                }
            }
            for (ptrdiff_t n = 0; n < rows; n++) {
                float *to = weights + (first + n) * length + place;
                for (ptrdiff_t i = 0; i < count; i++) to[i] += square[n][i];
            }
        }
    }
}

CANTUS_CLONES void cantus_add_scaled_channels(const float *restrict x, ptrdiff_t x_stride, const float *restrict w,
                                              float *restrict y, ptrdiff_t y_stride, ptrdiff_t rows,
                                              ptrdiff_t channels) {
    for (ptrdiff_t r = 0; r < rows; r++, x += x_stride, y += y_stride)
        for (ptrdiff_t c = 0; c < channels; c++) y[c] += x[c] * w[c];
}

CANTUS_CLONES void cantus_add_channel_products(const float *restrict x, ptrdiff_t x_stride, const float *restrict y,
                                               ptrdiff_t y_stride, float *restrict w, ptrdiff_t rows,
                                               ptrdiff_t channels) {
    for (ptrdiff_t r = 0; r < rows; r++, x += x_stride, y += y_stride)
        for (ptrdiff_t c = 0; c < channels; c++) w[c] += x[c] * y[c];
}

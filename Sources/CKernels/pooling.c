#include "cantus_convolution.h"

#include "cantus_math.h"

// NaN is larger than everything, so that it is not lost.
CANTUS_CLONES void cantus_max_pool(const float *restrict x, ptrdiff_t row_stride, ptrdiff_t size, float *restrict y,
                                   ptrdiff_t rows, ptrdiff_t channels) {
    for (ptrdiff_t r = 0; r < rows; r++, x += row_stride, y += channels) {
        for (ptrdiff_t c = 0; c < channels; c++) y[c] = x[c];
        for (ptrdiff_t j = 1; j < size; j++) {
            const float *step = x + j * channels;
            for (ptrdiff_t c = 0; c < channels; c++) y[c] = step[c] > y[c] || step[c] != step[c] ? step[c] : y[c];
        }
    }
}

// What is left of dy: a window's largest element takes all of it, the first of them where there are several.
CANTUS_CLONES void cantus_max_pool_backward(const float *restrict x, ptrdiff_t row_stride, ptrdiff_t size,
                                            const float *restrict y, const float *restrict dy, float *restrict dx,
                                            ptrdiff_t rows, ptrdiff_t channels) {
    enum { block = 64 };
    float left[block];
    for (ptrdiff_t r = 0; r < rows; r++) {
        for (ptrdiff_t first = 0; first < channels; first += block) {
            ptrdiff_t count = channels - first < block ? channels - first : block;
            const float *largest = y + r * channels + first, *upstream = dy + r * channels + first;
            for (ptrdiff_t c = 0; c < count; c++) left[c] = upstream[c];
            for (ptrdiff_t j = 0; j < size; j++) {
                ptrdiff_t place = r * row_stride + j * channels + first;
                const float *step = x + place;
                float *to = dx + place;
                for (ptrdiff_t c = 0; c < count; c++) {
                    float part = step[c] == largest[c] ? left[c] : 0.0f;
                    to[c] += part;
                    left[c] -= part;
                }
            }
        }
    }
}

CANTUS_CLONES void cantus_mean_pool(const float *restrict x, ptrdiff_t row_stride, ptrdiff_t size, float *restrict y,
                                    ptrdiff_t rows, ptrdiff_t channels) {
    float share = 1.0f / (float)size;
    for (ptrdiff_t r = 0; r < rows; r++, x += row_stride, y += channels) {
        for (ptrdiff_t c = 0; c < channels; c++) y[c] = x[c] * share;
        for (ptrdiff_t j = 1; j < size; j++)
            for (ptrdiff_t c = 0; c < channels; c++) y[c] += x[j * channels + c] * share;
    }
}

CANTUS_CLONES void cantus_mean_pool_backward(const float *restrict dy, float *restrict dx, ptrdiff_t row_stride,
                                             ptrdiff_t size, ptrdiff_t rows, ptrdiff_t channels) {
    float share = 1.0f / (float)size;
    for (ptrdiff_t r = 0; r < rows; r++, dx += row_stride, dy += channels)
        for (ptrdiff_t j = 0; j < size; j++)
            for (ptrdiff_t c = 0; c < channels; c++) dx[j * channels + c] += dy[c] * share;
}

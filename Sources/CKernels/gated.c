#include "cantus_gated.h"

#include "cantus_math.h"

CANTUS_CLONES void cantus_swiglu(const float *restrict x, float *restrict y, ptrdiff_t rows, ptrdiff_t width) {
    for (ptrdiff_t r = 0; r < rows; r++, x += 2 * width, y += width)
        for (ptrdiff_t c = 0; c < width; c++) y[c] = x[c] * cantus_sigmoidf(x[c]) * x[width + c];
}

CANTUS_CLONES void cantus_swiglu_backward(const float *restrict x, const float *restrict dy, float *restrict dx,
                                          ptrdiff_t rows, ptrdiff_t width) {
    for (ptrdiff_t r = 0; r < rows; r++, x += 2 * width, dy += width, dx += 2 * width) {
        const float *a = x, *b = x + width;
        float *da = dx, *db = dx + width;
#pragma clang loop vectorize(assume_safety)
        for (ptrdiff_t c = 0; c < width; c++) {
            float s = cantus_sigmoidf(a[c]);
            da[c] += dy[c] * b[c] * s * (1.0f + a[c] * (1.0f - s));
            db[c] += dy[c] * a[c] * s;
        }
    }
}

#include "cantus_attention.h"

#include "cantus_math.h"
#include "cantus_transpose.h"

CANTUS_CLONES void cantus_softmax_finish(const float *largest, float *sums, float *output, ptrdiff_t output_stride,
                                         ptrdiff_t rows, ptrdiff_t width) {
    for (ptrdiff_t r = 0; r < rows; r++, output += output_stride) {
        float inverse = sums[r] == 0 ? 0.0f : 1.0f / sums[r];
        for (ptrdiff_t d = 0; d < width; d++) output[d] *= inverse;
        sums[r] = sums[r] == 0 ? 0.0f : largest[r] + logf(sums[r]);
    }
}

CANTUS_CLONES void cantus_row_products(const float *x, ptrdiff_t x_stride, const float *y, ptrdiff_t y_stride,
                                       float *products, ptrdiff_t rows, ptrdiff_t width) {
#pragma clang fp reassociate(on)
    for (ptrdiff_t r = 0; r < rows; r++, x += x_stride, y += y_stride) {
        float sum = 0;
        for (ptrdiff_t d = 0; d < width; d++) sum += x[d] * y[d];
        products[r] = sum;
    }
}

CANTUS_CLONES void cantus_transpose_strided(const float *x, ptrdiff_t x_stride, float *y, ptrdiff_t y_stride,
                                            ptrdiff_t rows, ptrdiff_t columns) {
    cantus_transpose_matrix(x, x_stride, y, y_stride, rows, columns);
}

CANTUS_CLONES void cantus_additive_scores(const float *restrict q, const float *restrict k, const float *restrict v,
                                          float *restrict h, float *restrict scores, ptrdiff_t count,
                                          ptrdiff_t width) {
#pragma clang fp reassociate(on)
    for (ptrdiff_t j = 0; j < count; j++, k += width, h += width) {
        float sum = 0;
        for (ptrdiff_t a = 0; a < width; a++) {
            float value = cantus_tanhf(q[a] + k[a]);
            h[a] = value;
            sum += v[a] * value;
        }
        scores[j] = sum;
    }
}

CANTUS_CLONES void cantus_additive_scores_backward(const float *restrict h, const float *restrict v,
                                                   const float *restrict dscores, float *restrict dq,
                                                   float *restrict dk, float *restrict dv, ptrdiff_t count,
                                                   ptrdiff_t width) {
    for (ptrdiff_t j = 0; j < count; j++, h += width, dk += width) {
        float d = dscores[j];
        for (ptrdiff_t a = 0; a < width; a++) {
            float g = d * v[a] * (1.0f - h[a] * h[a]);
            dq[a] += g;
            dk[a] += g;
            dv[a] += d * h[a];
        }
    }
}

CANTUS_CLONES void cantus_rotate_pairs(const float *restrict x, float *restrict y, const float *restrict cosines,
                                       const float *restrict sines, ptrdiff_t heads, ptrdiff_t pairs, float direction,
                                       bool adding) {
    for (ptrdiff_t h = 0; h < heads; h++, x += 2 * pairs, y += 2 * pairs) {
        if (adding) {
            for (ptrdiff_t i = 0; i < pairs; i++) {
                float c = cosines[i], s = direction * sines[i];
                y[2 * i] += c * x[2 * i] - s * x[2 * i + 1];
                y[2 * i + 1] += s * x[2 * i] + c * x[2 * i + 1];
            }
        } else {
            for (ptrdiff_t i = 0; i < pairs; i++) {
                float c = cosines[i], s = direction * sines[i];
                y[2 * i] = c * x[2 * i] - s * x[2 * i + 1];
                y[2 * i + 1] = s * x[2 * i] + c * x[2 * i + 1];
            }
        }
    }
}

#include "cantus_attention.h"

#include "cantus_math.h"

CANTUS_INLINE int32_t cantus_visible(ptrdiff_t visible, ptrdiff_t columns) {
    return (int32_t)(visible < 0 ? 0 : visible > columns ? columns : visible);
}

// Columns in whole vectors, as far as a row has room: padding is cheaper than a remainder loop.
CANTUS_INLINE int32_t cantus_whole(ptrdiff_t columns, ptrdiff_t stride) {
    ptrdiff_t whole = (columns + 15) / 16 * 16;
    return (int32_t)(whole < stride ? whole : stride);
}

// Keys that are not seen are left out by selection, not by shorter loops: whole vectors then serve every row, and
// nothing that stands in their place shows, not even NaN.
CANTUS_CLONES void cantus_softmax_block(float *scores, ptrdiff_t stride, const float *mask, ptrdiff_t rows,
                                        ptrdiff_t columns, ptrdiff_t visible, ptrdiff_t visible_step, float *largest,
                                        float *sums, float *output, ptrdiff_t output_stride, ptrdiff_t width,
                                        bool is_first) {
#pragma clang fp reassociate(on)
    int32_t whole = cantus_whole(columns, stride);
    for (ptrdiff_t r = 0; r < rows; r++, scores += stride, output += output_stride, visible += visible_step) {
        int32_t seen = cantus_visible(visible, columns);
        if (seen == 0) {
            for (int32_t c = 0; c < whole; c++) scores[c] = 0;
            if (is_first) largest[r] = sums[r] = 0;
            continue;
        }
        int32_t key = INT32_MIN;
        for (int32_t c = 0; c < whole; c++) {
            int32_t candidate = c < seen ? cantus_ordered_bits(scores[c]) : INT32_MIN;
            key = candidate > key ? candidate : key;
        }
        float top = cantus_float_of_ordered_bits(key);
        if (!is_first && sums[r] > 0) {
            top = top > largest[r] ? top : largest[r];
            float correction = cantus_expf(largest[r] - top);
            sums[r] *= correction;
            for (ptrdiff_t d = 0; d < width; d++) output[d] *= correction;
        }
        float sum = 0;
        for (int32_t c = 0; c < whole; c++) {
            float e = c < seen ? cantus_expf(scores[c] - top) : 0.0f;
            scores[c] = e;
            sum += e;
        }
        largest[r] = top;
        sums[r] = is_first ? sum : sums[r] + sum;
        if (mask)
            for (int32_t c = 0; c < whole; c++) scores[c] *= mask[r * stride + c];
    }
}

CANTUS_CLONES void cantus_softmax_finish(const float *largest, float *sums, float *output, ptrdiff_t output_stride,
                                         ptrdiff_t rows, ptrdiff_t width) {
    for (ptrdiff_t r = 0; r < rows; r++, output += output_stride) {
        float inverse = sums[r] == 0 ? 0.0f : 1.0f / sums[r];
        for (ptrdiff_t d = 0; d < width; d++) output[d] *= inverse;
        sums[r] = sums[r] == 0 ? 0.0f : largest[r] + logf(sums[r]);
    }
}

CANTUS_CLONES void cantus_softmax_block_backward(float *scores, float *dp, ptrdiff_t stride, const float *mask,
                                                 ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t visible,
                                                 ptrdiff_t visible_step, const float *log_sums, const float *inner) {
    int32_t whole = cantus_whole(columns, stride);
    for (ptrdiff_t r = 0; r < rows; r++, scores += stride, dp += stride, visible += visible_step) {
        int32_t seen = cantus_visible(visible, columns);
        float log_sum = log_sums[r], offset = inner[r];
        if (mask) {
            const float *kept = mask + r * stride;
#pragma clang loop vectorize(assume_safety)
            for (int32_t c = 0; c < whole; c++) {
                float p = cantus_expf(scores[c] - log_sum);
                scores[c] = c < seen ? kept[c] * p : 0.0f;
                dp[c] = c < seen ? p * (kept[c] * dp[c] - offset) : 0.0f;
            }
        } else {
#pragma clang loop vectorize(assume_safety)
            for (int32_t c = 0; c < whole; c++) {
                float p = cantus_expf(scores[c] - log_sum);
                scores[c] = c < seen ? p : 0.0f;
                dp[c] = c < seen ? p * (dp[c] - offset) : 0.0f;
            }
        }
    }
}

// Four rows at a time: four loads make one store. Whole vectors would need gathers, which are slower.
CANTUS_CLONES void cantus_transpose_strided(const float *restrict x, ptrdiff_t x_stride, float *restrict y,
                                            ptrdiff_t y_stride, ptrdiff_t rows, ptrdiff_t columns) {
    ptrdiff_t r = 0;
    for (; r + 4 <= rows; r += 4) {
        const float *a = x + r * x_stride, *b = a + x_stride, *c = b + x_stride, *d = c + x_stride;
        float *target = y + r;
#pragma clang loop vectorize(disable)
        for (ptrdiff_t k = 0; k < columns; k++, target += y_stride) {
            target[0] = a[k];
            target[1] = b[k];
            target[2] = c[k];
            target[3] = d[k];
        }
    }
    for (; r < rows; r++)
        for (ptrdiff_t k = 0; k < columns; k++) y[k * y_stride + r] = x[r * x_stride + k];
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

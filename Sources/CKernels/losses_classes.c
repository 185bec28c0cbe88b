// Losses of rows of scores, of which one class is right.
#include "cantus_losses.h"
#include "cantus_math.h"

CANTUS_INLINE bool counts(const int32_t *targets, const float *mask, ptrdiff_t row) {
    return targets[row] >= 0 && (!mask || mask[row] != 0.0f);
}

// --- cross-entropy -------------------------------------------------------------------------------------------

// sum_c weights[c]; null weights are ones, here and below
CANTUS_INLINE double sum_of_weights(const float *weights, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    if (!weights) return (double)columns;
    double sum = 0;
    for (ptrdiff_t c = 0; c < columns; c++) sum += (double)weights[c];
    return sum;
}

// sum_c weights[c] x[c]
CANTUS_INLINE double weighted_sum(const float *weights, const float *x, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    double sum = 0;
    if (weights) {
        for (ptrdiff_t c = 0; c < columns; c++) sum += (double)weights[c] * (double)x[c];
    } else {
        for (ptrdiff_t c = 0; c < columns; c++) sum += (double)x[c];
    }
    return sum;
}

// dx -= scale weights
CANTUS_INLINE void subtract_weights(float scale, const float *weights, float *dx, ptrdiff_t columns) {
    if (weights) {
        for (ptrdiff_t c = 0; c < columns; c++) dx[c] -= scale * weights[c];
    } else {
        for (ptrdiff_t c = 0; c < columns; c++) dx[c] -= scale;
    }
}

CANTUS_CLONES double cantus_cross_entropy(const float *logits, const int32_t *targets, const float *weights,
                                          float smoothing, const float *mask, float *log_sums, ptrdiff_t rows,
                                          ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    double total = 0;
    double weight_sum = smoothing != 0.0f ? sum_of_weights(weights, columns) : 0;
    for (ptrdiff_t r = 0; r < rows; r++, logits += columns) {
        if (!counts(targets, mask, r)) continue;
        float largest = cantus_largest(logits, columns);
        float sum = 0;
        for (ptrdiff_t c = 0; c < columns; c++) sum += cantus_expf(logits[c] - largest);
        log_sums[r] = largest + logf(sum);
        float plain = log_sums[r] - logits[targets[r]];
        double l = (double)(weights ? weights[targets[r]] * plain : plain);
        if (smoothing != 0.0f) {
            double even = weight_sum * (double)log_sums[r] - weighted_sum(weights, logits, columns);
            l = (1.0 - (double)smoothing) * l + (double)smoothing / (double)columns * even;
        }
        total += mask ? (double)mask[r] * l : l;
    }
    return total;
}

CANTUS_CLONES void cantus_cross_entropy_backward(const float *logits, const int32_t *targets, const float *weights,
                                                 float smoothing, const float *mask, const float *log_sums,
                                                 float scale, float *restrict dx, ptrdiff_t rows,
                                                 ptrdiff_t columns) {
    float even = smoothing / (float)columns;
    float even_sum = smoothing != 0.0f ? (float)(sum_of_weights(weights, columns) * (double)even) : 0;
    for (ptrdiff_t r = 0; r < rows; r++, logits += columns, dx += columns) {
        if (!counts(targets, mask, r)) continue;
        float row_scale = mask ? scale * mask[r] : scale;
        float right = (weights ? row_scale * weights[targets[r]] : row_scale) * (1.0f - smoothing);
        float all = right + row_scale * even_sum;
        for (ptrdiff_t c = 0; c < columns; c++) dx[c] += all * cantus_expf(logits[c] - log_sums[r]);
        dx[targets[r]] -= right;
        if (smoothing != 0.0f) subtract_weights(row_scale * even, weights, dx, columns);
    }
}

// --- multi-class hinge ---------------------------------------------------------------------------------------

CANTUS_CLONES double cantus_multi_class_hinge(const float *x, const int32_t *targets, const float *weights,
                                              float margin, bool squared, const float *mask, ptrdiff_t rows,
                                              ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    double total = 0;
    for (ptrdiff_t r = 0; r < rows; r++, x += columns) {
        if (!counts(targets, mask, r)) continue;
        float wanted = x[targets[r]] - margin;
        double sum = 0;
        for (ptrdiff_t c = 0; c < columns; c++) {
            float lack = x[c] - wanted;
            lack = lack < 0.0f || c == targets[r] ? 0.0f : lack;
            sum += (double)(squared ? lack * lack : lack);
        }
        total += sum * (weights ? (double)weights[targets[r]] : 1.0) * (mask ? (double)mask[r] : 1.0);
    }
    return total / (double)columns;
}

CANTUS_CLONES void cantus_multi_class_hinge_backward(const float *x, const int32_t *targets, const float *weights,
                                                     float margin, bool squared, const float *mask, float scale,
                                                     float *restrict dx, ptrdiff_t rows, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    for (ptrdiff_t r = 0; r < rows; r++, x += columns, dx += columns) {
        if (!counts(targets, mask, r)) continue;
        float wanted = x[targets[r]] - margin;
        float row_scale = scale / (float)columns * (weights ? weights[targets[r]] : 1.0f) * (mask ? mask[r] : 1.0f);
        float sum = 0;
        for (ptrdiff_t c = 0; c < columns; c++) {
            float lack = x[c] - wanted;
            float slope = lack > 0.0f && c != targets[r] ? (squared ? 2.0f * lack : 1.0f) : 0.0f;
            dx[c] += row_scale * slope;
            sum += slope;
        }
        dx[targets[r]] -= row_scale * sum;
    }
}

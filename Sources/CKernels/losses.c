#include "cantus_math.h"

CANTUS_CLONES double cantus_binary_cross_entropy(const float *logits, const float *targets, const float *weights,
                                                 const float *positive_weights, ptrdiff_t rows, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    double total = 0;
    for (ptrdiff_t r = 0; r < rows; r++, logits += columns, targets += columns) {
        float sum = 0;
        for (ptrdiff_t c = 0; c < columns; c++) {
            float x = logits[c], t = targets[c];
            // softplus(x) = x + softplus(-x), so one softplus serves both terms.
            float negative = cantus_softplusf(-x);
            float positive = positive_weights ? positive_weights[c] : 1.0f;
            float l = positive * t * negative + (1.0f - t) * (x + negative);
            sum += weights ? weights[c] * l : l;
        }
        total += (double)sum;
    }
    return total;
}

CANTUS_CLONES void cantus_binary_cross_entropy_backward(const float *logits, const float *targets,
                                                        const float *weights, const float *positive_weights,
                                                        float scale, float *restrict dx, ptrdiff_t rows,
                                                        ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, logits += columns, targets += columns, dx += columns) {
        for (ptrdiff_t c = 0; c < columns; c++) {
            float p = cantus_sigmoidf(logits[c]), t = targets[c];
            float positive = positive_weights ? positive_weights[c] : 1.0f;
            float d = (1.0f - t) * p - positive * t * (1.0f - p);
            dx[c] += scale * (weights ? weights[c] * d : d);
        }
    }
}

CANTUS_CLONES double cantus_cross_entropy(const float *logits, const int32_t *targets, const float *weights,
                                          float *log_sums, ptrdiff_t rows, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    double total = 0;
    for (ptrdiff_t r = 0; r < rows; r++, logits += columns) {
        float largest = cantus_largest(logits, columns);
        float sum = 0;
        for (ptrdiff_t c = 0; c < columns; c++) sum += cantus_expf(logits[c] - largest);
        log_sums[r] = largest + logf(sum);
        if (targets[r] < 0) continue;
        float l = log_sums[r] - logits[targets[r]];
        total += (double)(weights ? weights[targets[r]] * l : l);
    }
    return total;
}

CANTUS_CLONES void cantus_cross_entropy_backward(const float *logits, const int32_t *targets, const float *weights,
                                                 const float *log_sums, float scale, float *restrict dx,
                                                 ptrdiff_t rows, ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, logits += columns, dx += columns) {
        if (targets[r] < 0) continue;
        float row_scale = weights ? scale * weights[targets[r]] : scale;
        for (ptrdiff_t c = 0; c < columns; c++) dx[c] += row_scale * cantus_expf(logits[c] - log_sums[r]);
        dx[targets[r]] -= row_scale;
    }
}

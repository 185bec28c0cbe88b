// Losses of forecasts that say how sure they are: quantiles, and a normal distribution.
#include "cantus_losses.h"
#include "cantus_math.h"

CANTUS_CLONES double cantus_quantile_loss(const float *x, const float *t, const float *q, const float *mask,
                                          ptrdiff_t rows, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    double total = 0;
    for (ptrdiff_t r = 0; r < rows; r++, x += columns) {
        if (mask && mask[r] == 0.0f) continue;
        double sum = 0;
        for (ptrdiff_t c = 0; c < columns; c++) {
            float e = t[r] - x[c];
            sum += (double)((e < 0.0f ? q[c] - 1.0f : q[c]) * e);
        }
        total += mask ? (double)mask[r] * sum : sum;
    }
    return total;
}

CANTUS_CLONES void cantus_quantile_loss_backward(const float *x, const float *t, const float *q, const float *mask,
                                                 float scale, float *restrict dx, ptrdiff_t rows,
                                                 ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, x += columns, dx += columns) {
        if (mask && mask[r] == 0.0f) continue;
        float row_scale = mask ? scale * mask[r] : scale;
        for (ptrdiff_t c = 0; c < columns; c++) {
            float slope = x[c] < t[r] ? -q[c] : x[c] > t[r] ? 1.0f - q[c] : 0.0f;
            dx[c] += row_scale * slope;
        }
    }
}

CANTUS_CLONES double cantus_gaussian_likelihood(const float *x, const float *t, float minimum_scale,
                                                const float *mask, ptrdiff_t rows) {
    const double half_log_two_pi = 0.91893853320467274178;
    double total = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        if (mask && mask[r] == 0.0f) continue;
        double s = (double)(cantus_softplusf(x[2 * r + 1]) + minimum_scale);
        double z = ((double)t[r] - (double)x[2 * r]) / s;
        double l = log(s) + 0.5 * z * z + half_log_two_pi;
        total += mask ? (double)mask[r] * l : l;
    }
    return total;
}

CANTUS_CLONES void cantus_gaussian_likelihood_backward(const float *x, const float *t, float minimum_scale,
                                                       const float *mask, float scale, float *restrict dx,
                                                       ptrdiff_t rows) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        if (mask && mask[r] == 0.0f) continue;
        float row_scale = mask ? scale * mask[r] : scale;
        float raw = x[2 * r + 1];
        float inverse = 1.0f / (cantus_softplusf(raw) + minimum_scale);
        float z = (t[r] - x[2 * r]) * inverse;
        dx[2 * r] -= row_scale * z * inverse;
        // (1 - z)(1 + z) keeps its digits where z is near 1.
        dx[2 * r + 1] += row_scale * (1.0f - z) * (1.0f + z) * inverse * cantus_sigmoidf(raw);
    }
}

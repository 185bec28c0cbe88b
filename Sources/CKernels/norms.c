#include "cantus_norms.h"

#include "cantus_math.h"

// The variance is taken of the differences from the mean: the difference of mean squares would cancel.
CANTUS_CLONES void cantus_layer_norm(const float *restrict x, const float *restrict weight, const float *restrict bias,
                                     float epsilon, float *restrict y, float *restrict means,
                                     float *restrict inverses, ptrdiff_t rows, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    float share = 1.0f / (float)columns;
    for (ptrdiff_t r = 0; r < rows; r++, x += columns, y += columns) {
        float sum = 0, squares = 0;
        for (ptrdiff_t c = 0; c < columns; c++) sum += x[c];
        float mean = sum * share;
        for (ptrdiff_t c = 0; c < columns; c++) squares += (x[c] - mean) * (x[c] - mean);
        float inverse = 1.0f / cantus_sqrtf(squares * share + epsilon);
        for (ptrdiff_t c = 0; c < columns; c++) y[c] = (x[c] - mean) * inverse * weight[c] + bias[c];
        means[r] = mean;
        inverses[r] = inverse;
    }
}

// With n = (x - mean) inverse and g = dy weight: dx = inverse (g - mean(g) - n mean(g n)).
CANTUS_CLONES void cantus_layer_norm_backward(const float *restrict x, const float *restrict weight,
                                              const float *restrict means, const float *restrict inverses,
                                              const float *restrict dy, float *restrict dx, float *restrict dweight,
                                              float *restrict dbias, ptrdiff_t rows, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    float share = 1.0f / (float)columns;
    for (ptrdiff_t r = 0; r < rows; r++, x += columns, dy += columns) {
        float mean = means[r], inverse = inverses[r];
        if (dx) {
            float sum = 0, inner = 0;
            for (ptrdiff_t c = 0; c < columns; c++) {
                float g = dy[c] * weight[c];
                sum += g;
                inner += g * (x[c] - mean);
            }
            float level = sum * share, slope = inner * share * inverse * inverse;
            for (ptrdiff_t c = 0; c < columns; c++)
                dx[c] += inverse * (dy[c] * weight[c] - level - (x[c] - mean) * slope);
            dx += columns;
        }
        if (dweight)
            for (ptrdiff_t c = 0; c < columns; c++) dweight[c] += dy[c] * ((x[c] - mean) * inverse);
        if (dbias)
            for (ptrdiff_t c = 0; c < columns; c++) dbias[c] += dy[c];
    }
}

CANTUS_CLONES void cantus_rms_norm(const float *restrict x, const float *restrict weight, float epsilon,
                                   float *restrict y, float *restrict inverses, ptrdiff_t rows, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    float share = 1.0f / (float)columns;
    for (ptrdiff_t r = 0; r < rows; r++, x += columns, y += columns) {
        float squares = 0;
        for (ptrdiff_t c = 0; c < columns; c++) squares += x[c] * x[c];
        float inverse = 1.0f / cantus_sqrtf(squares * share + epsilon);
        for (ptrdiff_t c = 0; c < columns; c++) y[c] = x[c] * inverse * weight[c];
        inverses[r] = inverse;
    }
}

// With g = dy weight: dx = inverse (g - x inverse^2 mean(g x)).
CANTUS_CLONES void cantus_rms_norm_backward(const float *restrict x, const float *restrict weight,
                                            const float *restrict inverses, const float *restrict dy,
                                            float *restrict dx, float *restrict dweight, ptrdiff_t rows,
                                            ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    float share = 1.0f / (float)columns;
    for (ptrdiff_t r = 0; r < rows; r++, x += columns, dy += columns) {
        float inverse = inverses[r];
        if (dx) {
            float inner = 0;
            for (ptrdiff_t c = 0; c < columns; c++) inner += dy[c] * weight[c] * x[c];
            float slope = inner * share * inverse * inverse;
            for (ptrdiff_t c = 0; c < columns; c++) dx[c] += inverse * (dy[c] * weight[c] - x[c] * slope);
            dx += columns;
        }
        if (dweight)
            for (ptrdiff_t c = 0; c < columns; c++) dweight[c] += dy[c] * (x[c] * inverse);
    }
}

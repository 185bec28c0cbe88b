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

// Columns may be as long as a batch of sound, so they are summed up in double.
CANTUS_CLONES void cantus_add_wide_column_sums(const float *restrict x, double *restrict sums, ptrdiff_t rows,
                                               ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, x += columns)
        for (ptrdiff_t c = 0; c < columns; c++) sums[c] += (double)x[c];
}

CANTUS_CLONES void cantus_add_column_squares(const float *restrict x, const float *restrict means,
                                             double *restrict squares, ptrdiff_t rows, ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, x += columns) {
        for (ptrdiff_t c = 0; c < columns; c++) {
            float difference = x[c] - means[c];
            squares[c] += (double)(difference * difference);
        }
    }
}

CANTUS_CLONES void cantus_normalize_columns(const float *restrict x, const float *restrict means,
                                            const float *restrict scales, const float *restrict bias,
                                            float *restrict y, ptrdiff_t rows, ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, x += columns, y += columns)
        for (ptrdiff_t c = 0; c < columns; c++) y[c] = (x[c] - means[c]) * scales[c] + bias[c];
}

CANTUS_CLONES void cantus_add_column_products(const float *restrict x, const float *restrict means,
                                              const float *restrict dy, double *restrict sums,
                                              double *restrict products, ptrdiff_t rows, ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, x += columns, dy += columns) {
        for (ptrdiff_t c = 0; c < columns; c++) {
            sums[c] += (double)dy[c];
            products[c] += (double)(dy[c] * (x[c] - means[c]));
        }
    }
}

CANTUS_CLONES void cantus_normalize_columns_backward(const float *restrict x, const float *restrict means,
                                                     const float *restrict dy, const float *restrict scales,
                                                     const float *restrict levels, const float *restrict slopes,
                                                     float *restrict dx, ptrdiff_t rows, ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, x += columns, dy += columns, dx += columns)
        for (ptrdiff_t c = 0; c < columns; c++)
            dx[c] += scales[c] * (dy[c] - levels[c] - (x[c] - means[c]) * slopes[c]);
}

// Losses of vectors that should lie near each other, or apart.
#include "cantus_losses.h"
#include "cantus_math.h"

CANTUS_INLINE double dot(const float *a, const float *b, ptrdiff_t n) {
#pragma clang fp reassociate(on)
    double sum = 0;
    for (ptrdiff_t i = 0; i < n; i++) sum += (double)a[i] * (double)b[i];
    return sum;
}

CANTUS_INLINE double squared_distance(const float *a, const float *b, ptrdiff_t n) {
#pragma clang fp reassociate(on)
    double sum = 0;
    for (ptrdiff_t i = 0; i < n; i++) sum += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
    return sum;
}

// da += scale (a - b); da may be null
CANTUS_INLINE void add_difference(float scale, const float *a, const float *b, float *da, ptrdiff_t n) {
    if (!da) return;
    for (ptrdiff_t i = 0; i < n; i++) da[i] += scale * (a[i] - b[i]);
}

CANTUS_INLINE float *row_of(float *x, ptrdiff_t row, ptrdiff_t columns) { return x ? x + row * columns : NULL; }

// --- cosine --------------------------------------------------------------------------------------------------

CANTUS_CLONES double cantus_cosine_loss(const float *a, const float *b, const float *targets, float margin,
                                        const float *mask, ptrdiff_t rows, ptrdiff_t columns) {
    double total = 0;
    for (ptrdiff_t r = 0; r < rows; r++, a += columns, b += columns) {
        if (mask && mask[r] == 0.0f) continue;
        double norms = sqrt(dot(a, a, columns)) * sqrt(dot(b, b, columns));
        double cosine = norms == 0 ? 0 : dot(a, b, columns) / norms;
        double l = targets[r] > 0 ? 1 - cosine : cosine - (double)margin;
        // As a comparison that lets NaN through.
        total += l < 0 ? 0 : mask ? (double)mask[r] * l : l;
    }
    return total;
}

// dcos/da = (b / |b| - cos a / |a|) / |a|
CANTUS_INLINE void add_cosine_slope(double scale, double cosine, const float *a, double a_norm, const float *b,
                                    double b_norm, float *da, ptrdiff_t n) {
    if (!da) return;
    float from_b = (float)(scale / (a_norm * b_norm)), from_a = (float)(scale * cosine / (a_norm * a_norm));
    for (ptrdiff_t i = 0; i < n; i++) da[i] += from_b * b[i] - from_a * a[i];
}

CANTUS_CLONES void cantus_cosine_loss_backward(const float *a, const float *b, const float *targets, float margin,
                                               const float *mask, float scale, float *da, float *db, ptrdiff_t rows,
                                               ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, a += columns, b += columns) {
        if (mask && mask[r] == 0.0f) continue;
        double a_norm = sqrt(dot(a, a, columns)), b_norm = sqrt(dot(b, b, columns));
        if (a_norm == 0 || b_norm == 0) continue;
        double cosine = dot(a, b, columns) / (a_norm * b_norm);
        bool alike = targets[r] > 0;
        if (!alike && cosine <= (double)margin) continue;
        double slope = (alike ? -1 : 1) * (double)scale * (mask ? (double)mask[r] : 1);
        add_cosine_slope(slope, cosine, a, a_norm, b, b_norm, row_of(da, r, columns), columns);
        add_cosine_slope(slope, cosine, b, b_norm, a, a_norm, row_of(db, r, columns), columns);
    }
}

// --- contrastive ---------------------------------------------------------------------------------------------

CANTUS_CLONES double cantus_contrastive_loss(const float *a, const float *b, const float *targets, float margin,
                                             const float *mask, ptrdiff_t rows, ptrdiff_t columns) {
    double total = 0;
    for (ptrdiff_t r = 0; r < rows; r++, a += columns, b += columns) {
        if (mask && mask[r] == 0.0f) continue;
        double square = squared_distance(a, b, columns);
        if (targets[r] < 0) {
            double lack = (double)margin - sqrt(square);
            square = lack < 0 ? 0 : lack * lack;
        }
        total += 0.5 * (mask ? (double)mask[r] * square : square);
    }
    return total;
}

CANTUS_CLONES void cantus_contrastive_loss_backward(const float *a, const float *b, const float *targets,
                                                    float margin, const float *mask, float scale, float *da,
                                                    float *db, ptrdiff_t rows, ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, a += columns, b += columns) {
        if (mask && mask[r] == 0.0f) continue;
        double slope = 1;  // dl/da = slope (a - b)
        if (targets[r] < 0) {
            double distance = sqrt(squared_distance(a, b, columns));
            if (distance == 0 || distance >= (double)margin) continue;
            slope = (distance - (double)margin) / distance;
        }
        float row_scale = (float)(slope * (double)scale * (mask ? (double)mask[r] : 1));
        add_difference(row_scale, a, b, row_of(da, r, columns), columns);
        add_difference(row_scale, b, a, row_of(db, r, columns), columns);
    }
}

// --- triplet -------------------------------------------------------------------------------------------------

CANTUS_CLONES double cantus_triplet_loss(const float *a, const float *b, const float *c, float margin,
                                         const float *mask, ptrdiff_t rows, ptrdiff_t columns) {
    double total = 0;
    for (ptrdiff_t r = 0; r < rows; r++, a += columns, b += columns, c += columns) {
        if (mask && mask[r] == 0.0f) continue;
        double l = sqrt(squared_distance(a, b, columns)) - sqrt(squared_distance(a, c, columns)) + (double)margin;
        total += l < 0 ? 0 : mask ? (double)mask[r] * l : l;
    }
    return total;
}

CANTUS_CLONES void cantus_triplet_loss_backward(const float *a, const float *b, const float *c, float margin,
                                                const float *mask, float scale, float *da, float *db, float *dc,
                                                ptrdiff_t rows, ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, a += columns, b += columns, c += columns) {
        if (mask && mask[r] == 0.0f) continue;
        double near = sqrt(squared_distance(a, b, columns)), far = sqrt(squared_distance(a, c, columns));
        if (near - far + (double)margin <= 0) continue;
        double row_scale = (double)scale * (mask ? (double)mask[r] : 1);
        float pull = near > 0 ? (float)(row_scale / near) : 0, push = far > 0 ? (float)(row_scale / far) : 0;
        add_difference(pull, a, b, row_of(da, r, columns), columns);
        add_difference(-push, a, c, row_of(da, r, columns), columns);
        add_difference(pull, b, a, row_of(db, r, columns), columns);
        add_difference(-push, c, a, row_of(dc, r, columns), columns);
    }
}

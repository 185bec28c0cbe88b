// Losses of elements that stand for themselves: errors, hinge, binary cross-entropy.
#include "cantus_losses.h"
#include "cantus_math.h"

typedef float (*element_function)(float x, float t, float parameter);

CANTUS_INLINE float squared_error(float x, float t, float p) {
    (void)p;
    return (x - t) * (x - t);
}
CANTUS_INLINE float squared_error_slope(float x, float t, float p) {
    (void)p;
    return 2.0f * (x - t);
}

CANTUS_INLINE float absolute_error(float x, float t, float p) {
    (void)p;
    return fabsf(x - t);
}
CANTUS_INLINE float absolute_error_slope(float x, float t, float p) {
    (void)p;
    return (float)(x > t) - (float)(x < t);
}

CANTUS_INLINE float huber(float x, float t, float p) {
    float size = fabsf(x - t);
    return size <= p ? 0.5f * size * size : p * (size - 0.5f * p);
}
CANTUS_INLINE float huber_slope(float x, float t, float p) {
    float e = x - t;
    return e > p ? p : e < -p ? -p : e;
}

CANTUS_INLINE float hinge(float x, float t, float p) {
    float lack = p - t * x;
    return lack < 0.0f ? 0.0f : lack;
}
CANTUS_INLINE float hinge_slope(float x, float t, float p) { return p - t * x > 0.0f ? -t : 0.0f; }

CANTUS_INLINE float squared_hinge(float x, float t, float p) {
    float lack = hinge(x, t, p);
    return lack * lack;
}
CANTUS_INLINE float squared_hinge_slope(float x, float t, float p) { return -2.0f * t * hinge(x, t, p); }

CANTUS_INLINE double sum_elements(element_function loss, float p, const float *x, const float *t, const float *mask,
                                  ptrdiff_t rows, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    double total = 0;
    if (!mask) {
        for (ptrdiff_t i = 0; i < rows * columns; i++) total += (double)loss(x[i], t[i], p);
    } else if (columns == 1) {
        for (ptrdiff_t i = 0; i < rows; i++) total += mask[i] != 0.0f ? (double)(mask[i] * loss(x[i], t[i], p)) : 0.0;
    } else {
        for (ptrdiff_t r = 0; r < rows; r++, x += columns, t += columns) {
            if (mask[r] == 0.0f) continue;
            double sum = 0;
            for (ptrdiff_t c = 0; c < columns; c++) sum += (double)loss(x[c], t[c], p);
            total += (double)mask[r] * sum;
        }
    }
    return total;
}

CANTUS_INLINE void add_element_slopes(element_function slope, float p, const float *x, const float *t,
                                      const float *mask, float scale, float *restrict dx, ptrdiff_t rows,
                                      ptrdiff_t columns) {
    if (!mask) {
        for (ptrdiff_t i = 0; i < rows * columns; i++) dx[i] += scale * slope(x[i], t[i], p);
    } else if (columns == 1) {
        for (ptrdiff_t i = 0; i < rows; i++) {
            dx[i] += mask[i] != 0.0f ? scale * mask[i] * slope(x[i], t[i], p) : 0.0f;
        }
    } else {
        for (ptrdiff_t r = 0; r < rows; r++, x += columns, t += columns, dx += columns) {
            if (mask[r] == 0.0f) continue;
            for (ptrdiff_t c = 0; c < columns; c++) dx[c] += scale * mask[r] * slope(x[c], t[c], p);
        }
    }
}

CANTUS_CLONES double cantus_element_loss_sum(cantus_element_loss kind, float parameter, const float *x,
                                             const float *t, const float *mask, ptrdiff_t rows, ptrdiff_t columns) {
    switch (kind) {
    case cantus_squared_error: return sum_elements(squared_error, parameter, x, t, mask, rows, columns);
    case cantus_absolute_error: return sum_elements(absolute_error, parameter, x, t, mask, rows, columns);
    case cantus_huber: return sum_elements(huber, parameter, x, t, mask, rows, columns);
    case cantus_hinge: return sum_elements(hinge, parameter, x, t, mask, rows, columns);
    case cantus_squared_hinge: return sum_elements(squared_hinge, parameter, x, t, mask, rows, columns);
    }
}

CANTUS_CLONES void cantus_element_loss_backward(cantus_element_loss kind, float p, const float *x, const float *t,
                                                const float *mask, float scale, float *dx, ptrdiff_t rows,
                                                ptrdiff_t columns) {
    switch (kind) {
    case cantus_squared_error: add_element_slopes(squared_error_slope, p, x, t, mask, scale, dx, rows, columns); break;
    case cantus_absolute_error:
        add_element_slopes(absolute_error_slope, p, x, t, mask, scale, dx, rows, columns);
        break;
    case cantus_huber: add_element_slopes(huber_slope, p, x, t, mask, scale, dx, rows, columns); break;
    case cantus_hinge: add_element_slopes(hinge_slope, p, x, t, mask, scale, dx, rows, columns); break;
    case cantus_squared_hinge: add_element_slopes(squared_hinge_slope, p, x, t, mask, scale, dx, rows, columns); break;
    }
}

// --- binary cross-entropy ------------------------------------------------------------------------------------

CANTUS_INLINE double binary_cross_entropy(const float *logits, const float *targets, const float *weights,
                                          const float *positive_weights, float smoothing, const float *row_mask,
                                          const float *element_mask, ptrdiff_t rows, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    double total = 0;
    for (ptrdiff_t r = 0; r < rows; r++, logits += columns, targets += columns) {
        if (row_mask && row_mask[r] == 0.0f) continue;
        float sum = 0;
        for (ptrdiff_t c = 0; c < columns; c++) {
            float x = logits[c], t = targets[c];
            if (smoothing != 0.0f) t = (1.0f - smoothing) * t + 0.5f * smoothing;
            // softplus(x) = x + softplus(-x), so one softplus serves both terms.
            float negative = cantus_softplusf(-x);
            float positive = positive_weights ? positive_weights[c] : 1.0f;
            float l = positive * t * negative + (1.0f - t) * (x + negative);
            if (weights) l = weights[c] * l;
            if (element_mask) {
                float m = element_mask[r * columns + c];
                l = m != 0.0f ? m * l : 0.0f;
            }
            sum += l;
        }
        total += row_mask ? (double)row_mask[r] * (double)sum : (double)sum;
    }
    return total;
}

// Each call names what it lacks as a constant, so that the plain loop carries nothing of smoothing and masks.
CANTUS_CLONES double cantus_binary_cross_entropy(const float *logits, const float *targets, const float *weights,
                                                 const float *positive_weights, float smoothing, const float *mask,
                                                 bool mask_by_element, ptrdiff_t rows, ptrdiff_t columns) {
    if (!mask && smoothing == 0.0f) {
        return binary_cross_entropy(logits, targets, weights, positive_weights, 0, NULL, NULL, rows, columns);
    }
    if (!mask_by_element) {
        return binary_cross_entropy(logits, targets, weights, positive_weights, smoothing, mask, NULL, rows, columns);
    }
    return binary_cross_entropy(logits, targets, weights, positive_weights, smoothing, NULL, mask, rows, columns);
}

CANTUS_INLINE void add_row_slopes(const float *logits, const float *targets, const float *weights,
                                  const float *positive_weights, float smoothing, const float *mask, float scale,
                                  float *restrict dx, ptrdiff_t columns) {
    float keep = 1.0f - smoothing, even = 0.5f * smoothing;
    for (ptrdiff_t c = 0; c < columns; c++) {
        float p = cantus_sigmoidf(logits[c]), t = keep * targets[c] + even;
        float positive = positive_weights ? positive_weights[c] : 1.0f;
        float d = (1.0f - t) * p - positive * t * (1.0f - p);
        if (weights) d = weights[c] * d;
        if (mask) d = mask[c] != 0.0f ? mask[c] * d : 0.0f;
        dx[c] += scale * d;
    }
}

// A loop that asks at each element whether there are weights does not vectorise. So the question stands before it, and
// the loop is inlined once for each answer.
CANTUS_INLINE void add_row_slopes_by_case(const float *logits, const float *targets, const float *weights,
                                          const float *positive, float smoothing, const float *mask, float scale,
                                          float *dx, ptrdiff_t columns) {
    if (weights && positive) {
        add_row_slopes(logits, targets, weights, positive, smoothing, mask, scale, dx, columns);
    } else if (weights) {
        add_row_slopes(logits, targets, weights, NULL, smoothing, mask, scale, dx, columns);
    } else if (positive) {
        add_row_slopes(logits, targets, NULL, positive, smoothing, mask, scale, dx, columns);
    } else {
        add_row_slopes(logits, targets, NULL, NULL, smoothing, mask, scale, dx, columns);
    }
}

CANTUS_CLONES void cantus_binary_cross_entropy_backward(const float *logits, const float *targets,
                                                        const float *weights, const float *positive_weights,
                                                        float smoothing, const float *mask, bool mask_by_element,
                                                        float scale, float *dx, ptrdiff_t rows, ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, logits += columns, targets += columns, dx += columns) {
        if (mask && mask_by_element) {
            add_row_slopes_by_case(logits, targets, weights, positive_weights, smoothing, mask + r * columns, scale,
                                   dx, columns);
        } else if (!mask || mask[r] != 0.0f) {
            float row_scale = mask ? scale * mask[r] : scale;
            add_row_slopes_by_case(logits, targets, weights, positive_weights, smoothing, NULL, row_scale, dx,
                                   columns);
        }
    }
}

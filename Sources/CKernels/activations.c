#include "cantus_math.h"

CANTUS_CLONES void cantus_exp(const float *x, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] = cantus_expf(x[i]);
}

CANTUS_CLONES void cantus_tanh(const float *x, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] = cantus_tanhf(x[i]);
}

CANTUS_CLONES void cantus_sigmoid(const float *x, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] = cantus_sigmoidf(x[i]);
}

// NaN stays NaN: it is not below zero.
CANTUS_CLONES void cantus_relu(const float *x, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] = x[i] < 0.0f ? 0.0f : x[i];
}

CANTUS_CLONES void cantus_tanh_backward(const float *restrict y, const float *restrict dy, float *restrict dx,
                                        ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) dx[i] += dy[i] * (1.0f - y[i] * y[i]);
}

CANTUS_CLONES void cantus_sigmoid_backward(const float *restrict y, const float *restrict dy, float *restrict dx,
                                           ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) dx[i] += dy[i] * y[i] * (1.0f - y[i]);
}

CANTUS_CLONES void cantus_relu_backward(const float *restrict y, const float *restrict dy, float *restrict dx,
                                        ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) dx[i] += y[i] > 0.0f ? dy[i] : 0.0f;
}

CANTUS_CLONES void cantus_softmax(const float *x, float *y, ptrdiff_t rows, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    for (ptrdiff_t r = 0; r < rows; r++, x += columns, y += columns) {
        float largest = cantus_largest(x, columns);
        float sum = 0;
        for (ptrdiff_t c = 0; c < columns; c++) {
            float e = cantus_expf(x[c] - largest);
            y[c] = e;
            sum += e;
        }
        float inverse = 1.0f / sum;
        for (ptrdiff_t c = 0; c < columns; c++) y[c] *= inverse;
    }
}

CANTUS_CLONES void cantus_softmax_backward(const float *restrict y, const float *restrict dy, float *restrict dx,
                                           ptrdiff_t rows, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    for (ptrdiff_t r = 0; r < rows; r++, y += columns, dy += columns, dx += columns) {
        float inner = 0;
        for (ptrdiff_t c = 0; c < columns; c++) inner += y[c] * dy[c];
        for (ptrdiff_t c = 0; c < columns; c++) dx[c] += y[c] * (dy[c] - inner);
    }
}

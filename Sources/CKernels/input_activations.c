#include "cantus_activations.h"
#include "cantus_math.h"

// Products such as x Phi(x) are taken of x in [-100, 100] where Phi is 0 or 1 beyond: infinity times zero is NaN.
CANTUS_INLINE float at_least(float x, float low) { return x < low ? low : x; }
CANTUS_INLINE float within(float x, float low, float high) { return x < low ? low : x > high ? high : x; }

CANTUS_CLONES void cantus_step(const float *x, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] = x[i] >= 0.0f ? 1.0f : x[i] < 0.0f ? 0.0f : x[i];
}

CANTUS_CLONES void cantus_leaky_relu(const float *x, float slope, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] = x[i] > 0.0f ? x[i] : slope * x[i];
}

CANTUS_CLONES void cantus_leaky_relu_slopes(const float *restrict x, float slope, float *restrict y,
                                            float *restrict slopes, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        y[i] = x[i] > 0.0f ? x[i] : slope * x[i];
        slopes[i] = x[i] > 0.0f ? 1.0f : slope;
    }
}

CANTUS_CLONES void cantus_relu6(const float *x, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] = within(x[i], 0.0f, 6.0f);
}

CANTUS_CLONES void cantus_relu6_slopes(const float *restrict x, float *restrict y, float *restrict slopes,
                                       ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        y[i] = within(x[i], 0.0f, 6.0f);
        slopes[i] = x[i] > 0.0f && x[i] < 6.0f ? 1.0f : 0.0f;
    }
}

CANTUS_CLONES void cantus_elu(const float *x, float alpha, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float below = alpha * cantus_expm1_negative(x[i] > 0.0f ? 0.0f : x[i]);
        y[i] = x[i] > 0.0f ? x[i] : below;
    }
}

CANTUS_CLONES void cantus_elu_slopes(const float *restrict x, float alpha, float *restrict y, float *restrict slopes,
                                     ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float below = alpha * cantus_expm1_negative(x[i] > 0.0f ? 0.0f : x[i]);
        y[i] = x[i] > 0.0f ? x[i] : below;
        slopes[i] = x[i] > 0.0f ? 1.0f : alpha * cantus_expf(x[i]);
    }
}

CANTUS_CLONES void cantus_gelu(const float *x, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float density;
        y[i] = at_least(x[i], -100.0f) * cantus_normal(x[i], &density);
    }
}

// Phi + x phi
CANTUS_CLONES void cantus_gelu_slopes(const float *restrict x, float *restrict y, float *restrict slopes, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float density;
        float below = cantus_normal(x[i], &density);
        y[i] = at_least(x[i], -100.0f) * below;
        slopes[i] = below + within(x[i], -100.0f, 100.0f) * density;
    }
}

// (1 + tanh(z)) / 2 = sigmoid(2 z): one exp, and small values keep their relative precision.
CANTUS_CLONES void cantus_gelu_tanh(const float *x, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float v = within(x[i], -100.0f, 100.0f);
        y[i] = at_least(x[i], -100.0f) * cantus_sigmoidf(1.59576912f * v * (1.0f + 0.044715f * v * v));
    }
}

// With s = sigmoid(w): s + x s (1 - s) dw/dx; 1 - s is exp(-w) s, which does not cancel.
CANTUS_CLONES void cantus_gelu_tanh_slopes(const float *restrict x, float *restrict y, float *restrict slopes,
                                           ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float v = within(x[i], -100.0f, 100.0f);
        float e = cantus_expf(-1.59576912f * v * (1.0f + 0.044715f * v * v));
        float s = 1.0f / (1.0f + e);
        float slope = 1.59576912f * (1.0f + 0.134145f * v * v);
        y[i] = at_least(x[i], -100.0f) * s;
        slopes[i] = s * (1.0f + v * slope * (e * s));
    }
}

CANTUS_CLONES void cantus_silu(const float *x, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] = at_least(x[i], -100.0f) * cantus_sigmoidf(x[i]);
}

// s (1 + x (1 - s))
CANTUS_CLONES void cantus_silu_slopes(const float *restrict x, float *restrict y, float *restrict slopes, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float e = cantus_expf(-x[i]);
        float s = 1.0f / (1.0f + e);
        y[i] = at_least(x[i], -100.0f) * s;
        slopes[i] = s * (1.0f + within(x[i], -100.0f, 100.0f) * (e * s));
    }
}

CANTUS_CLONES void cantus_softplus(const float *x, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] = cantus_softplusf(x[i]);
}

CANTUS_CLONES void cantus_softplus_slopes(const float *restrict x, float *restrict y, float *restrict slopes,
                                          ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        y[i] = cantus_softplusf(x[i]);
        slopes[i] = cantus_sigmoidf(x[i]);
    }
}

CANTUS_CLONES void cantus_hard_sigmoid(const float *x, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] = within(x[i] + 3.0f, 0.0f, 6.0f) * (1.0f / 6.0f);
}

CANTUS_CLONES void cantus_hard_sigmoid_slopes(const float *restrict x, float *restrict y, float *restrict slopes,
                                              ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        y[i] = within(x[i] + 3.0f, 0.0f, 6.0f) * (1.0f / 6.0f);
        slopes[i] = x[i] > -3.0f && x[i] < 3.0f ? 1.0f / 6.0f : 0.0f;
    }
}

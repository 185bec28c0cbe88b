// Activations whose gradient follows from their input x; those that follow from their output are in
// cantus_kernels.h. y alone may be x; the slopes are f'(x). NaN stays NaN, infinities give the limits.
#pragma once

#include <stddef.h>

// 1 where x >= 0, else 0
void cantus_step(const float *x, float *y, ptrdiff_t n);

// x where x > 0, else slope x
void cantus_leaky_relu(const float *x, float slope, float *y, ptrdiff_t n);
void cantus_leaky_relu_slopes(const float *x, float slope, float *y, float *slopes, ptrdiff_t n);

// min(max(x, 0), 6)
void cantus_relu6(const float *x, float *y, ptrdiff_t n);
void cantus_relu6_slopes(const float *x, float *y, float *slopes, ptrdiff_t n);

// x where x > 0, else alpha (exp(x) - 1)
void cantus_elu(const float *x, float alpha, float *y, ptrdiff_t n);
void cantus_elu_slopes(const float *x, float alpha, float *y, float *slopes, ptrdiff_t n);

// x Phi(x), Phi the standard normal distribution
void cantus_gelu(const float *x, float *y, ptrdiff_t n);
void cantus_gelu_slopes(const float *x, float *y, float *slopes, ptrdiff_t n);

// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
void cantus_gelu_tanh(const float *x, float *y, ptrdiff_t n);
void cantus_gelu_tanh_slopes(const float *x, float *y, float *slopes, ptrdiff_t n);

// x / (1 + exp(-x))
void cantus_silu(const float *x, float *y, ptrdiff_t n);
void cantus_silu_slopes(const float *x, float *y, float *slopes, ptrdiff_t n);

// log(1 + exp(x))
void cantus_softplus(const float *x, float *y, ptrdiff_t n);
void cantus_softplus_slopes(const float *x, float *y, float *slopes, ptrdiff_t n);

// min(max(x + 3, 0), 6) / 6
void cantus_hard_sigmoid(const float *x, float *y, ptrdiff_t n);
void cantus_hard_sigmoid_slopes(const float *x, float *y, float *slopes, ptrdiff_t n);

// Gated units: one half of a row decides how much passes of the other. Conventions as in cantus_kernels.h.
#pragma once

#include <stddef.h>

// y[r, :] = silu(a[r, :]) b[r, :] for x [rows, 2 width] = a beside b, y [rows, width], silu(a) = a / (1 + exp(-a))
void cantus_swiglu(const float *x, float *y, ptrdiff_t rows, ptrdiff_t width);
// dx += gradient of cantus_swiglu
void cantus_swiglu_backward(const float *x, const float *dy, float *dx, ptrdiff_t rows, ptrdiff_t width);

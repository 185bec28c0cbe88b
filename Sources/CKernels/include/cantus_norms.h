// Normalisation: rows by their own mean and size, columns by the batch's. As in cantus_kernels.h, pointers of one call
// do not overlap and matrices are row-major.
#pragma once

#include <stddef.h>

// --- layer normalisation of x [rows, columns] ------------------------------------------------------------------

// y = (x - mean) inverse weight + bias, with the row's mean and inverse = 1 / sqrt(variance + epsilon), which go to
// means [rows] and inverses [rows].
void cantus_layer_norm(const float *x, const float *weight, const float *bias, float epsilon, float *y, float *means,
                       float *inverses, ptrdiff_t rows, ptrdiff_t columns);
// dx += the gradient of x, dweight += sum dy (x - mean) inverse, dbias += sum dy; each may be null.
void cantus_layer_norm_backward(const float *x, const float *weight, const float *means, const float *inverses,
                                const float *dy, float *dx, float *dweight, float *dbias, ptrdiff_t rows,
                                ptrdiff_t columns);

// --- root mean square normalisation of x [rows, columns] -------------------------------------------------------

// y = x inverse weight, with the row's inverse = 1 / sqrt(mean(x^2) + epsilon), which goes to inverses [rows].
void cantus_rms_norm(const float *x, const float *weight, float epsilon, float *y, float *inverses, ptrdiff_t rows,
                     ptrdiff_t columns);
// dx += the gradient of x, dweight += sum dy x inverse; each may be null.
void cantus_rms_norm_backward(const float *x, const float *weight, const float *inverses, const float *dy, float *dx,
                              float *dweight, ptrdiff_t rows, ptrdiff_t columns);

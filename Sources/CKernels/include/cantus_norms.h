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

// --- batch normalisation of x [rows, columns], in parts ---------------------------------------------------------

// sums += column sums of x
void cantus_add_wide_column_sums(const float *x, double *sums, ptrdiff_t rows, ptrdiff_t columns);
// squares += column sums of (x - means)^2
void cantus_add_column_squares(const float *x, const float *means, double *squares, ptrdiff_t rows,
                               ptrdiff_t columns);
// y = (x - means) scales + bias
void cantus_normalize_columns(const float *x, const float *means, const float *scales, const float *bias, float *y,
                              ptrdiff_t rows, ptrdiff_t columns);
// sums += column sums of dy, products += column sums of dy (x - means)
void cantus_add_column_products(const float *x, const float *means, const float *dy, double *sums, double *products,
                                ptrdiff_t rows, ptrdiff_t columns);
// dx += scales (dy - levels - (x - means) slopes)
void cantus_normalize_columns_backward(const float *x, const float *means, const float *dy, const float *scales,
                                       const float *levels, const float *slopes, float *dx, ptrdiff_t rows,
                                       ptrdiff_t columns);

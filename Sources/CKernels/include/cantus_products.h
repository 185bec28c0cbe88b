// Products of matrices by kernels of our own, for processors with AVX-512. As in cantus_kernels.h, pointers of one call
// do not overlap and matrices are row-major; strides are elements from one row to the next.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// A matrix and whether its transpose is meant.
typedef struct {
    const float *start;
    ptrdiff_t stride;
    bool transposed;
} cantus_matrix;

// Whether this processor has what cantus_product needs.
bool cantus_has_products(void);

// c [rows, columns] = scale a b + bias, or += where adding; bias [columns] may be null. a is [rows, inner] and b
// [inner, columns], inner > 0, behind transposition.
//
// Each element is summed up in an order that depends on inner alone, so that a product can be cut into pieces of rows
// and columns without a change in its result.
void cantus_product(const cantus_matrix *a, const cantus_matrix *b, const float *bias, float scale, bool adding,
                    float *c, ptrdiff_t c_stride, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t inner);

// The transpose of a matrix by squares of 4 by 4, which registers of four floats turn round.
#pragma once

#include "cantus_math.h"

typedef float cantus_quad __attribute__((ext_vector_type(4), aligned(4)));

// Four rows of four floats, transposed.
CANTUS_INLINE void cantus_transpose_quads(cantus_quad *a, cantus_quad *b, cantus_quad *c, cantus_quad *d) {
    cantus_quad ab = __builtin_shufflevector(*a, *b, 0, 4, 1, 5), cd = __builtin_shufflevector(*c, *d, 0, 4, 1, 5);
    cantus_quad AB = __builtin_shufflevector(*a, *b, 2, 6, 3, 7), CD = __builtin_shufflevector(*c, *d, 2, 6, 3, 7);
    *a = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *b = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    *c = __builtin_shufflevector(AB, CD, 0, 1, 4, 5);
    *d = __builtin_shufflevector(AB, CD, 2, 3, 6, 7);
}

// y [columns, rows], rows y_stride apart = the transpose of x [rows, columns], rows x_stride apart
CANTUS_INLINE void cantus_transpose_matrix(const float *x, ptrdiff_t x_stride, float *y, ptrdiff_t y_stride,
                                           ptrdiff_t rows, ptrdiff_t columns) {
    ptrdiff_t r = 0;
    for (; r + 4 <= rows; r += 4) {
        const float *x0 = x + r * x_stride, *x1 = x0 + x_stride, *x2 = x1 + x_stride, *x3 = x2 + x_stride;
        float *target = y + r;
        ptrdiff_t k = 0;
        for (; k + 4 <= columns; k += 4, target += 4 * y_stride) {
            cantus_quad a = *(const cantus_quad *)(x0 + k), b = *(const cantus_quad *)(x1 + k);
            cantus_quad c = *(const cantus_quad *)(x2 + k), d = *(const cantus_quad *)(x3 + k);
            cantus_transpose_quads(&a, &b, &c, &d);
            *(cantus_quad *)target = a;
            *(cantus_quad *)(target + y_stride) = b;
            *(cantus_quad *)(target + 2 * y_stride) = c;
            *(cantus_quad *)(target + 3 * y_stride) = d;
        }
        for (; k < columns; k++, target += y_stride) {
            target[0] = x0[k];
            target[1] = x1[k];
            target[2] = x2[k];
            target[3] = x3[k];
        }
    }
    for (; r < rows; r++)
        for (ptrdiff_t k = 0; k < columns; k++) y[k * y_stride + r] = x[r * x_stride + k];
}

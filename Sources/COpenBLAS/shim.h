#pragma once
#include <cblas.h>

// Two routines of LAPACK, which OpenBLAS contains. Its Debian package brings no header for them.

// The Cholesky factor of a symmetric positive definite matrix.
void dpotrf_(const char *triangle, const int *order, double *matrix, const int *stride, int *info);

// Solves with that factor, one right-hand side a column.
void dpotrs_(
    const char *triangle, const int *order, const int *count, const double *matrix, const int *stride, double *sides,
    const int *side_stride, int *info);

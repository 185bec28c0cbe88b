#include "cantus_math.h"

CANTUS_CLONES void cantus_axpy(float a, const float *restrict x, float *restrict y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] += a * x[i];
}

void cantus_prefetch(const float *x, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i += 16) __builtin_prefetch(x + i, 0, 2);
}

CANTUS_CLONES float cantus_dot(const float *restrict x, const float *restrict y, ptrdiff_t n) {
#pragma clang fp reassociate(on)
    float sum = 0;
    for (ptrdiff_t i = 0; i < n; i++) sum += x[i] * y[i];
    return sum;
}

CANTUS_CLONES void cantus_dot_rows(const float *restrict x, const float *restrict m, ptrdiff_t stride,
                                   const float *restrict bias, float *restrict y, ptrdiff_t rows, ptrdiff_t n) {
#pragma clang fp reassociate(on)
    for (ptrdiff_t r = 0; r < rows; r++, m += stride) {
        float sum = 0;
        for (ptrdiff_t i = 0; i < n; i++) sum += x[i] * m[i];
        y[r] = bias ? sum + bias[r] : sum;
    }
}

CANTUS_CLONES double cantus_sum(const float *x, ptrdiff_t n) {
#pragma clang fp reassociate(on)
    double sum = 0;
    for (ptrdiff_t i = 0; i < n; i++) sum += (double)x[i];
    return sum;
}

CANTUS_CLONES double cantus_sum_squares(const float *x, ptrdiff_t n) {
#pragma clang fp reassociate(on)
    double sum = 0;
    for (ptrdiff_t i = 0; i < n; i++) sum += (double)x[i] * (double)x[i];
    return sum;
}

CANTUS_CLONES void cantus_scale(float a, const float *x, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] = a * x[i];
}

CANTUS_CLONES void cantus_add(const float *x, const float *y, float *z, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) z[i] = x[i] + y[i];
}

CANTUS_CLONES void cantus_multiply(const float *x, const float *y, float *z, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) z[i] = x[i] * y[i];
}

CANTUS_CLONES void cantus_multiply_add(const float *restrict x, const float *restrict y, float *restrict z, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) z[i] += x[i] * y[i];
}

// Finite numbers have an exponent below all ones. A block is looked through without branches before its place is
// searched for.
CANTUS_CLONES ptrdiff_t cantus_first_nonfinite(const float *x, ptrdiff_t n) {
    enum { block = 256 };
    for (ptrdiff_t start = 0; start < n; start += block) {
        ptrdiff_t end = start + block < n ? start + block : n;
        uint32_t found = 0;
        for (ptrdiff_t i = start; i < end; i++) found |= (cantus_bits_of_float(x[i]) & 0x7f800000u) == 0x7f800000u;
        if (!found) continue;
        for (ptrdiff_t i = start; i < end; i++)
            if ((cantus_bits_of_float(x[i]) & 0x7f800000u) == 0x7f800000u) return i;
    }
    return -1;
}

// All bits but the sign, of a block at a time: what is not zero mostly shows in the first.
CANTUS_CLONES int cantus_is_zero(const float *x, ptrdiff_t n) {
    enum { block = 64 };
    for (ptrdiff_t start = 0; start < n; start += block) {
        ptrdiff_t end = start + block < n ? start + block : n;
        uint32_t bits = 0;
        for (ptrdiff_t i = start; i < end; i++) bits |= cantus_bits_of_float(x[i]);
        if (bits << 1) return 0;
    }
    return 1;
}

CANTUS_CLONES void cantus_add_bias(const float *restrict bias, float *restrict y, ptrdiff_t rows, ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, y += columns)
        for (ptrdiff_t c = 0; c < columns; c++) y[c] += bias[c];
}

CANTUS_CLONES void cantus_add_column_sums(const float *restrict x, float *restrict sums, ptrdiff_t rows,
                                          ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, x += columns)
        for (ptrdiff_t c = 0; c < columns; c++) sums[c] += x[c];
}

// In squares, so that both sides stay in cache lines that were just touched.
CANTUS_CLONES void cantus_transpose(const float *restrict x, float *restrict y, ptrdiff_t rows, ptrdiff_t columns) {
    enum { side = 16 };
    for (ptrdiff_t r0 = 0; r0 < rows; r0 += side) {
        ptrdiff_t r1 = r0 + side < rows ? r0 + side : rows;
        for (ptrdiff_t c0 = 0; c0 < columns; c0 += side) {
            ptrdiff_t c1 = c0 + side < columns ? c0 + side : columns;
            for (ptrdiff_t c = c0; c < c1; c++)
                for (ptrdiff_t r = r0; r < r1; r++) y[c * rows + r] = x[r * columns + c];
        }
    }
}

#include "cantus_convolution.h"
#include "cantus_math.h"

#if defined(__x86_64__) && defined(__clang__)
#define LANES 16
#define NAME sparse_avx512
#define TARGET CANTUS_WIDE
#include "sparse_body.h"

#define LANES 8
#define NAME sparse_avx2
#define TARGET __attribute__((target("arch=x86-64-v3")))
#include "sparse_body.h"
#endif

#define LANES 4
#define NAME sparse_plain
#define TARGET
#include "sparse_body.h"

cantus_sparse_product cantus_sparse_product_of(int lanes) {
    switch (lanes) {
#if defined(__x86_64__) && defined(__clang__)
        case 16: return cantus_supports_avx512() ? sparse_avx512 : NULL;
        case 8: return cantus_supports_avx2() ? sparse_avx2 : NULL;
#endif
        case 4: return sparse_plain;
        default: return NULL;
    }
}

void cantus_add_sparse_product(const cantus_element *elements, const int32_t *ends, ptrdiff_t rows, const float *b,
                               ptrdiff_t b_stride, float *y, ptrdiff_t y_stride, ptrdiff_t columns) {
    cantus_sparse_product product = NULL;
    for (int lanes = 16; !product; lanes /= 2) product = cantus_sparse_product_of(lanes);
    product(elements, ends, rows, b, b_stride, y, y_stride, columns);
}

CANTUS_CLONES ptrdiff_t cantus_count_nonzero(const float *restrict x, ptrdiff_t x_stride, ptrdiff_t rows,
                                             ptrdiff_t columns, int32_t *restrict counts) {
    for (ptrdiff_t c = 0; c < columns; c++) counts[c] = 0;
    for (ptrdiff_t r = 0; r < rows; r++, x += x_stride)
        for (ptrdiff_t c = 0; c < columns; c++) counts[c] += x[c] != 0.0f;
    ptrdiff_t sum = 0;
    for (ptrdiff_t c = 0; c < columns; c++) sum += counts[c];
    return sum;
}

typedef float cantus_sixteen __attribute__((ext_vector_type(16), aligned(4)));
typedef bool cantus_sixteen_flags __attribute__((ext_vector_type(16)));

// A bit for each element that is not zero, of at most sixteen.
CANTUS_INLINE uint32_t cantus_nonzero_bits(const float *x, ptrdiff_t count) {
    if (count == 16) {
        uint16_t bits;
        cantus_sixteen_flags flags = __builtin_convertvector(*(const cantus_sixteen *)x != 0.0f, cantus_sixteen_flags);
        memcpy(&bits, &flags, sizeof bits);
        return bits;
    }
    uint32_t bits = 0;
    for (ptrdiff_t i = 0; i < count; i++) bits |= (uint32_t)(x[i] != 0.0f) << i;
    return bits;
}

CANTUS_CLONES void cantus_collect_nonzero(const float *restrict x, ptrdiff_t x_stride, ptrdiff_t rows,
                                          ptrdiff_t columns, const int32_t *restrict counts,
                                          cantus_element *restrict by_row, int32_t *restrict row_ends,
                                          cantus_element *restrict by_column, int32_t *restrict column_ends) {
    // The end of a column moves from its beginning with each element.
    int32_t sum = 0;
    for (ptrdiff_t c = 0; c < columns; c++) {
        column_ends[c] = sum;
        sum += counts[c];
    }
    int32_t end = 0;
    for (ptrdiff_t r = 0; r < rows; r++, x += x_stride) {
        for (ptrdiff_t first = 0; first < columns; first += 16) {
            ptrdiff_t count = columns - first < 16 ? columns - first : 16;
            for (uint32_t bits = cantus_nonzero_bits(x + first, count); bits; bits &= bits - 1) {
                int32_t c = (int32_t)first + __builtin_ctz(bits);
                by_row[end++] = (cantus_element){c, x[c]};
                by_column[column_ends[c]++] = (cantus_element){(int32_t)r, x[c]};
            }
        }
        row_ends[r] = end;
    }
}

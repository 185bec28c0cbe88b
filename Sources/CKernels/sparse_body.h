// The product of a sparse matrix with a dense one, included once for each width of vector registers: LANES floats a
// register, NAME for the functions, TARGET for their processor.
//
// The sums of one row stay in up to eight registers while its elements pass by. What y holds is added last: rows of y
// that overlap would else wait for each other at their beginning.

#include "lanes_begin.h"
#define MOST_VECTORS 8

// So many registers of columns, the last of which begins at column `last`: nothing is read behind a row's end, so that
// it may share columns with the one before it. Of its sums those that `kept` has bits for are added.
CANTUS_INLINE void LOCAL(_columns)(const int vectors, const cantus_element *elements, const int32_t *ends,
                                   ptrdiff_t rows, const float *b, ptrdiff_t b_stride, float *y, ptrdiff_t y_stride,
                                   ptrdiff_t last, const int32_t *kept) {
    const BITS kept_bits = *(const BITS *)kept;
    int32_t k = 0;
    for (ptrdiff_t r = 0; r < rows; r++, y += y_stride) {
        int32_t end = ends[r];
        if (k == end) continue;
        VEC sums[MOST_VECTORS];
        UNROLL for (int v = 0; v < vectors; v++) sums[v] = 0.0f;
        for (; k < end; k++) {
            const float *row = b + elements[k].place * b_stride;
            VEC value = elements[k].value;
            UNROLL for (int v = 0; v < vectors - 1; v++) sums[v] += value * LOAD(row + v * LANES);
            sums[vectors - 1] += value * LOAD(row + last);
        }
        UNROLL for (int v = 0; v < vectors - 1; v++) STORE(y + v * LANES, LOAD(y + v * LANES) + sums[v]);
        STORE(y + last, LOAD(y + last) + (VEC)((BITS)sums[vectors - 1] & kept_bits));
    }
}

TARGET static void NAME(const cantus_element *elements, const int32_t *ends, ptrdiff_t rows, const float *b,
                        ptrdiff_t b_stride, float *y, ptrdiff_t y_stride, ptrdiff_t columns) {
    const ptrdiff_t vectors = (columns + LANES - 1) / LANES, parts = (vectors + MOST_VECTORS - 1) / MOST_VECTORS;
    for (ptrdiff_t part = 0; part < parts; part++) {
        // Parts of nearly the same size: one register alone would wait for itself.
        ptrdiff_t first = vectors * part / parts, count = vectors * (part + 1) / parts - first;
        ptrdiff_t start = first * LANES, whole = (count - 1) * LANES;
        ptrdiff_t last = start + whole + LANES <= columns ? whole : columns - LANES - start;
        int32_t kept[LANES];
        for (int i = 0; i < LANES; i++) kept[i] = last + i >= whole ? -1 : 0;
        switch (count) {
#define COLUMNS(vectors) \
    case vectors: \
        LOCAL(_columns)(vectors, elements, ends, rows, b + start, b_stride, y + start, y_stride, last, kept); \
        break;
            COLUMNS(1)
            COLUMNS(2)
            COLUMNS(3)
            COLUMNS(4)
            COLUMNS(5)
            COLUMNS(6)
            COLUMNS(7)
            COLUMNS(8)
#undef COLUMNS
        }
    }
}

#undef MOST_VECTORS
#include "lanes_end.h"

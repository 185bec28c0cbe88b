// Products with packed weights, included once for each width of vector registers: LANES floats a register,
// TILE_VECTORS registers of columns at a time, NAME for the functions, TARGET for their processor.
//
// Accumulators stay in registers only where every loop over them is unrolled in full, so tiles have constant sizes:
// there is one for each number of rows up to TILE_ROWS.

#include "lanes_begin.h"

// y [rows, vectors LANES] = bias + the products + y where adding; `column` is the first column in its panel.
CANTUS_INLINE void LOCAL(_tile)(const int rows, const int vectors, const cantus_factors *factors, int count,
                                ptrdiff_t column, const float *bias, bool adding, float *y, ptrdiff_t y_stride) {
    VEC sums[TILE_ROWS][TILE_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) {
        VEC start = bias ? LOAD(bias + v * LANES) : (VEC)0.0f;
        UNROLL for (int r = 0; r < rows; r++) sums[r][v] = start;
    }
    // Where the sums will go may be in an outer cache.
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int v = 0; v < vectors; v++) __builtin_prefetch(y + r * y_stride + v * LANES, 1);
    for (int f = 0; f < count; f++) {
        const float *row[TILE_ROWS];
        UNROLL for (int r = 0; r < rows; r++) row[r] = factors[f].a + r * factors[f].a_row;
        const float *b = factors[f].b + column;
        const ptrdiff_t depth = factors[f].depth, a_depth = factors[f].a_depth, b_depth = factors[f].b_depth;
        // The rows of the next tile are asked for meanwhile, a line each of them for every 16 elements.
        const ptrdiff_t ahead = a_depth == 1 ? rows * factors[f].a_row : 0;
        for (ptrdiff_t k = 0, place = 0; k < depth;) {
            UNROLL for (int r = 0; r < rows; r++) __builtin_prefetch(row[r] + place + ahead);
            for (ptrdiff_t end = depth - k < 16 ? depth : k + 16; k < end; k++, place += a_depth, b += b_depth) {
                VEC weights[TILE_VECTORS];
                UNROLL for (int v = 0; v < vectors; v++) weights[v] = LOAD(b + v * LANES);
                UNROLL for (int r = 0; r < rows; r++) {
                    VEC element = row[r][place];
                    UNROLL for (int v = 0; v < vectors; v++) sums[r][v] += element * weights[v];
                }
            }
        }
    }
    // What y holds comes last: nothing then waits for it to arrive from an outer cache.
    if (adding) {
        UNROLL for (int r = 0; r < rows; r++)
            UNROLL for (int v = 0; v < vectors; v++) sums[r][v] += LOAD(y + r * y_stride + v * LANES);
    }
    UNROLL for (int r = 0; r < rows; r++)
        UNROLL for (int v = 0; v < vectors; v++) STORE(y + r * y_stride + v * LANES, sums[r][v]);
}

CANTUS_INLINE void LOCAL(_rows)(const int vectors, ptrdiff_t rows, const cantus_factors *factors, int count,
                                ptrdiff_t column, const float *bias, bool adding, float *y, ptrdiff_t y_stride) {
#define TILE(number) \
    case number: LOCAL(_tile)(number, vectors, factors, count, column, bias, adding, y, y_stride); break;
    switch (rows) {
        TILE(1)
        TILE(2)
        TILE(3)
        TILE(4)
        TILE(5)
        TILE(6)
    }
#undef TILE
}

// Up to TILE_ROWS rows of one panel.
TARGET static void LOCAL(_block)(ptrdiff_t rows, ptrdiff_t columns, const cantus_factors *factors, int count,
                                 const float *bias, bool adding, float *y, ptrdiff_t y_stride) {
    for (ptrdiff_t n = 0; n < columns; n += TILE_VECTORS * LANES) {
        const float *start = bias ? bias + n : NULL;
#define ROWS(vectors) LOCAL(_rows)(vectors, rows, factors, count, n, start, adding, y + n, y_stride)
#if TILE_VECTORS == 4
        switch ((columns - n) / LANES) {
            case 1: ROWS(1); break;
            case 2: ROWS(2); break;
            case 3: ROWS(3); break;
            default: ROWS(4);
        }
#else
        ROWS(TILE_VECTORS);
#endif
#undef ROWS
    }
}

// The factors of some rows and one panel.
CANTUS_INLINE cantus_factors LOCAL(_part)(const cantus_factors *factors, ptrdiff_t row, ptrdiff_t panel) {
    cantus_factors part = *factors;
    part.a += row * part.a_row;
    part.b += panel * part.b_panel;
    return part;
}

TARGET static void LOCAL(_product)(const cantus_factors *factors, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t panel,
                                   const float *bias, bool adding, float *y, ptrdiff_t y_stride) {
    for (ptrdiff_t p = 0, n = 0; n < columns; p++, n += panel) {
        ptrdiff_t width = columns - n < panel ? columns - n : panel;
        for (ptrdiff_t r = 0; r < rows; r += TILE_ROWS) {
            cantus_factors part = LOCAL(_part)(factors, r, p);
            LOCAL(_block)(rows - r < TILE_ROWS ? rows - r : TILE_ROWS, width, &part, 1, bias ? bias + n : NULL, adding,
                          y + r * y_stride + n, y_stride);
        }
    }
}

// The product of sliding windows with a matrix, included once for each width of vector registers: LANES floats a
// register, tiles of TILE_ROWS rows by TILE_VECTORS registers, NAME for the function, TARGET for its processor.
//
// Nothing is copied into blocks as a matrix product's kernels do: neighbouring windows share most of their elements,
// which therefore stay in the first cache, and each element is broadcast from where it stands. The weights' panels are
// read from one end to the other.
//
// Accumulators stay in registers only where every loop over them is unrolled in full, so tiles have constant sizes
// and the remainders are tiles of their own.

#include "lanes_begin.h"

// The registers of one row of a tile, `columns` floats: all of them in whole registers, or fewer.
CANTUS_INLINE void CONCAT(NAME, _load)(const int vectors, const float *p, ptrdiff_t columns, VEC *registers) {
    if (columns == vectors * LANES) {
        UNROLL for (int v = 0; v < vectors; v++) registers[v] = LOAD(p + v * LANES);
        return;
    }
    float part[TILE_VECTORS * LANES] = {0};
    memcpy(part, p, (size_t)columns * sizeof(float));
    UNROLL for (int v = 0; v < vectors; v++) registers[v] = LOAD(part + v * LANES);
}

CANTUS_INLINE void CONCAT(NAME, _store)(const int vectors, float *p, ptrdiff_t columns, const VEC *registers) {
    if (columns == vectors * LANES) {
        UNROLL for (int v = 0; v < vectors; v++) STORE(p + v * LANES, registers[v]);
        return;
    }
    float part[TILE_VECTORS * LANES];
    UNROLL for (int v = 0; v < vectors; v++) STORE(part + v * LANES, registers[v]);
    memcpy(p, part, (size_t)columns * sizeof(float));
}

CANTUS_INLINE void CONCAT(NAME, _tile)(const int rows, const int vectors, const cantus_windows *windows,
                                       const float *start, const float *b, ptrdiff_t b_stride, const float *bias,
                                       float *y, ptrdiff_t y_stride, ptrdiff_t columns) {
    VEC sums[TILE_ROWS][TILE_VECTORS];
    UNROLL for (int r = 0; r < rows; r++)
        CONCAT(NAME, _load)(vectors, bias ? bias : y + r * y_stride, columns, sums[r]);
    const ptrdiff_t channels = windows->channels, channel_stride = windows->channel_stride;
    for (ptrdiff_t j = 0; j < windows->taps; j++) {
        const float *row[TILE_ROWS];
        UNROLL for (int r = 0; r < rows; r++) row[r] = start + j * windows->tap_stride + r * windows->row_stride;
        for (ptrdiff_t c = 0, place = 0; c < channels; c++, place += channel_stride, b += b_stride) {
            VEC weights[TILE_VECTORS];
            UNROLL for (int v = 0; v < vectors; v++) weights[v] = LOAD(b + v * LANES);
            UNROLL for (int r = 0; r < rows; r++) {
                VEC element = row[r][place];
                UNROLL for (int v = 0; v < vectors; v++) sums[r][v] += element * weights[v];
            }
        }
    }
    UNROLL for (int r = 0; r < rows; r++) CONCAT(NAME, _store)(vectors, y + r * y_stride, columns, sums[r]);
}

// All rows of one panel.
CANTUS_INLINE void CONCAT(NAME, _panel)(const int vectors, const cantus_windows *windows, const float *b,
                                        ptrdiff_t b_stride, const float *bias, float *y, ptrdiff_t y_stride,
                                        ptrdiff_t columns) {
    ptrdiff_t rows = windows->rows, r = 0;
#define TILE(count) \
    for (; r + count <= rows; r += count) \
        CONCAT(NAME, _tile)(count, vectors, windows, windows->start + r * windows->row_stride, b, b_stride, bias, \
                            y + r * y_stride, y_stride, columns);
    TILE(TILE_ROWS)
    TILE(3)
    TILE(1)
#undef TILE
}

TARGET static void NAME(const cantus_windows *windows, const float *b, ptrdiff_t b_stride, ptrdiff_t panel_stride,
                        const float *bias, float *y, ptrdiff_t y_stride, ptrdiff_t columns) {
    for (ptrdiff_t n = 0; n < columns; n += TILE_VECTORS * LANES, b += panel_stride) {
        ptrdiff_t count = columns - n < TILE_VECTORS * LANES ? columns - n : TILE_VECTORS * LANES;
        const float *start = bias ? bias + n : NULL;
        switch ((count + LANES - 1) / LANES) {
#define PANEL(vectors) \
    case vectors: CONCAT(NAME, _panel)(vectors, windows, b, b_stride, start, y + n, y_stride, count); break;
            PANEL(1)
#if TILE_VECTORS >= 2
            PANEL(2)
#endif
#if TILE_VECTORS == 4
            PANEL(3)
            PANEL(4)
#endif
#undef PANEL
        }
    }
}

#undef TILE_ROWS
#undef TILE_VECTORS
#include "lanes_end.h"

#include "cantus_products.h"

#include "cantus_math.h"
#include "cantus_transpose.h"

// As in Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication": one strip of columns of b after
// the other is rearranged so that it lies in one piece in the second cache, and a tile of c, some rows by the strip, is
// summed up in registers: 6 rows by 4 vectors are 24 of the 32. The rows of a are read where they lie, each from one end
// to the other; only if a is transposed and b has many columns are they rearranged, too.
//
// Beside OpenBLAS's kernels for this width it gains 3 to 8 percent on large products, which spend that on rearranging a,
// and a tenth to two thirds on those of few rows or of a short inner dimension, whose parts there are cut to fit the large.

#if defined(__x86_64__) && defined(__clang__)

enum {
    lanes = 16,
    tile_rows = 6,
    tile_vectors = 4,
    tile_columns = tile_vectors * lanes,
    block_rows = 40 * tile_rows,  // of a transposed a that is rearranged
    // A transposed a is not rearranged for so few strips of columns: each of its strips would be read as often as that.
    few_strips = 2,
    block_inner = 512,
    // Below this a strip of b is read from where it lies: rearranging would cost more than it saves.
    short_inner = 48,
    // Rows of b that are at most so far apart serve where they lie.
    close_rows = 256,
};

typedef float wide __attribute__((ext_vector_type(16), aligned(4)));

#define UNROLL _Pragma("clang loop unroll(full)")

// --- strips ------------------------------------------------------------------------------------------------------

// to [inner, width] = the first `count` columns of x [inner, ...]
CANTUS_INLINE CANTUS_WIDE void pack_columns(const float *x, ptrdiff_t stride, ptrdiff_t count, ptrdiff_t inner,
                                            float *to, ptrdiff_t width) {
    switch (count) {
    case tile_columns:
        for (ptrdiff_t i = 0; i < inner; i++, x += stride, to += width)
            UNROLL for (int v = 0; v < tile_vectors; v++) *(wide *)(to + v * lanes) = *(const wide *)(x + v * lanes);
        break;
    case 2 * tile_rows:
        for (ptrdiff_t i = 0; i < inner; i++, x += stride, to += width)
            UNROLL for (int n = 0; n < 2 * tile_rows; n += 4) *(cantus_quad *)(to + n) = *(const cantus_quad *)(x + n);
        break;
    default:
        for (ptrdiff_t i = 0; i < inner; i++, x += stride, to += width)
            for (ptrdiff_t n = 0; n < count; n++) to[n] = x[n];
    }
}

// Where strip `index` of `count` nearly equal ones begins.
CANTUS_INLINE ptrdiff_t begin(ptrdiff_t total, ptrdiff_t index, ptrdiff_t count) { return total * index / count; }

// Two strips of rows lie side by side, so that they are copied in whole vectors.
CANTUS_INLINE ptrdiff_t pair_begin(ptrdiff_t height, ptrdiff_t s, ptrdiff_t strips) {
    return begin(height, s < strips ? s & ~(ptrdiff_t)1 : strips, strips);
}

// to: the columns of x [inner, height] in pairs of strips [inner, rows of both]
CANTUS_WIDE static void pack_left(const float *x, ptrdiff_t stride, ptrdiff_t height, ptrdiff_t strips,
                                  ptrdiff_t inner, float *to) {
    for (ptrdiff_t s = 0; s < strips; s += 2) {
        ptrdiff_t row = pair_begin(height, s, strips), count = pair_begin(height, s + 2, strips) - row;
        pack_columns(x + row, stride, count, inner, to + row * inner, count);
    }
}

// --- tiles -------------------------------------------------------------------------------------------------------

// Some rows of a: that of row r and column k is start[r row_stride + k column_stride].
typedef struct {
    const float *start;
    ptrdiff_t row_stride, column_stride;
} strip;

// c [rows, columns] = scale a b + bias, or += where adding.
CANTUS_INLINE CANTUS_WIDE void tile(const int rows, const int vectors, const strip *a, const float *b,
                                    ptrdiff_t b_stride, const float *bias, float scale, bool adding, float *c,
                                    ptrdiff_t c_stride, ptrdiff_t columns, ptrdiff_t inner) {
    wide sums[tile_rows][tile_vectors];
    const float *row[tile_rows];
    UNROLL for (int r = 0; r < rows; r++) {
        row[r] = a->start + r * a->row_stride;
        UNROLL for (int v = 0; v < vectors; v++) {
            __builtin_prefetch(c + r * c_stride + v * lanes, 1);
            sums[r][v] = 0;
        }
    }
    const ptrdiff_t step = a->column_stride;
    for (ptrdiff_t i = 0, place = 0; i < inner; i++, place += step, b += b_stride) {
        wide right[tile_vectors];
        UNROLL for (int v = 0; v < vectors; v++) right[v] = *(const wide *)(b + v * lanes);
        UNROLL for (int r = 0; r < rows; r++) {
            wide left = row[r][place];
            UNROLL for (int v = 0; v < vectors; v++) sums[r][v] += left * right[v];
        }
    }
    if (columns == vectors * lanes) {
        UNROLL for (int r = 0; r < rows; r++) {
            UNROLL for (int v = 0; v < vectors; v++) {
                wide sum = scale * sums[r][v];
                wide *target = (wide *)(c + r * c_stride + v * lanes);
                if (bias) sum += *(const wide *)(bias + v * lanes);
                if (adding) sum += *target;
                *target = sum;
            }
        }
        return;
    }
    UNROLL for (int r = 0; r < rows; r++) {
        float part[tile_columns];
        float *target = c + r * c_stride;
        UNROLL for (int v = 0; v < vectors; v++) *(wide *)(part + v * lanes) = scale * sums[r][v];
        for (ptrdiff_t n = 0; n < columns; n++) {
            float sum = bias ? part[n] + bias[n] : part[n];
            target[n] = adding ? target[n] + sum : sum;
        }
    }
}

// Accumulators stay in registers only where every loop over them is unrolled in full: a function for each size.
typedef void (*tile_function)(const strip *a, const float *b, ptrdiff_t b_stride, const float *bias, float scale,
                              bool adding, float *c, ptrdiff_t c_stride, ptrdiff_t columns, ptrdiff_t inner);

#define TILE(rows, vectors)                                                                                          \
    CANTUS_WIDE static void tile_##rows##_##vectors(                                                                 \
        const strip *a, const float *b, ptrdiff_t b_stride, const float *bias, float scale, bool adding, float *c,    \
        ptrdiff_t c_stride, ptrdiff_t columns, ptrdiff_t inner) {                                                    \
        tile(rows, vectors, a, b, b_stride, bias, scale, adding, c, c_stride, columns, inner);                       \
    }
#define TILES(rows) TILE(rows, 1) TILE(rows, 2) TILE(rows, 3) TILE(rows, 4)
TILES(1) TILES(2) TILES(3) TILES(4) TILES(5) TILES(6)

#define SIZES(rows) {tile_##rows##_1, tile_##rows##_2, tile_##rows##_3, tile_##rows##_4}
static const tile_function tiles[tile_rows][tile_vectors] = {SIZES(1), SIZES(2), SIZES(3),
                                                             SIZES(4), SIZES(5), SIZES(6)};

// --- products ----------------------------------------------------------------------------------------------------

// A part of a product: the inner dimension from k on, for some rows.
typedef struct {
    const float *a, *b, *bias;
    float *c;
    ptrdiff_t height, strips, depth, columns, a_row, a_column, b_stride, c_stride;
    float scale;
    bool adding, a_is_packed;
} part;

// The tiles of one strip of rows by a strip of columns that begins at column n.
CANTUS_INLINE CANTUS_WIDE void multiply_strip(const part *p, ptrdiff_t s, ptrdiff_t n, ptrdiff_t width, const float *b,
                                              ptrdiff_t b_stride) {
    ptrdiff_t row = begin(p->height, s, p->strips), count = begin(p->height, s + 1, p->strips) - row;
    strip left = {p->a + row * p->a_row, p->a_row, p->a_column};
    if (p->a_is_packed) {
        ptrdiff_t pair = pair_begin(p->height, s, p->strips);
        left = (strip){p->a + pair * p->depth + row - pair, 1, pair_begin(p->height, (s | 1) + 1, p->strips) - pair};
    }
    tiles[count - 1][(width + lanes - 1) / lanes - 1](
        &left, b, b_stride, p->bias ? p->bias + n : NULL, p->scale, p->adding, p->c + row * p->c_stride + n,
        p->c_stride, width, p->depth);
}

// Calls a share of the strip of b from column n on into the second cache, while the strip before it is at work: after
// the last strip of rows all of it has come.
CANTUS_INLINE void prefetch_strip(const part *p, ptrdiff_t s, ptrdiff_t n, bool b_is_transposed) {
    ptrdiff_t width = p->columns - n < tile_columns ? p->columns - n : tile_columns;
    if (width <= 0) return;
    ptrdiff_t lines = b_is_transposed ? width : p->depth, length = b_is_transposed ? p->depth : width;
    const float *start = p->b + (b_is_transposed ? n * p->b_stride : n);
    for (ptrdiff_t i = begin(lines, s, p->strips); i < begin(lines, s + 1, p->strips); i++)
        for (ptrdiff_t k = 0; k < length; k += lanes) __builtin_prefetch(start + i * p->b_stride + k, 0, 2);
}

CANTUS_WIDE static void multiply_part(const part *p, bool b_is_transposed) {
    _Alignas(64) float right[tile_columns * block_inner];
    ptrdiff_t n = 0;
    if (!b_is_transposed && p->depth <= short_inner) {
        // So few rows of b stay in the cache; c, larger than all else, is walked along its rows.
        ptrdiff_t whole = p->columns / tile_columns * tile_columns;
        for (ptrdiff_t s = 0; s < p->strips; s++)
            for (n = 0; n < whole; n += tile_columns)
                multiply_strip(p, s, n, tile_columns, p->b + n, p->b_stride);
    }
    for (; n < p->columns; n += tile_columns) {
        ptrdiff_t width = p->columns - n < tile_columns ? p->columns - n : tile_columns;
        bool fills = width % lanes == 0;
        const float *b = right;
        ptrdiff_t b_stride = tile_columns;
        if (!fills) memset(right, 0, (size_t)(p->depth * tile_columns) * sizeof(float));
        if (b_is_transposed) {
            cantus_transpose_matrix(p->b + n * p->b_stride, p->b_stride, right, tile_columns, width, p->depth);
        } else if (!fills || (p->strips > 4 && p->b_stride > close_rows)) {
            pack_columns(p->b + n, p->b_stride, width, p->depth, right, tile_columns);
        } else {
            b = p->b + n;
            b_stride = p->b_stride;
        }
        for (ptrdiff_t s = 0; s < p->strips; s++) {
            prefetch_strip(p, s, n + width, b_is_transposed);
            multiply_strip(p, s, n, width, b, b_stride);
        }
    }
}

CANTUS_WIDE void cantus_product(const cantus_matrix *a, const cantus_matrix *b, const float *bias, float scale,
                                bool adding, float *c, ptrdiff_t c_stride, ptrdiff_t rows, ptrdiff_t columns,
                                ptrdiff_t inner) {
    _Alignas(64) float left[block_rows * block_inner];
    bool packs = a->transposed && columns > few_strips * tile_columns;
    ptrdiff_t block = packs ? block_rows : rows;
    ptrdiff_t parts = (inner + block_inner - 1) / block_inner;
    for (ptrdiff_t first = 0; first < rows; first += block) {
        ptrdiff_t height = rows - first < block ? rows - first : block;
        ptrdiff_t strips = (height + tile_rows - 1) / tile_rows;
        for (ptrdiff_t i = 0; i < parts; i++) {
            ptrdiff_t k = begin(inner, i, parts), depth = begin(inner, i + 1, parts) - k;
            part p = {
                .a = packs ? left : a->start + (a->transposed ? k * a->stride + first : first * a->stride + k),
                .b = b->start + (b->transposed ? k : k * b->stride),
                .bias = i == 0 ? bias : NULL,
                .c = c + first * c_stride,
                .height = height, .strips = strips, .depth = depth, .columns = columns,
                .a_row = a->transposed ? 1 : a->stride, .a_column = a->transposed ? a->stride : 1,
                .b_stride = b->stride, .c_stride = c_stride,
                .scale = scale, .adding = adding || i > 0, .a_is_packed = packs,
            };
            if (packs) pack_left(a->start + k * a->stride + first, a->stride, height, strips, depth, left);
            multiply_part(&p, b->transposed);
        }
    }
}

bool cantus_has_products(void) { return cantus_supports_avx512(); }

#else

bool cantus_has_products(void) { return false; }

void cantus_product(const cantus_matrix *a, const cantus_matrix *b, const float *bias, float scale, bool adding,
                    float *c, ptrdiff_t c_stride, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t inner) {
    __builtin_trap();  // never called: cantus_has_products says no
}

#endif

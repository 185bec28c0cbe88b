#include "cantus_packed.h"

#include "cantus_attention.h"
#include "cantus_math.h"

// Rows of one tile: with four registers of columns, 24 of AVX-512's 32 registers hold sums; with two, 12 of 16.
#define TILE_ROWS 6

#if defined(__x86_64__) && defined(__clang__)
#define LANES 16
#define TILE_VECTORS 4
#define NAME packed_avx512
#define TARGET CANTUS_WIDE
#include "packed_body.h"
#include "packed_steps_body.h"
#include "packed_attention_body.h"

#define LANES 8
#define TILE_VECTORS 2
#define NAME packed_avx2
#define TARGET __attribute__((target("arch=x86-64-v3")))
#include "packed_body.h"
#include "packed_steps_body.h"
#include "packed_attention_body.h"
#endif

#define LANES 4
#define TILE_VECTORS 2
#define NAME packed_plain
#define TARGET
#include "packed_body.h"
#include "packed_steps_body.h"
#include "packed_attention_body.h"

const cantus_packed_kernels *cantus_packed_kernels_of(int lanes) {
#if defined(__x86_64__) && defined(__clang__)
    if (lanes == 16) return cantus_supports_avx512() ? &packed_avx512 : NULL;
    if (lanes == 8) return cantus_supports_avx2() ? &packed_avx2 : NULL;
#endif
    return lanes == 4 ? &packed_plain : NULL;
}

const cantus_attention_kernels *cantus_attention_kernels_of(int lanes) {
#if defined(__x86_64__) && defined(__clang__)
    if (lanes == 16) return cantus_supports_avx512() ? &packed_avx512_attention : NULL;
    if (lanes == 8) return cantus_supports_avx2() ? &packed_avx2_attention : NULL;
#endif
    return lanes == 4 ? &packed_plain_attention : NULL;
}

// --- packing -------------------------------------------------------------------------------------------------

#define UNITS 16

#define AT(p) (*(cantus_quad *)(p))
#define FROM(p) (*(const cantus_quad *)(p))

// to [k, j] = from [j, k] for 16 units j and `count` columns k, by squares of four.
CANTUS_INLINE void pack_square(const float *from, ptrdiff_t from_stride, ptrdiff_t count, float *to,
                               ptrdiff_t to_stride) {
    for (ptrdiff_t k = 0; k + 4 <= count; k += 4)
        for (ptrdiff_t j = 0; j < UNITS; j += 4) {
            const float *x = from + j * from_stride + k;
            cantus_quad a = FROM(x), b = FROM(x + from_stride), c = FROM(x + 2 * from_stride),
                        d = FROM(x + 3 * from_stride);
            cantus_transpose_quads(&a, &b, &c, &d);
            float *y = to + k * to_stride + j;
            AT(y) = a;
            AT(y + to_stride) = b;
            AT(y + 2 * to_stride) = c;
            AT(y + 3 * to_stride) = d;
        }
    for (ptrdiff_t k = count & ~(ptrdiff_t)3; k < count; k++)
        for (ptrdiff_t j = 0; j < UNITS; j++) to[k * to_stride + j] = from[j * from_stride + k];
}

// A square of 16 units by up to 16 columns at a time, so that both sides stay in cache lines that were just touched.
void cantus_pack_forward(const float *restrict w, ptrdiff_t gates, ptrdiff_t units, ptrdiff_t depth, ptrdiff_t group,
                         float *restrict panels) {
    ptrdiff_t columns = gates * group;
    for (ptrdiff_t first = 0; first < units; first += group, panels += depth * columns)
        for (ptrdiff_t g = 0; g < gates; g++)
            for (ptrdiff_t u = 0; u < group; u += UNITS) {
                ptrdiff_t count = units - first - u;
                count = count < 0 ? 0 : count < UNITS ? count : UNITS;
                const float *from = w + (g * units + first + u) * depth;
                float *to = panels + g * group + u;
                for (ptrdiff_t k0 = 0; k0 < depth; k0 += UNITS) {
                    ptrdiff_t k1 = k0 + UNITS < depth ? k0 + UNITS : depth;
                    if (count == UNITS) {
                        pack_square(from + k0, depth, k1 - k0, to + k0 * columns, columns);
                        continue;
                    }
                    for (ptrdiff_t k = k0; k < k1; k++) {
                        for (ptrdiff_t j = 0; j < count; j++) to[k * columns + j] = from[j * depth + k];
                        for (ptrdiff_t j = count; j < UNITS; j++) to[k * columns + j] = 0;
                    }
                }
            }
}

// Calls BODY with the row `place` of packed order for each unit `unit` of gate g, or with -1 for one that fills up.
#define FOR_PACKED(gates, units) \
    for (ptrdiff_t first = 0, place = 0; first < units; first += UNITS) \
        for (ptrdiff_t g = 0; g < gates; g++) \
            for (ptrdiff_t j = 0, unit; j < UNITS && (unit = first + j < units ? first + j : -1, 1); j++, place++)

void cantus_pack_backward(const float *restrict w, ptrdiff_t gates, ptrdiff_t units, ptrdiff_t columns,
                          float *restrict panels) {
    for (ptrdiff_t n = 0; n < columns; n += 64) {
        size_t count = (size_t)(columns - n < 64 ? columns - n : 64);
        FOR_PACKED(gates, units) {
            if (unit < 0) {
                memset(panels, 0, 64 * sizeof(float));
            } else {
                memcpy(panels, w + (g * units + unit) * columns + n, count * sizeof(float));
                if (count < 64) memset(panels + count, 0, (64 - count) * sizeof(float));
            }
            panels += 64;
        }
    }
}

void cantus_pack_vector(const float *restrict v, ptrdiff_t gates, ptrdiff_t units, float *restrict packed) {
    FOR_PACKED(gates, units) packed[place] = unit < 0 ? 0 : v[g * units + unit];
}

// to [j, k] = square [k, j], or += it, for `count` units j and `columns` columns k.
CANTUS_INLINE void unpack_square(float (*square)[UNITS], ptrdiff_t count, ptrdiff_t columns, bool adding, float *to,
                                 ptrdiff_t to_stride) {
    ptrdiff_t units = count & ~(ptrdiff_t)3, depth = columns & ~(ptrdiff_t)3;
    for (ptrdiff_t j = 0; j < units; j += 4)
        for (ptrdiff_t k = 0; k < depth; k += 4) {
            cantus_quad a = FROM(square[k] + j), b = FROM(square[k + 1] + j), c = FROM(square[k + 2] + j),
                        d = FROM(square[k + 3] + j);
            cantus_transpose_quads(&a, &b, &c, &d);
            float *y = to + j * to_stride + k;
            AT(y) = adding ? AT(y) + a : a;
            AT(y + to_stride) = adding ? AT(y + to_stride) + b : b;
            AT(y + 2 * to_stride) = adding ? AT(y + 2 * to_stride) + c : c;
            AT(y + 3 * to_stride) = adding ? AT(y + 3 * to_stride) + d : d;
        }
    for (ptrdiff_t j = 0; j < count; j++)
        for (ptrdiff_t k = j < units ? depth : 0; k < columns; k++) {
            float *y = to + j * to_stride + k;
            *y = adding ? *y + square[k][j] : square[k][j];
        }
}

void cantus_unpack_gates(const float *restrict sums, ptrdiff_t gates, ptrdiff_t units, ptrdiff_t depth, bool adding,
                         float *restrict w) {
    ptrdiff_t columns = (units + UNITS - 1) / UNITS * UNITS * gates;
    for (ptrdiff_t first = 0, place = 0; first < units; first += UNITS)
        for (ptrdiff_t g = 0; g < gates; g++, place += UNITS) {
            ptrdiff_t count = units - first < UNITS ? units - first : UNITS;
            float *to = w + (g * units + first) * depth;
            for (ptrdiff_t k0 = 0; k0 < depth; k0 += UNITS) {
                ptrdiff_t k1 = k0 + UNITS < depth ? k0 + UNITS : depth;
                // By way of a buffer: rows of a power of two share their places in the cache.
                float square[UNITS][UNITS];
                for (ptrdiff_t k = k0; k < k1; k++) memcpy(square[k - k0], sums + k * columns + place, sizeof square[0]);
                unpack_square(square, count, k1 - k0, adding, to + k0, depth);
            }
        }
}

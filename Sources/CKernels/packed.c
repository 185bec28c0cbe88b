#include "cantus_packed.h"

#include "cantus_attention.h"
#include "cantus_math.h"
#include "cantus_transpose.h"

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
                    float *square = to + k0 * columns;
                    cantus_transpose_matrix(from + k0, depth, square, columns, count, k1 - k0);
                    for (ptrdiff_t k = k0; k < k1; k++, square += columns)
                        for (ptrdiff_t j = count; j < UNITS; j++) square[j] = 0;
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

CANTUS_CLONES void cantus_unpack_gates(const float *restrict sums, ptrdiff_t gates, ptrdiff_t units,
                                       ptrdiff_t depth, bool adding, float *restrict w) {
    ptrdiff_t columns = (units + UNITS - 1) / UNITS * UNITS * gates;
    for (ptrdiff_t first = 0, place = 0; first < units; first += UNITS)
        for (ptrdiff_t g = 0; g < gates; g++, place += UNITS) {
            ptrdiff_t count = units - first < UNITS ? units - first : UNITS;
            float *to = w + (g * units + first) * depth;
            for (ptrdiff_t k0 = 0; k0 < depth; k0 += UNITS) {
                ptrdiff_t k1 = k0 + UNITS < depth ? k0 + UNITS : depth;
                // By way of a buffer: rows of a power of two share their places in the cache.
                float square[UNITS][UNITS], turned[UNITS][UNITS];
                for (ptrdiff_t k = k0; k < k1; k++) memcpy(square[k - k0], sums + k * columns + place, sizeof square[0]);
                cantus_transpose_matrix(square[0], UNITS, turned[0], UNITS, k1 - k0, UNITS);
                for (ptrdiff_t j = 0; j < count; j++)
                    for (ptrdiff_t k = k0; k < k1; k++) {
                        float *y = to + j * depth + k;
                        *y = adding ? *y + turned[j][k - k0] : turned[j][k - k0];
                    }
            }
        }
}

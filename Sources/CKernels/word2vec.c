#include "cantus_math.h"

// Outputs in a tile: a centre word and five negatives. Where products and weights are stored, a tile has eight slots,
// of which the last two are idle; two inputs side by side make sixteen, whole registers of any width.
#define WORD2VEC_OUTPUTS 6
#define WORD2VEC_SLOTS 8
#define WORD2VEC_TILES(outputs) (((outputs) + WORD2VEC_OUTPUTS - 1) / WORD2VEC_OUTPUTS)

// Four floats, whatever the width of the registers: what sums of lanes end up in.
typedef float word2vec_four __attribute__((ext_vector_type(4), aligned(4)));
typedef int32_t word2vec_indices __attribute__((ext_vector_type(4)));
// The index of an idle slot: above all others.
#define WORD2VEC_IDLE INT32_MAX

// The sums of the lanes of four vectors, by adding while transposing.
CANTUS_INLINE word2vec_four word2vec_sums(word2vec_four a, word2vec_four b, word2vec_four c, word2vec_four d) {
    word2vec_four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
    word2vec_four cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
    return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

#if defined(__x86_64__) && defined(__clang__)
#define LANES 16
#define NAME word2vec_avx512
#define TARGET CANTUS_WIDE
#include "word2vec_body.h"

#define LANES 8
#define NAME word2vec_avx2
#define TARGET __attribute__((target("arch=x86-64-v3")))
#include "word2vec_body.h"
#endif

#define LANES 4
#define NAME word2vec_plain
#define TARGET
#include "word2vec_body.h"

cantus_word2vec_update cantus_word2vec_kernel(void) {
#if defined(__x86_64__) && defined(__clang__)
    if (cantus_supports_avx512()) return word2vec_avx512;
    if (cantus_supports_avx2()) return word2vec_avx2;
#endif
    return word2vec_plain;
}

cantus_word2vec_update cantus_word2vec_mean_kernel(void) {
#if defined(__x86_64__) && defined(__clang__)
    if (cantus_supports_avx512()) return word2vec_avx512_mean;
    if (cantus_supports_avx2()) return word2vec_avx2_mean;
#endif
    return word2vec_plain_mean;
}

cantus_word2vec_pair_update cantus_word2vec_pair_kernel(void) {
#if defined(__x86_64__) && defined(__clang__)
    if (cantus_supports_avx512()) return word2vec_avx512_pair;
    if (cantus_supports_avx2()) return word2vec_avx2_pair;
#endif
    return word2vec_plain_pair;
}

void cantus_prefetch_rows(float *const *rows, ptrdiff_t count, ptrdiff_t width) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const float *row = rows[i];
        for (ptrdiff_t d = 0; d < width; d += 16) {
#if defined(__x86_64__)
            // The compiler's builtin gives a plain prefetch unless it is told of a processor that has this one.
            __asm__ volatile("prefetchw %0" : : "m"(row[d]));
#else
            __builtin_prefetch(row + d, 1, 3);
#endif
        }
    }
}

CANTUS_CLONES void cantus_merge_row(float *restrict copy, float *restrict base, float *restrict shared,
                                    ptrdiff_t width) {
    for (ptrdiff_t d = 0; d < width; d++) copy[d] = base[d] = shared[d] += copy[d] - base[d];
}

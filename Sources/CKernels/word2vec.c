#include "cantus_math.h"

// Outputs in a tile: a centre word and five negatives.
#define WORD2VEC_OUTPUTS 6
// A number of products rounded up to whole registers of any width.
#define CANTUS_WHOLE(count) (((count) + 15) / 16 * 16)

#if defined(__x86_64__) && defined(__clang__)
#define LANES 16
#define TILE 4
#define NAME word2vec_avx512
#define TARGET __attribute__((target("arch=x86-64-v4")))
#include "word2vec_body.h"

#define LANES 8
#define TILE 2
#define NAME word2vec_avx2
#define TARGET __attribute__((target("arch=x86-64-v3")))
#include "word2vec_body.h"
#endif

#define LANES 4
#define TILE 2
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

void cantus_prefetch_row(const float *row, ptrdiff_t width) {
    for (ptrdiff_t d = 0; d < width; d += 16) __builtin_prefetch(row + d, 1, 3);
}

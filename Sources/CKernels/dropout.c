#include "cantus_math.h"

// 32 bits from a counter by two rounds of multiply and xor-shift (the constants known as lowbias32), keyed
// twice. In 32-bit lanes, which every vector unit can multiply.
CANTUS_INLINE uint32_t cantus_hash(uint32_t counter, uint32_t key1, uint32_t key2) {
    uint32_t x = counter ^ key1;
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    x ^= x >> 16;
    x += key2;
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    x ^= x >> 16;
    return x;
}

CANTUS_CLONES void cantus_dropout_mask(uint64_t seed, uint64_t first, float dropped, float scale, float *mask,
                                       ptrdiff_t n) {
    uint32_t key1 = (uint32_t)seed ^ (uint32_t)(first >> 32) * 0x9e3779b9u, key2 = (uint32_t)(seed >> 32);
    uint32_t start = (uint32_t)first;
    // 24 random bits against the probability in 2^-24: both are exact in a float.
    uint32_t limit = (uint32_t)(dropped * 16777216.0f);
    for (ptrdiff_t i = 0; i < n; i++) {
        uint32_t bits = cantus_hash(start + (uint32_t)i, key1, key2) >> 8;
        mask[i] = bits < limit ? 0.0f : scale;
    }
}

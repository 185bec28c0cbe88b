// Cross-entropy of logits that come out of a matrix product some classes at a time: the loops run over examples, which
// lie beside each other.
#include "cantus_losses.h"
#include "cantus_math.h"

// Examples whose sums stay in registers while the classes of a block pass by.
#define EXAMPLES 16

CANTUS_INLINE float bias_of(const cantus_class_block *block, ptrdiff_t c) { return block->bias ? block->bias[c] : 0.0f; }

CANTUS_INLINE float weight_of(const cantus_class_block *block, ptrdiff_t c) {
    return block->weights ? block->weights[c] : 1.0f;
}

// The row of the block that a target is, or -1.
CANTUS_INLINE ptrdiff_t row_of(const cantus_class_block *block, int32_t target) {
    ptrdiff_t c = (ptrdiff_t)target - block->first;
    return c >= 0 && c < block->count ? c : -1;
}

CANTUS_CLONES void cantus_class_block_add(const cantus_class_block *block, const int32_t *targets,
                                          const cantus_class_sums *sums) {
    for (ptrdiff_t r = 0; r < block->examples; r++) {
        ptrdiff_t c = row_of(block, targets[r]);
        if (c >= 0) sums->right[r] = block->x[c * block->stride + r] + bias_of(block, c);
    }
    if (sums->weighted) {
        const float *x = block->x;
        for (ptrdiff_t c = 0; c < block->count; c++, x += block->stride) {
            float bias = bias_of(block, c), weight = weight_of(block, c);
            for (ptrdiff_t r = 0; r < block->examples; r++) sums->weighted[r] += weight * (x[r] + bias);
        }
    }
    for (ptrdiff_t n = 0; n < block->examples; n += EXAMPLES) {
        // The block's own sum first: a float then adds up no more terms than there are classes in it, or blocks.
        float largest[EXAMPLES], powers[EXAMPLES] = {0};
        memcpy(largest, sums->largest + n, sizeof largest);
        float *x = block->x + n;
        for (ptrdiff_t c = 0; c < block->count; c++, x += block->stride) {
            float bias = bias_of(block, c);
            for (int j = 0; j < EXAMPLES; j++) {
                x[j] += bias;
                largest[j] = largest[j] < x[j] ? x[j] : largest[j];
            }
        }
        x = block->x + n;
        for (ptrdiff_t c = 0; c < block->count; c++, x += block->stride)
            for (int j = 0; j < EXAMPLES; j++) {
                x[j] = cantus_expf(x[j] - largest[j]);
                powers[j] += x[j];
            }
        for (int j = 0; j < EXAMPLES; j++)
            sums->powers[n + j] = powers[j] + sums->powers[n + j] * cantus_expf(sums->largest[n + j] - largest[j]);
        memcpy(sums->largest + n, largest, sizeof largest);
    }
}

CANTUS_CLONES void cantus_class_block_backward(const cantus_class_block *block, const int32_t *targets,
                                               const cantus_class_slopes *slopes, float *restrict dx,
                                               ptrdiff_t dx_stride, float *restrict dbias, const float *next,
                                               ptrdiff_t next_count) {
    // What the products read next comes from an outer cache meanwhile.
    for (ptrdiff_t n = 0; n < next_count; n += 16) __builtin_prefetch(next + n);
    for (ptrdiff_t n = 0; n < block->examples; n += EXAMPLES) {
        float factors[EXAMPLES];
        for (int j = 0; j < EXAMPLES; j++)
            factors[j] = slopes->powers[n + j] * cantus_expf(slopes->largest[n + j] - slopes->log_sums[n + j]);
        const float *x = block->x + n;
        float *row = dx + n;
        for (ptrdiff_t c = 0; c < block->count; c++, x += block->stride, row += dx_stride)
            for (int j = 0; j < EXAMPLES; j++) row[j] = factors[j] * x[j];
    }
    if (slopes->weighted) {
        for (ptrdiff_t c = 0; c < block->count; c++) {
            float weight = weight_of(block, c), *row = dx + c * dx_stride;
            for (ptrdiff_t r = 0; r < block->examples; r++) row[r] -= weight * slopes->weighted[r];
        }
    }
    for (ptrdiff_t r = 0; r < block->examples; r++) {
        ptrdiff_t c = row_of(block, targets[r]);
        if (c >= 0) dx[c * dx_stride + r] -= slopes->right[r];
    }
    if (!dbias) return;
    for (ptrdiff_t c = 0; c < block->count; c++) {
#pragma clang fp reassociate(on)
        float sum = 0;
        for (ptrdiff_t r = 0; r < block->examples; r++) sum += dx[c * dx_stride + r];
        dbias[c] += sum;
    }
}

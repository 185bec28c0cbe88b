// Attention by blocks of scores; follows packed_body.h and packed_steps_body.h and uses their macros.

static const int32_t LOCAL(_places)[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

// The first vectors of a row hold keys that it sees, the last of them perhaps others, too.
#define WHOLE(columns) (((columns) + 15) / 16 * 16)
#define LEAST(a, b) ((a) < (b) ? (a) : (b))

// The keys that row r sees.
CANTUS_INLINE int32_t LOCAL(_seen)(const cantus_scores *scores, ptrdiff_t r) {
    ptrdiff_t seen = scores->visible + r * scores->visible_step;
    return (int32_t)(seen < 0 ? 0 : LEAST(seen, scores->columns));
}

// --- products ------------------------------------------------------------------------------------------------

// Tiles of which no row sees a key are left out.
TARGET static void LOCAL(_scores_of)(const cantus_scores *scores, const float *a, ptrdiff_t a_stride, const float *b,
                                     ptrdiff_t b_stride, ptrdiff_t depth) {
    for (ptrdiff_t r = 0; r < scores->rows; r += TILE_ROWS) {
        ptrdiff_t count = LEAST(scores->rows - r, TILE_ROWS);
        cantus_factors part = {a + r * a_stride, a_stride, 1, depth, b, b_stride, 0};
        LOCAL(_block)(count, WHOLE(LOCAL(_seen)(scores, r + count - 1)), &part, 1, NULL, false,
                      scores->values + r * scores->stride, scores->stride);
    }
}

TARGET static void LOCAL(_scores_by)(const cantus_scores *scores, const float *b, ptrdiff_t b_stride,
                                     ptrdiff_t columns, bool adding, float *y, ptrdiff_t y_stride) {
    for (ptrdiff_t r = 0; r < scores->rows; r += TILE_ROWS) {
        ptrdiff_t count = LEAST(scores->rows - r, TILE_ROWS);
        cantus_factors part = {scores->values + r * scores->stride, scores->stride, 1,
                               LOCAL(_seen)(scores, r + count - 1), b, b_stride, 0};
        LOCAL(_block)(count, columns, &part, 1, NULL, adding, y + r * y_stride, y_stride);
    }
}

TARGET static void LOCAL(_keys_by)(const cantus_scores *scores, const float *b, ptrdiff_t b_stride, ptrdiff_t columns,
                                   float *y, ptrdiff_t y_stride) {
    ptrdiff_t first = 0;  // the first query that sees the first of some keys
    for (ptrdiff_t key = 0; key < scores->columns; key += TILE_ROWS) {
        while (first < scores->rows && LOCAL(_seen)(scores, first) <= key) first++;
        cantus_factors part = {scores->values + first * scores->stride + key, 1, scores->stride, scores->rows - first,
                               b + first * b_stride, b_stride, 0};
        LOCAL(_block)(LEAST(scores->columns - key, TILE_ROWS), columns, &part, 1, NULL, true, y + key * y_stride,
                      y_stride);
    }
}

// --- softmax -------------------------------------------------------------------------------------------------

// Keys that are not seen are left out by selection, not by shorter loops: nothing that stands in their place shows, not
// even NaN.
TARGET static void LOCAL(_softmax)(const cantus_scores *scores, float *largest, float *sums, float *output,
                                   ptrdiff_t output_stride, ptrdiff_t width, bool is_first) {
#pragma clang fp reassociate(on)
    const BITS places = *(const BITS *)LOCAL(_places);
    for (ptrdiff_t r = 0; r < scores->rows; r++, output += output_stride) {
        float *x = scores->values + r * scores->stride;
        const int32_t seen = LOCAL(_seen)(scores, r), reach = WHOLE(seen);
        for (ptrdiff_t c = reach; c < WHOLE(scores->columns); c += LANES) STORE(x + c, (VEC)0.0f);
        if (seen == 0) {
            if (is_first) largest[r] = sums[r] = 0;
            continue;
        }
        BITS keys = (BITS)INT32_MIN;
        for (int32_t c = 0; c < reach; c += LANES) {
            BITS bits = (BITS)(scores->scale * LOAD(x + c));
            BITS key = bits ^ ((bits >> 31) & 0x7fffffff), mask = places + c < seen;
            keys = __builtin_elementwise_max(keys, (key & mask) | (INT32_MIN & ~mask));
        }
        float top = cantus_float_of_ordered_bits(__builtin_reduce_max(keys));
        if (!is_first && sums[r] > 0) {
            top = top > largest[r] ? top : largest[r];
            float correction = cantus_expf(largest[r] - top);
            sums[r] *= correction;
            for (ptrdiff_t d = 0; d < width; d++) output[d] *= correction;
        }
        VEC parts = 0.0f;
        for (int32_t c = 0; c < reach; c += LANES) {
            VEC t = scores->scale * LOAD(x + c) - top, power, rest;
            LOCAL(_exp_parts)(&t, &power, &rest);
            VEC e = SELECT(places + c < seen, power * rest + power, (VEC)0.0f);
            parts += e;
            STORE(x + c, scores->mask ? e * LOAD(scores->mask + r * scores->stride + c) : e);
        }
        float sum = 0;
        UNROLL for (int l = 0; l < LANES; l++) sum += parts[l];
        largest[r] = top;
        sums[r] = is_first ? sum : sums[r] + sum;
    }
}

TARGET static void LOCAL(_softmax_backward)(const cantus_scores *scores, float *gradients, const float *log_sums,
                                            const float *inner) {
    const BITS places = *(const BITS *)LOCAL(_places);
    for (ptrdiff_t r = 0; r < scores->rows; r++) {
        float *x = scores->values + r * scores->stride, *dx = gradients + r * scores->stride;
        const float *mask = scores->mask ? scores->mask + r * scores->stride : NULL;
        const int32_t seen = LOCAL(_seen)(scores, r), reach = WHOLE(seen);
        for (int32_t c = 0; c < reach; c += LANES) {
            VEC t = scores->scale * LOAD(x + c) - log_sums[r], power, rest;
            LOCAL(_exp_parts)(&t, &power, &rest);
            VEC p = power * rest + power, weight = mask ? LOAD(mask + c) * p : p;
            VEC d = mask ? LOAD(mask + c) * LOAD(dx + c) : LOAD(dx + c);
            STORE(x + c, SELECT(places + c < seen, weight, (VEC)0.0f));
            STORE(dx + c, SELECT(places + c < seen, (scores->scale * p) * (d - inner[r]), (VEC)0.0f));
        }
        for (ptrdiff_t c = reach; c < WHOLE(scores->columns); c += LANES) {
            STORE(x + c, (VEC)0.0f);
            STORE(dx + c, (VEC)0.0f);
        }
    }
}

static const cantus_attention_kernels CONCAT(NAME, _attention) = {
    LOCAL(_scores_of), LOCAL(_scores_by), LOCAL(_keys_by), LOCAL(_softmax), LOCAL(_softmax_backward),
};

#undef WHOLE
#undef LEAST
#undef SELECT
#undef TILE_VECTORS
#include "lanes_end.h"

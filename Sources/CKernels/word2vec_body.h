// The bodies of the Word2Vec updates, included once for each width of vector registers: LANES floats a register, NAME for
// the functions, TARGET for its processor.
//
// Accumulators stay in registers only where every loop over them is unrolled in full, so tiles have constant sizes: two
// inputs by six outputs, which with the rows at hand fill fifteen registers. Outputs that a last tile lacks are a spare
// row of zeros with weight 0.

#include "lanes_begin.h"

#define HELPER CANTUS_INLINE TARGET

// The outputs of a tile. The spare row is cleared whenever it is taken.
HELPER void CONCAT(NAME, _tile)(float *const *y, ptrdiff_t count, float *spare, ptrdiff_t width, float **rows) {
    if (count < WORD2VEC_OUTPUTS) memset(spare, 0, (size_t)width * sizeof(float));
    UNROLL for (int j = 0; j < WORD2VEC_OUTPUTS; j++) rows[j] = j < count ? y[j] : spare;
}

// Sixteen slots in registers, from four floats at a time.
HELPER void CONCAT(NAME, _join)(const word2vec_four *fours, VEC *whole) {
#if LANES == 16
    typedef float eight __attribute__((ext_vector_type(8), aligned(4)));
    eight low = __builtin_shufflevector(fours[0], fours[1], 0, 1, 2, 3, 4, 5, 6, 7);
    eight high = __builtin_shufflevector(fours[2], fours[3], 0, 1, 2, 3, 4, 5, 6, 7);
    whole[0] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#elif LANES == 8
    whole[0] = __builtin_shufflevector(fours[0], fours[1], 0, 1, 2, 3, 4, 5, 6, 7);
    whole[1] = __builtin_shufflevector(fours[2], fours[3], 0, 1, 2, 3, 4, 5, 6, 7);
#else
    UNROLL for (int k = 0; k < 4; k++) whole[k] = fours[k];
#endif
}

// The weights of one or two tiles beside their products, 0 for missing outputs; the second tile may be null.
HELPER void CONCAT(NAME, _weights)(const float *a, ptrdiff_t count, const float *b, ptrdiff_t other, VEC *slots) {
    const word2vec_indices first = {0, 1, 2, 3}, second = {4, 5, WORD2VEC_IDLE, WORD2VEC_IDLE};
    const word2vec_four zero = 0;
    int32_t limit = count < WORD2VEC_OUTPUTS ? (int32_t)count : WORD2VEC_OUTPUTS;
    word2vec_four fours[4];
    fours[0] = first < limit ? *(const word2vec_four *)a : zero;
    fours[1] = second < limit ? *(const word2vec_four *)(a + 4) : zero;
    fours[2] = fours[3] = zero;
    if (b) {
        limit = other < WORD2VEC_OUTPUTS ? (int32_t)other : WORD2VEC_OUTPUTS;
        fours[2] = first < limit ? *(const word2vec_four *)b : zero;
        fours[3] = second < limit ? *(const word2vec_four *)(b + 4) : zero;
    }
    CONCAT(NAME, _join)(fours, slots);
}

// The halves of a vector added until four lanes are left.
HELPER word2vec_four CONCAT(NAME, _fold)(VEC x) {
#if LANES == 16
    typedef float eight __attribute__((ext_vector_type(8), aligned(4)));
    eight y = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7)
        + __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
    return __builtin_shufflevector(y, y, 0, 1, 2, 3) + __builtin_shufflevector(y, y, 4, 5, 6, 7);
#elif LANES == 8
    return __builtin_shufflevector(x, x, 0, 1, 2, 3) + __builtin_shufflevector(x, x, 4, 5, 6, 7);
#else
    return x;
#endif
}

// products[i][j] = x_i y_j for one or two inputs and the six outputs of a tile. The first `apart` outputs of the second
// input are `others`.
HELPER void CONCAT(NAME, _dots)(const int inputs, float *const *x, float *const *rows, const int apart,
                                float *const *others, ptrdiff_t width, VEC *products) {
    const float *a = x[0], *b = inputs == 2 ? x[1] : a;
    VEC sums[2][WORD2VEC_OUTPUTS];
    UNROLL for (int j = 0; j < WORD2VEC_OUTPUTS; j++) sums[0][j] = sums[1][j] = 0;
    for (ptrdiff_t d = 0; d < width; d += LANES) {
        VEC p = LOAD(a + d), q = LOAD(b + d);
        UNROLL for (int j = 0; j < WORD2VEC_OUTPUTS; j++) {
            VEC row = LOAD(rows[j] + d);
            sums[0][j] += p * row;
            if (inputs == 2) sums[1][j] += q * (j < apart ? LOAD(others[j] + d) : row);
        }
    }
    word2vec_four fours[4] = {0, 0, 0, 0};
    UNROLL for (int i = 0; i < inputs; i++) {
        word2vec_four folded[WORD2VEC_OUTPUTS];
        UNROLL for (int j = 0; j < WORD2VEC_OUTPUTS; j++) folded[j] = CONCAT(NAME, _fold)(sums[i][j]);
        fours[2 * i] = word2vec_sums(folded[0], folded[1], folded[2], folded[3]);
        fours[2 * i + 1] = word2vec_sums(folded[4], folded[5], folded[4], folded[5]);
    }
    CONCAT(NAME, _join)(fours, products);
}

// Turns products z into gradients and adds up the loss: with s the sign of the weight w and t = s z,
//   rate w sigmoid(-t)  and  |w| log(1 + exp(-t)).
// exp(-|t|) as in cantus_expf, without results above 1; log(1 + e) = e P(e) with a polynomial fitted for the least
// largest relative error on [0, 1], 3e-8. NaN stays NaN. Casts of vectors keep their bits.
HELPER VEC CONCAT(NAME, _gradients)(const VEC *products, const VEC *weights, float rate, VEC loss,
                                    float *gradients) {
    UNROLL for (int k = 0; k < 2 * WORD2VEC_SLOTS / LANES; k++) {
        VEC w = weights[k], z = products[k];
        VEC size = __builtin_elementwise_abs(z), t = w < 0.0f ? -z : z;
        VEC x = size > 87.0f ? (VEC)-87.0f : -size;
        VEC shifted = x * 1.44269504f + 12582912.0f;
        VEC n = shifted - 12582912.0f;
        VEC r = x - n * 0.693359375f;
        r = r + n * 2.12194440e-4f;
        VEC p = 1.38888889e-3f;
        p = p * r + 8.33333333e-3f;
        p = p * r + 4.16666667e-2f;
        p = p * r + 1.66666667e-1f;
        p = p * r + 0.5f;
        p = p * r * r + r + 1.0f;
        BITS power = ((BITS)shifted - 0x4b400000 + 127) << 23;
        VEC e = p * (VEC)power;
        VEC inverse = 1.0f / (1.0f + e);
        VEC l = 5.2326880e-3f;
        l = l * e + -2.9505214e-2f;
        l = l * e + 7.8225911e-2f;
        l = l * e + -1.3663243e-1f;
        l = l * e + 1.9106005e-1f;
        l = l * e + -2.4842983e-1f;
        l = l * e + 3.3319098e-1f;
        l = l * e + -4.9999493e-1f;
        l = l * e + 9.9999994e-1f;
        loss += __builtin_elementwise_abs(w) * (l * e + (t < 0.0f ? size : (VEC)0.0f));
        STORE(gradients + k * LANES, rate * w * (t < 0.0f ? inverse : e * inverse));
    }
    return loss;
}

HELPER double CONCAT(NAME, _total)(VEC loss) {
    word2vec_four sums = CONCAT(NAME, _fold)(loss);
    return (double)((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

// For a tile of outputs: y_j += sum_i g_ij x_i, and the change of x_i, sum_j g_ij y_j with y as it was, goes to x_i
// itself (direct) or is added to changes[i].
HELPER void CONCAT(NAME, _update)(const int direct, float *const *x, ptrdiff_t inputs, float *const *tile,
                                  ptrdiff_t width, const float *gradient, float *changes) {
    // A store might have changed the array of pointers, for all that the compiler knows.
    float *rows[WORD2VEC_OUTPUTS];
    UNROLL for (int j = 0; j < WORD2VEC_OUTPUTS; j++) rows[j] = tile[j];
    for (ptrdiff_t d = 0; d < width; d += LANES) {
        VEC old[WORD2VEC_OUTPUTS], new[WORD2VEC_OUTPUTS];
        UNROLL for (int j = 0; j < WORD2VEC_OUTPUTS; j++) old[j] = new[j] = LOAD(rows[j] + d);
        for (ptrdiff_t i = 0; i < inputs; i++) {
            VEC row = LOAD(x[i] + d);
            VEC sum = direct ? row : LOAD(changes + i * width + d);
            UNROLL for (int j = 0; j < WORD2VEC_OUTPUTS; j++) {
                VEC g = gradient[i * WORD2VEC_SLOTS + j];
                sum += g * old[j];
                new[j] += g * row;
            }
            STORE(direct ? x[i] + d : changes + i * width + d, sum);
        }
        UNROLL for (int j = 0; j < WORD2VEC_OUTPUTS; j++) STORE(rows[j] + d, new[j]);
    }
}

TARGET static double NAME(float *const *x, ptrdiff_t inputs, float *const *y, const float *weights, ptrdiff_t outputs,
                          ptrdiff_t width, float rate, float *scratch) {
    const ptrdiff_t tiles = WORD2VEC_TILES(outputs), slots = (inputs + 1) / 2 * 2 * WORD2VEC_SLOTS;
    float *spare = scratch, *gradients = spare + width, *changes = gradients + tiles * slots;
    float *rows[WORD2VEC_OUTPUTS];
    VEC loss = 0, products[2 * WORD2VEC_SLOTS / LANES], slotWeights[2 * WORD2VEC_SLOTS / LANES];
    for (ptrdiff_t tile = 0; tile < tiles; tile++) {
        const ptrdiff_t first = tile * WORD2VEC_OUTPUTS;
        float *target = gradients + tile * slots;
        CONCAT(NAME, _tile)(y + first, outputs - first, spare, width, rows);
        CONCAT(NAME, _weights)(weights + first, outputs - first, weights + first, outputs - first, slotWeights);
        ptrdiff_t i = 0;
        for (; i + 1 < inputs; i += 2) {
            CONCAT(NAME, _dots)(2, x + i, rows, 0, rows, width, products);
            loss = CONCAT(NAME, _gradients)(products, slotWeights, rate, loss, target + i * WORD2VEC_SLOTS);
        }
        if (i < inputs) {
            CONCAT(NAME, _dots)(1, x + i, rows, 0, rows, width, products);
            CONCAT(NAME, _weights)(weights + first, outputs - first, NULL, 0, slotWeights);
            loss = CONCAT(NAME, _gradients)(products, slotWeights, rate, loss, target + i * WORD2VEC_SLOTS);
        }
        // All products need the inputs as they were: with a single tile they can change at once.
        if (tiles == 1) CONCAT(NAME, _update)(1, x, inputs, rows, width, target, changes);
    }
    if (tiles == 1) return CONCAT(NAME, _total)(loss);
    memset(changes, 0, (size_t)(inputs * width) * sizeof(float));
    for (ptrdiff_t tile = 0; tile < tiles; tile++) {
        const ptrdiff_t first = tile * WORD2VEC_OUTPUTS;
        CONCAT(NAME, _tile)(y + first, outputs - first, spare, width, rows);
        CONCAT(NAME, _update)(0, x, inputs, rows, width, gradients + tile * slots, changes);
    }
    for (ptrdiff_t i = 0; i < inputs; i++)
        for (ptrdiff_t d = 0; d < width; d += LANES) STORE(x[i] + d, LOAD(x[i] + d) + LOAD(changes + i * width + d));
    return CONCAT(NAME, _total)(loss);
}

#include "word2vec_mean_body.h"

#undef HELPER
#include "lanes_end.h"

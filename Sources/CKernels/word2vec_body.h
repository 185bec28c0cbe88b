// The body of one Word2Vec update, included once for each width of vector registers:
// LANES floats a register, TILE inputs at a time, NAME for the function, TARGET for its processor.
//
// Accumulators stay in registers only where every loop over them is unrolled in full, so tiles have constant sizes
// and the remainders are tiles of their own.

#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)
#define VEC CONCAT(NAME, _vec)
typedef float VEC __attribute__((ext_vector_type(LANES), aligned(4)));

#define LOAD(p) (*(const VEC *)(p))
#define STORE(p, v) (*(VEC *)(p) = (v))
#define UNROLL _Pragma("clang loop unroll(full)")
// The output rows in registers: a store might otherwise have changed the array of pointers.
#define LOCAL_ROWS(nj, y) \
    float *rows[WORD2VEC_OUTPUTS]; \
    UNROLL for (int j = 0; j < nj; j++) rows[j] = y[j];

// products[i][j] = x_i y_j for a tile of inputs and outputs.
CANTUS_INLINE void CONCAT(NAME, _dots)(const int ni, const int nj, float *const *x, float *const *y, ptrdiff_t width,
                                       float *products, ptrdiff_t stride) {
#pragma clang fp reassociate(on)
    LOCAL_ROWS(nj, y)
    const float *inputs[TILE];
    UNROLL for (int i = 0; i < ni; i++) inputs[i] = x[i];
    VEC sums[TILE][WORD2VEC_OUTPUTS];
    UNROLL for (int i = 0; i < ni; i++)
        UNROLL for (int j = 0; j < nj; j++) sums[i][j] = 0;
    for (ptrdiff_t d = 0; d < width; d += LANES) {
        VEC row[TILE];
        UNROLL for (int i = 0; i < ni; i++) row[i] = LOAD(inputs[i] + d);
        UNROLL for (int j = 0; j < nj; j++) {
            VEC other = LOAD(rows[j] + d);
            UNROLL for (int i = 0; i < ni; i++) sums[i][j] += row[i] * other;
        }
    }
    UNROLL for (int i = 0; i < ni; i++)
        UNROLL for (int j = 0; j < nj; j++) {
            float sum = 0;
            UNROLL for (int lane = 0; lane < LANES; lane++) sum += sums[i][j][lane];
            products[i * stride + j] = sum;
        }
}

// For a tile of outputs: y_j += sum_i g_ij x_i, and the change of x_i, sum_j g_ij y_j with y as it was, goes to x_i
// itself (direct) or is added to changes[i].
CANTUS_INLINE void CONCAT(NAME, _update)(const int nj, const int direct, float *const *x, ptrdiff_t inputs, float *const *y,
                                         ptrdiff_t width, const float *gradient, ptrdiff_t stride, float *changes) {
    LOCAL_ROWS(nj, y)
    for (ptrdiff_t d = 0; d < width; d += LANES) {
        VEC old[WORD2VEC_OUTPUTS], change[WORD2VEC_OUTPUTS];
        UNROLL for (int j = 0; j < nj; j++) {
            old[j] = LOAD(rows[j] + d);
            change[j] = 0;
        }
        for (ptrdiff_t i = 0; i < inputs; i++) {
            VEC row = LOAD(x[i] + d);
            VEC sum = direct ? row : LOAD(changes + i * width + d);
            UNROLL for (int j = 0; j < nj; j++) {
                VEC g = gradient[i * stride + j];
                sum += g * old[j];
                change[j] += g * row;
            }
            STORE(direct ? x[i] + d : changes + i * width + d, sum);
        }
        UNROLL for (int j = 0; j < nj; j++) STORE(rows[j] + d, old[j] + change[j]);
    }
}

// Turns products into gradients, g_ij, in place, and returns the loss. Behind the products there is room for twice
// as many.
CANTUS_INLINE float CONCAT(NAME, _gradients)(float *products, ptrdiff_t inputs, const float *labels,
                                             const float *weights, ptrdiff_t outputs, float rate) {
    // All products at once, in whole registers: the few behind the last are computed and forgotten.
    ptrdiff_t count = inputs * outputs, whole = CANTUS_WHOLE(count);
    float *losses = products + whole;
    for (ptrdiff_t k = count; k < whole; k++) products[k] = 0;
    for (ptrdiff_t k = 0; k < whole; k++) {
        float z = products[k];
        float e = cantus_expf(-fabsf(z));
        float r = 1.0f / (1.0f + e);
        losses[k] = cantus_log1p_unit(e) + (z < 0.0f ? -z : 0.0f);  // softplus(-z)
        products[k] = z < 0.0f ? e * r : r;                         // sigmoid(z)
        losses[whole + k] = z;
    }
    float loss = 0;
    for (ptrdiff_t i = 0; i < inputs; i++) {
        for (ptrdiff_t j = 0; j < outputs; j++) {
            ptrdiff_t k = i * outputs + j;
            // softplus(z) = z + softplus(-z)
            loss += weights[j] * (losses[k] + (1.0f - labels[j]) * losses[whole + k]);
            products[k] = rate * weights[j] * (labels[j] - products[k]);
        }
    }
    return loss;
}

#define DOT_CASE(ni, nj) \
    case (ni) * 8 + (nj): \
        CONCAT(NAME, _dots)(ni, nj, x + i, y + j, width, products + i * outputs + j, outputs); \
        break;
#define DOT_ROW(ni) \
    DOT_CASE(ni, 1) DOT_CASE(ni, 2) DOT_CASE(ni, 3) DOT_CASE(ni, 4) DOT_CASE(ni, 5) DOT_CASE(ni, 6)
#define UPDATE_CASE(nj) \
    case nj: \
        if (changes) \
            CONCAT(NAME, _update)(nj, 0, x, inputs, y + j, width, products + j, outputs, changes); \
        else \
            CONCAT(NAME, _update)(nj, 1, x, inputs, y + j, width, products + j, outputs, changes); \
        break;

TARGET static double NAME(float *const *x, ptrdiff_t inputs, float *const *y, const float *labels,
                          const float *weights, ptrdiff_t outputs, ptrdiff_t width, float rate, float *scratch) {
    float *products = scratch;
    for (ptrdiff_t i = 0; i < inputs; i += TILE) {
        ptrdiff_t ni = inputs - i < TILE ? inputs - i : TILE;
        for (ptrdiff_t j = 0; j < outputs; j += WORD2VEC_OUTPUTS) {
            ptrdiff_t nj = outputs - j < WORD2VEC_OUTPUTS ? outputs - j : WORD2VEC_OUTPUTS;
            switch (ni * 8 + nj) {
                DOT_ROW(1)
                DOT_ROW(2)
#if TILE == 4
                DOT_ROW(3)
                DOT_ROW(4)
#endif
            }
        }
    }
    float loss = CONCAT(NAME, _gradients)(products, inputs, labels, weights, outputs, rate);
    float *changes = NULL;
    if (outputs > WORD2VEC_OUTPUTS) {
        changes = scratch + 3 * CANTUS_WHOLE(inputs * outputs);
        memset(changes, 0, (size_t)(inputs * width) * sizeof(float));
    }
    for (ptrdiff_t j = 0; j < outputs; j += WORD2VEC_OUTPUTS) {
        ptrdiff_t nj = outputs - j < WORD2VEC_OUTPUTS ? outputs - j : WORD2VEC_OUTPUTS;
        switch (nj) {
            UPDATE_CASE(1)
            UPDATE_CASE(2)
            UPDATE_CASE(3)
            UPDATE_CASE(4)
            UPDATE_CASE(5)
            UPDATE_CASE(6)
        }
    }
    if (changes)
        for (ptrdiff_t i = 0; i < inputs; i++)
            for (ptrdiff_t d = 0; d < width; d++) x[i][d] += changes[i * width + d];
    return (double)loss;
}

// The same with one input, the mean of rows; the change of the mean goes to each of them.
CANTUS_INLINE void CONCAT(NAME, _mean_dots)(const int nj, float *const *x, ptrdiff_t inputs, float *const *y,
                                            ptrdiff_t width, float *products, float *mean) {
#pragma clang fp reassociate(on)
    LOCAL_ROWS(nj, y)
    VEC sums[WORD2VEC_OUTPUTS];
    UNROLL for (int j = 0; j < nj; j++) sums[j] = 0;
    VEC share = 1.0f / (float)inputs;
    for (ptrdiff_t d = 0; d < width; d += LANES) {
        VEC sum = LOAD(x[0] + d);
        for (ptrdiff_t i = 1; i < inputs; i++) sum += LOAD(x[i] + d);
        sum *= share;
        STORE(mean + d, sum);
        UNROLL for (int j = 0; j < nj; j++) sums[j] += sum * LOAD(rows[j] + d);
    }
    UNROLL for (int j = 0; j < nj; j++) {
        float sum = 0;
        UNROLL for (int lane = 0; lane < LANES; lane++) sum += sums[j][lane];
        products[j] = sum;
    }
}

CANTUS_INLINE void CONCAT(NAME, _mean_update)(const int nj, float *const *x, ptrdiff_t inputs, float *const *y,
                                              ptrdiff_t width, const float *gradient, const float *mean) {
    LOCAL_ROWS(nj, y)
    VEC g[WORD2VEC_OUTPUTS];
    UNROLL for (int j = 0; j < nj; j++) g[j] = gradient[j];
    for (ptrdiff_t d = 0; d < width; d += LANES) {
        VEC h = LOAD(mean + d), change = 0;
        UNROLL for (int j = 0; j < nj; j++) {
            VEC old = LOAD(rows[j] + d);
            change += g[j] * old;
            STORE(rows[j] + d, old + g[j] * h);
        }
        for (ptrdiff_t i = 0; i < inputs; i++) STORE(x[i] + d, LOAD(x[i] + d) + change);
    }
}

#define MEAN_CASE(nj) \
    case nj: \
        CONCAT(NAME, _mean_dots)(nj, x, inputs, y, width, products, mean); \
        loss = CONCAT(NAME, _gradients)(products, 1, labels, weights, nj, rate); \
        CONCAT(NAME, _mean_update)(nj, x, inputs, y, width, products, mean); \
        return (double)loss;

TARGET static double CONCAT(NAME, _mean)(float *const *x, ptrdiff_t inputs, float *const *y, const float *labels,
                                         const float *weights, ptrdiff_t outputs, ptrdiff_t width, float rate,
                                         float *scratch) {
    float *mean = scratch, *products = scratch + width, loss;
    switch (outputs) {
        MEAN_CASE(1)
        MEAN_CASE(2)
        MEAN_CASE(3)
        MEAN_CASE(4)
        MEAN_CASE(5)
        MEAN_CASE(6)
    }
    // More outputs than a tile holds: the mean becomes an input like any other, and what it gains goes to the rows.
    float *change = products;
    products = change + width;
    float share = 1.0f / (float)inputs;
    for (ptrdiff_t d = 0; d < width; d += LANES) {
        VEC sum = LOAD(x[0] + d);
        for (ptrdiff_t i = 1; i < inputs; i++) sum += LOAD(x[i] + d);
        STORE(mean + d, sum * share);
        STORE(change + d, sum * share);
    }
    double result = NAME(&change, 1, y, labels, weights, outputs, width, rate, products);
    for (ptrdiff_t d = 0; d < width; d += LANES) {
        VEC gain = LOAD(change + d) - LOAD(mean + d);
        for (ptrdiff_t i = 0; i < inputs; i++) STORE(x[i] + d, LOAD(x[i] + d) + gain);
    }
    return result;
}

#undef CONCAT_
#undef CONCAT
#undef VEC
#undef LOAD
#undef STORE
#undef UNROLL
#undef DOT_CASE
#undef DOT_ROW
#undef UPDATE_CASE
#undef MEAN_CASE
#undef LOCAL_ROWS
#undef LANES
#undef TILE
#undef NAME
#undef TARGET

// The updates whose inputs are means of rows: part of word2vec_body.h.

// Eight registers of a row at a time, so that each row is walked once and its pointer read once.
#define BLOCK (8 * LANES)
#define FOR_BLOCKS(FUNCTION) \
    ptrdiff_t d = 0; \
    for (; d + BLOCK <= width; d += BLOCK) FUNCTION(8); \
    switch ((width - d) / LANES) { \
        case 1: FUNCTION(1); break; \
        case 2: FUNCTION(2); break; \
        case 3: FUNCTION(3); break; \
        case 4: FUNCTION(4); break; \
        case 5: FUNCTION(5); break; \
        case 6: FUNCTION(6); break; \
        case 7: FUNCTION(7); break; \
    }

HELPER void CONCAT(NAME, _mean_block)(const int registers, float *const *x, ptrdiff_t inputs, ptrdiff_t d,
                                             float *mean) {
    VEC sum[8];
    UNROLL for (int k = 0; k < registers; k++) sum[k] = LOAD(x[0] + d + k * LANES);
    for (ptrdiff_t i = 1; i < inputs; i++) {
        const float *row = x[i] + d;
        UNROLL for (int k = 0; k < registers; k++) sum[k] += LOAD(row + k * LANES);
    }
    VEC share = 1.0f / (float)inputs;
    UNROLL for (int k = 0; k < registers; k++) STORE(mean + d + k * LANES, sum[k] * share);
}

HELPER void CONCAT(NAME, _add_block)(const int registers, float *const *x, ptrdiff_t inputs, ptrdiff_t d,
                                     const float *change) {
    VEC sum[8];
    UNROLL for (int k = 0; k < registers; k++) sum[k] = LOAD(change + d + k * LANES);
    for (ptrdiff_t i = 0; i < inputs; i++) {
        float *row = x[i] + d;
        UNROLL for (int k = 0; k < registers; k++) STORE(row + k * LANES, LOAD(row + k * LANES) + sum[k]);
    }
}

// For a tile of outputs and the mean h: change += sum_j g_j y_j, y_j += g_j h; the first tile starts the change.
HELPER void CONCAT(NAME, _mean_update)(const int starts, float *const *tile, ptrdiff_t width,
                                       const float *gradient, const float *mean, float *change) {
    float *rows[WORD2VEC_OUTPUTS];
    VEC g[WORD2VEC_OUTPUTS];
    UNROLL for (int j = 0; j < WORD2VEC_OUTPUTS; j++) {
        rows[j] = tile[j];
        g[j] = gradient[j];
    }
    for (ptrdiff_t d = 0; d < width; d += LANES) {
        VEC h = LOAD(mean + d), sum = starts ? (VEC)0.0f : LOAD(change + d);
        UNROLL for (int j = 0; j < WORD2VEC_OUTPUTS; j++) {
            VEC old = LOAD(rows[j] + d);
            sum += g[j] * old;
            STORE(rows[j] + d, old + g[j] * h);
        }
        STORE(change + d, sum);
    }
}

// The same with one input, the mean of rows; the change of the mean goes to each of them.
TARGET static double CONCAT(NAME, _mean)(float *const *x, ptrdiff_t inputs, float *const *y, const float *weights,
                                         ptrdiff_t outputs, ptrdiff_t width, float rate, float *scratch) {
    float *spare = scratch, *mean = spare + width, *change = mean + width, *gradients = change + width;
    float *rows[WORD2VEC_OUTPUTS], *others[WORD2VEC_OUTPUTS], *both[2] = {mean, mean};
    VEC loss = 0, products[2 * WORD2VEC_SLOTS / LANES], slotWeights[2 * WORD2VEC_SLOTS / LANES];
#define MEAN_OF(registers) CONCAT(NAME, _mean_block)(registers, x, inputs, d, mean)
#define ADD_TO(registers) CONCAT(NAME, _add_block)(registers, x, inputs, d, change)
    { FOR_BLOCKS(MEAN_OF) }
    // Two tiles at a time fill the slots; the mean does not change in between, so that they may follow on each other.
    for (ptrdiff_t first = 0; first < outputs; first += 2 * WORD2VEC_OUTPUTS) {
        const ptrdiff_t count = outputs - first, other = count - WORD2VEC_OUTPUTS;
        const float *w = weights + first;
        CONCAT(NAME, _tile)(y + first, count, spare, width, rows);
        if (other > 0) {
            CONCAT(NAME, _tile)(y + first + WORD2VEC_OUTPUTS, other, spare, width, others);
            CONCAT(NAME, _weights)(w, count, w + WORD2VEC_OUTPUTS, other, slotWeights);
            CONCAT(NAME, _dots)(2, both, rows, WORD2VEC_OUTPUTS, others, width, products);
        } else {
            CONCAT(NAME, _weights)(w, count, NULL, 0, slotWeights);
            CONCAT(NAME, _dots)(1, both, rows, 0, rows, width, products);
        }
        loss = CONCAT(NAME, _gradients)(products, slotWeights, rate, loss, gradients);
        if (first == 0) CONCAT(NAME, _mean_update)(1, rows, width, gradients, mean, change);
        else CONCAT(NAME, _mean_update)(0, rows, width, gradients, mean, change);
        if (other > 0) CONCAT(NAME, _mean_update)(0, others, width, gradients + WORD2VEC_SLOTS, mean, change);
    }
    { FOR_BLOCKS(ADD_TO) }
#undef MEAN_OF
#undef ADD_TO
    return CONCAT(NAME, _total)(loss);
}

// The means of two centres: `first` rows count for the first alone, the next `both` for both, the last for the second.
HELPER void CONCAT(NAME, _pair_means_block)(const int registers, const cantus_word2vec_pair *p, ptrdiff_t d,
                                            ptrdiff_t width, float *means) {
    const ptrdiff_t first = p->first, both = p->both, second = p->second;
    float *const *x = p->inputs;
    VEC shared[8], sum[8];
    UNROLL for (int k = 0; k < registers; k++) shared[k] = 0;
    for (ptrdiff_t i = first; i < first + both; i++) {
        const float *row = x[i] + d;
        UNROLL for (int k = 0; k < registers; k++) shared[k] += LOAD(row + k * LANES);
    }
    UNROLL for (int k = 0; k < registers; k++) sum[k] = shared[k];
    for (ptrdiff_t i = 0; i < first; i++) {
        const float *row = x[i] + d;
        UNROLL for (int k = 0; k < registers; k++) sum[k] += LOAD(row + k * LANES);
    }
    VEC share = 1.0f / (float)(first + both > 0 ? first + both : 1);
    UNROLL for (int k = 0; k < registers; k++) STORE(means + d + k * LANES, sum[k] * share);
    for (ptrdiff_t i = first + both; i < first + both + second; i++) {
        const float *row = x[i] + d;
        UNROLL for (int k = 0; k < registers; k++) shared[k] += LOAD(row + k * LANES);
    }
    share = 1.0f / (float)(both + second > 0 ? both + second : 1);
    UNROLL for (int k = 0; k < registers; k++) STORE(means + width + d + k * LANES, shared[k] * share);
}

HELPER void CONCAT(NAME, _pair_add_block)(const int registers, const cantus_word2vec_pair *p, ptrdiff_t d,
                                          ptrdiff_t width, const float *changes) {
    float *const *first = p->inputs, *const *both = first + p->first, *const *second = both + p->both;
    VEC a[8], b[8];
    UNROLL for (int k = 0; k < registers; k++) a[k] = LOAD(changes + d + k * LANES);
    for (ptrdiff_t i = 0; i < p->first; i++) {
        float *row = first[i] + d;
        UNROLL for (int k = 0; k < registers; k++) STORE(row + k * LANES, LOAD(row + k * LANES) + a[k]);
    }
    UNROLL for (int k = 0; k < registers; k++) b[k] = LOAD(changes + width + d + k * LANES);
    for (ptrdiff_t i = 0; i < p->second; i++) {
        float *row = second[i] + d;
        UNROLL for (int k = 0; k < registers; k++) STORE(row + k * LANES, LOAD(row + k * LANES) + b[k]);
    }
    UNROLL for (int k = 0; k < registers; k++) a[k] += b[k];
    for (ptrdiff_t i = 0; i < p->both; i++) {
        float *row = both[i] + d;
        UNROLL for (int k = 0; k < registers; k++) STORE(row + k * LANES, LOAD(row + k * LANES) + a[k]);
    }
}

// As _mean_update for the means h and k of two centres: y_j += g_j h + f_j k. Where `other` is not null, it takes the
// place of the first output for the second centre.
HELPER void CONCAT(NAME, _pair_update)(const int starts, float *const *tile, float *other, ptrdiff_t width,
                                       const float *gradients, const float *means, float *changes) {
    float *rows[WORD2VEC_OUTPUTS];
    VEC g[WORD2VEC_OUTPUTS], f[WORD2VEC_OUTPUTS];
    UNROLL for (int j = 0; j < WORD2VEC_OUTPUTS; j++) {
        rows[j] = tile[j];
        g[j] = gradients[j];
        f[j] = gradients[WORD2VEC_SLOTS + j];
    }
    for (ptrdiff_t d = 0; d < width; d += LANES) {
        VEC h = LOAD(means + d), k = LOAD(means + width + d);
        VEC a = starts ? (VEC)0.0f : LOAD(changes + d), b = starts ? (VEC)0.0f : LOAD(changes + width + d);
        UNROLL for (int j = 0; j < WORD2VEC_OUTPUTS; j++) {
            VEC old = LOAD(rows[j] + d);
            a += g[j] * old;
            if (other && j == 0) {
                STORE(rows[j] + d, old + g[j] * h);
                old = LOAD(other + d);
                b += f[j] * old;
                STORE(other + d, old + f[j] * k);
            } else {
                b += f[j] * old;
                STORE(rows[j] + d, old + g[j] * h + f[j] * k);
            }
        }
        STORE(changes + d, a);
        STORE(changes + width + d, b);
    }
}

// Two centres at once, each with an output of its own and the others shared.
TARGET static double CONCAT(NAME, _pair)(const cantus_word2vec_pair *p, ptrdiff_t width, float rate, float *scratch) {
    float *spare = scratch, *means = spare + width, *changes = means + 2 * width, *gradients = changes + 2 * width;
    float *rows[WORD2VEC_OUTPUTS], *both[2] = {means, means + width}, *other = p->outputs[1];
    VEC loss = 0, products[2 * WORD2VEC_SLOTS / LANES], slotWeights[2 * WORD2VEC_SLOTS / LANES];
#define MEANS_OF(registers) CONCAT(NAME, _pair_means_block)(registers, p, d, width, means)
#define ADD_TO(registers) CONCAT(NAME, _pair_add_block)(registers, p, d, width, changes)
    { FOR_BLOCKS(MEANS_OF) }
    // From the second on, outputs are the same for both; seen from there, the first centre's own is left out.
    const ptrdiff_t outputs = 1 + p->shared;
    for (ptrdiff_t first = 0; first < outputs; first += WORD2VEC_OUTPUTS) {
        CONCAT(NAME, _tile)(p->outputs + 1 + first, outputs - first, spare, width, rows);
        CONCAT(NAME, _weights)(
            p->weights[0] + first, outputs - first, p->weights[1] + first, outputs - first, slotWeights);
        if (first == 0) {
            rows[0] = p->outputs[0];
            CONCAT(NAME, _dots)(2, both, rows, 1, p->outputs + 1, width, products);
            loss = CONCAT(NAME, _gradients)(products, slotWeights, rate, loss, gradients);
            CONCAT(NAME, _pair_update)(1, rows, other, width, gradients, means, changes);
        } else {
            CONCAT(NAME, _dots)(2, both, rows, 0, rows, width, products);
            loss = CONCAT(NAME, _gradients)(products, slotWeights, rate, loss, gradients);
            CONCAT(NAME, _pair_update)(0, rows, NULL, width, gradients, means, changes);
        }
    }
    { FOR_BLOCKS(ADD_TO) }
#undef MEANS_OF
#undef ADD_TO
    return CONCAT(NAME, _total)(loss);
}

#undef BLOCK
#undef FOR_BLOCKS

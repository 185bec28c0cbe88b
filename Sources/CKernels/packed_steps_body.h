// The steps of recurrent layers on packed weights; follows packed_body.h and uses its macros.

#define SELECT(mask, a, b) ((VEC)(((BITS)(a) & (mask)) | ((BITS)(b) & ~(mask))))

// exp(t) = 2^n (1 + rest) for t <= 0, with n = round(t / ln 2) and r = t - n ln 2. The rest, exp(r) - 1, is
// r + r^2 p(r) with a polynomial fitted for |r| <= ln 2 / 2, whose largest error is 1.6e-8 of r. t below -87 counts as
// -87; NaN stays NaN.
CANTUS_INLINE void LOCAL(_exp_parts)(const VEC *t, VEC *power, VEC *rest) {
    const float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer that stands in the low bits
    VEC x = SELECT(*t < -87.0f, (VEC)-87.0f, *t);
    VEC shifted = x * 1.44269504f + magic;
    VEC r = x - (shifted - magic) * 0.693147182f;
    VEC p = r * 1.39464508e-3f + 8.36658385e-3f;
    p = p * r + 4.16662805e-2f;
    p = p * r + 1.66665435e-1f;
    p = p * r + 0.5f;
    *rest = p * (r * r) + r;
    *power = (VEC)(((BITS)shifted + (127 - 0x4b400000)) << 23);
}

// Fractions rather than quotients, so that several share one division: sigmoid(x) = 1 / (1 + e) or e / (1 + e) with
// e = exp(-|x|). What is below lies between 1 and 2.
CANTUS_INLINE void LOCAL(_sigmoid)(const VEC *x, VEC *above, VEC *below) {
    VEC power, rest, t = -__builtin_elementwise_abs(*x);
    LOCAL(_exp_parts)(&t, &power, &rest);
    VEC e = power * rest + power;
    *above = SELECT(*x < 0.0f, e, (VEC)1.0f);
    *below = 1.0f + e;
}

// tanh(|x|) = -e / (2 + e) with e = exp(-2 |x|) - 1, which is exact to the last places near zero too.
CANTUS_INLINE void LOCAL(_tanh)(const VEC *x, VEC *above, VEC *below) {
    VEC power, rest, t = -2.0f * __builtin_elementwise_abs(*x);
    LOCAL(_exp_parts)(&t, &power, &rest);
    VEC e = power * rest + (power - 1.0f);
    *above = (VEC)((BITS)e ^ (~(BITS)*x & (int32_t)0x80000000));
    *below = 2.0f + e;
}

// Calls BODY for tiles of up to TILE_ROWS rows `count` from row r on of each panel that the step asks for.
#define FOR_TILES \
    for (ptrdiff_t p = step->first; p < step->end; p++) \
        for (ptrdiff_t r = 0, count; r < step->rows; r += count) \
            if ((count = step->rows - r < TILE_ROWS ? step->rows - r : TILE_ROWS) > 0)

// --- LSTM ----------------------------------------------------------------------------------------------------

TARGET static void LOCAL(_lstm)(const cantus_packed_step *step, const cantus_factors *inputs,
                                const cantus_factors *hidden, const float *bias) {
    const ptrdiff_t width = step->width;
    FOR_TILES {
        cantus_factors factors[2];
        int number = 0;
        if (inputs) factors[number++] = LOCAL(_part)(inputs, r, p);
        if (hidden) factors[number++] = LOCAL(_part)(hidden, r, p);
        float *gates = step->gates + r * 4 * width + p * 64;
        LOCAL(_block)(count, 64, factors, number, bias + p * 64, !inputs, gates, 4 * width);
        ptrdiff_t at = r * width + p * 16;
        for (ptrdiff_t row = 0; row < count; row++, gates += 4 * width, at += width)
            UNROLL for (int k = 0; k < 16; k += LANES) {
                VEC x = LOAD(gates + k), ia, ib, fa, fb, ga, gb, oa, ob, ta, tb;
                LOCAL(_sigmoid)(&x, &ia, &ib);
                x = LOAD(gates + 16 + k);
                LOCAL(_sigmoid)(&x, &fa, &fb);
                x = LOAD(gates + 32 + k);
                LOCAL(_tanh)(&x, &ga, &gb);
                x = LOAD(gates + 48 + k);
                LOCAL(_sigmoid)(&x, &oa, &ob);
                // 1 / (ib fb gb ob), times what does not belong to a gate.
                VEC first = ib * fb, second = gb * ob, inverse = 1.0f / (first * second);
                VEC of_first = inverse * second, of_second = inverse * first;
                VEC i = ia * (of_first * fb), f = fa * (of_first * ib);
                VEC g = ga * (of_second * ob), o = oa * (of_second * gb);
                VEC c = f * LOAD(step->c_previous + at + k) + i * g;
                LOCAL(_tanh)(&c, &ta, &tb);
                STORE(gates + k, i);
                STORE(gates + 16 + k, f);
                STORE(gates + 32 + k, g);
                STORE(gates + 48 + k, o);
                STORE(step->c + at + k, c);
                STORE(step->h + at + k, o * (ta / tb));
            }
    }
}

TARGET static void LOCAL(_lstm_backward)(const cantus_packed_step *step, const float *dh, float *dc, float *dgates,
                                         ptrdiff_t stride) {
    const ptrdiff_t width = step->width;
    for (ptrdiff_t r = 0; r < step->rows; r++, dgates += stride)
        for (ptrdiff_t u = 0; u < width; u += LANES) {
            const ptrdiff_t at = r * width + u, place = u / 16 * 64 + u % 16;
            const float *gates = step->gates + r * 4 * width + place;
            VEC i = LOAD(gates), f = LOAD(gates + 16), g = LOAD(gates + 32), o = LOAD(gates + 48);
            VEC c = LOAD(step->c + at), upstream = LOAD(dh + at), ta, tb;
            LOCAL(_tanh)(&c, &ta, &tb);
            VEC squashed = ta / tb;
            VEC cell = LOAD(dc + at) + upstream * o * (1.0f - squashed * squashed);
            STORE(dgates + place, cell * g * i * (1.0f - i));
            STORE(dgates + place + 16, cell * LOAD(step->c_previous + at) * f * (1.0f - f));
            STORE(dgates + place + 32, cell * i * (1.0f - g * g));
            STORE(dgates + place + 48, upstream * squashed * o * (1.0f - o));
            STORE(dc + at, cell * f);
        }
}

// --- GRU -----------------------------------------------------------------------------------------------------

TARGET static void LOCAL(_gru)(const cantus_packed_step *step, const cantus_factors *inputs,
                               const cantus_factors *hidden, const float *bias) {
    const ptrdiff_t width = step->width;
    FOR_TILES {
        float sums[TILE_ROWS * 48];
        float *gates = step->gates + r * 3 * width + p * 48;
        cantus_factors part;
        if (inputs) {
            part = LOCAL(_part)(inputs, r, p);
            LOCAL(_block)(count, 48, &part, 1, NULL, false, gates, 3 * width);
        }
        if (hidden) part = LOCAL(_part)(hidden, r, p);
        LOCAL(_block)(count, 48, &part, hidden ? 1 : 0, bias + p * 64, false, sums, 48);
        ptrdiff_t at = r * width + p * 16;
        for (ptrdiff_t row = 0; row < count; row++, gates += 3 * width, at += width)
            UNROLL for (int k = 0; k < 16; k += LANES) {
                const float *sum = sums + row * 48 + k;
                VEC x = LOAD(gates + k) + LOAD(sum), ra, rb, za, zb, na, nb;
                LOCAL(_sigmoid)(&x, &ra, &rb);
                x = LOAD(gates + 16 + k) + LOAD(sum + 16);
                LOCAL(_sigmoid)(&x, &za, &zb);
                VEC inverse = 1.0f / (rb * zb), reset = ra * (inverse * zb), z = za * (inverse * rb);
                VEC recurrent = LOAD(sum + 32);
                x = LOAD(gates + 32 + k) + LOAD(bias + p * 64 + 48 + k) + reset * recurrent;
                LOCAL(_tanh)(&x, &na, &nb);
                VEC n = na / nb;
                STORE(gates + k, reset);
                STORE(gates + 16 + k, z);
                STORE(gates + 32 + k, n);
                STORE(step->part + at + k, recurrent);
                STORE(step->h + at + k, n + z * (LOAD(step->h_previous + at + k) - n));
            }
    }
}

TARGET static void LOCAL(_gru_backward)(const cantus_packed_step *step, float *dh, float *dinput, float *drecurrent,
                                        ptrdiff_t stride) {
    const ptrdiff_t width = step->width;
    for (ptrdiff_t row = 0; row < step->rows; row++, dinput += stride, drecurrent += stride)
        for (ptrdiff_t u = 0; u < width; u += LANES) {
            const ptrdiff_t at = row * width + u, place = u / 16 * 48 + u % 16;
            const float *gates = step->gates + row * 3 * width + place;
            VEC r = LOAD(gates), z = LOAD(gates + 16), n = LOAD(gates + 32), upstream = LOAD(dh + at);
            VEC dn = upstream * (1.0f - z) * (1.0f - n * n);
            VEC dz = upstream * (LOAD(step->h_previous + at) - n) * z * (1.0f - z);
            VEC dr = dn * LOAD(step->part + at) * r * (1.0f - r);
            STORE(dinput + place, dr);
            STORE(dinput + place + 16, dz);
            STORE(dinput + place + 32, dn);
            STORE(drecurrent + place, dr);
            STORE(drecurrent + place + 16, dz);
            STORE(drecurrent + place + 32, dn * r);
            STORE(dh + at, upstream * z);
        }
}

// --- RNN -----------------------------------------------------------------------------------------------------

TARGET static void LOCAL(_rnn)(const cantus_packed_step *step, const cantus_factors *inputs,
                               const cantus_factors *hidden, const float *bias, bool relu) {
    const ptrdiff_t width = step->width;
    FOR_TILES {
        cantus_factors factors[2];
        int number = 0;
        if (inputs) factors[number++] = LOCAL(_part)(inputs, r, p);
        if (hidden) factors[number++] = LOCAL(_part)(hidden, r, p);
        float *h = step->h + r * width + p * 64;
        ptrdiff_t columns = width - p * 64 < 64 ? width - p * 64 : 64;
        LOCAL(_block)(count, columns, factors, number, bias + p * 64, !inputs, h, width);
        for (ptrdiff_t row = 0; row < count; row++, h += width)
            for (ptrdiff_t k = 0; k < columns; k += LANES) {
                VEC x = LOAD(h + k), above, below;
                if (relu) {
                    // NaN stays NaN: it is not below zero.
                    STORE(h + k, SELECT(x < 0.0f, (VEC)0.0f, x));
                } else {
                    LOCAL(_tanh)(&x, &above, &below);
                    STORE(h + k, above / below);
                }
            }
    }
}

TARGET static void LOCAL(_rnn_backward)(const cantus_packed_step *step, const float *dh, float *dgates,
                                        ptrdiff_t stride, bool relu) {
    const ptrdiff_t width = step->width;
    const float *h = step->h;
    for (ptrdiff_t r = 0; r < step->rows; r++, dgates += stride, dh += width, h += width)
        for (ptrdiff_t u = 0; u < width; u += LANES) {
            VEC y = LOAD(h + u), upstream = LOAD(dh + u);
            if (relu) {
                STORE(dgates + u, SELECT(y > 0.0f, upstream, (VEC)0.0f));
            } else {
                STORE(dgates + u, upstream * (1.0f - y * y));
            }
        }
}

static const cantus_packed_kernels NAME = {
    LOCAL(_product), LOCAL(_lstm),         LOCAL(_lstm_backward), LOCAL(_gru),
    LOCAL(_gru_backward), LOCAL(_rnn), LOCAL(_rnn_backward),
};

#undef FOR_TILES

#include "cantus_math.h"

CANTUS_CLONES void cantus_lstm_forward(float *gates, const float *restrict bias, const float *c_previous, float *c,
                                       float *restrict h, ptrdiff_t rows, ptrdiff_t width) {
    const float *bi = bias, *bf = bias + width, *bg = bias + 2 * width, *bo = bias + 3 * width;
    for (ptrdiff_t r = 0; r < rows; r++, gates += 4 * width, c_previous += width, c += width, h += width) {
        float *gi = gates, *gf = gates + width, *gg = gates + 2 * width, *go = gates + 3 * width;
#pragma clang loop vectorize(assume_safety)
        for (ptrdiff_t k = 0; k < width; k++) {
            float i = cantus_sigmoidf(gi[k] + bi[k]);
            float f = cantus_sigmoidf(gf[k] + bf[k]);
            float g = cantus_tanhf(gg[k] + bg[k]);
            float o = cantus_sigmoidf(go[k] + bo[k]);
            float cell = f * c_previous[k] + i * g;
            gi[k] = i;
            gf[k] = f;
            gg[k] = g;
            go[k] = o;
            c[k] = cell;
            h[k] = o * cantus_tanhf(cell);
        }
    }
}

// tanh(c) is computed again: that is cheaper than a further array to write and read.
CANTUS_CLONES void cantus_lstm_backward(const float *restrict activations, const float *restrict c_previous,
                                        const float *restrict c, const float *restrict dh, float *restrict dc,
                                        float *restrict dgates, ptrdiff_t rows, ptrdiff_t width) {
    for (ptrdiff_t r = 0; r < rows; r++) {
        const float *gi = activations, *gf = activations + width, *gg = activations + 2 * width,
                    *go = activations + 3 * width;
        float *di = dgates, *df = dgates + width, *dg = dgates + 2 * width, *d_o = dgates + 3 * width;
#pragma clang loop vectorize(assume_safety)
        for (ptrdiff_t k = 0; k < width; k++) {
            float i = gi[k], f = gf[k], g = gg[k], o = go[k];
            float squashed = cantus_tanhf(c[k]);
            float cell = dc[k] + dh[k] * o * (1.0f - squashed * squashed);
            di[k] = cell * g * i * (1.0f - i);
            df[k] = cell * c_previous[k] * f * (1.0f - f);
            dg[k] = cell * i * (1.0f - g * g);
            d_o[k] = dh[k] * squashed * o * (1.0f - o);
            dc[k] = cell * f;
        }
        activations += 4 * width;
        dgates += 4 * width;
        c_previous += width;
        c += width;
        dh += width;
        dc += width;
    }
}

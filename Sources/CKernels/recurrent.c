#include "cantus_recurrent.h"

#include "cantus_math.h"

CANTUS_CLONES void cantus_rnn_tanh_forward(const float *restrict bias, float *restrict h, ptrdiff_t rows,
                                           ptrdiff_t width) {
    for (ptrdiff_t r = 0; r < rows; r++, h += width)
        for (ptrdiff_t k = 0; k < width; k++) h[k] = cantus_tanhf(h[k] + bias[k]);
}

// NaN stays NaN: it is not below zero.
CANTUS_CLONES void cantus_rnn_relu_forward(const float *restrict bias, float *restrict h, ptrdiff_t rows,
                                           ptrdiff_t width) {
    for (ptrdiff_t r = 0; r < rows; r++, h += width)
        for (ptrdiff_t k = 0; k < width; k++) {
            float sum = h[k] + bias[k];
            h[k] = sum < 0.0f ? 0.0f : sum;
        }
}

CANTUS_CLONES void cantus_rnn_tanh_backward(const float *restrict h, const float *restrict dh, float *restrict dgates,
                                            ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) dgates[i] = dh[i] * (1.0f - h[i] * h[i]);
}

CANTUS_CLONES void cantus_rnn_relu_backward(const float *restrict h, const float *restrict dh, float *restrict dgates,
                                            ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) dgates[i] = h[i] > 0.0f ? dh[i] : 0.0f;
}

CANTUS_CLONES void cantus_gru_forward(float *restrict gates, const float *restrict recurrent,
                                      const float *restrict bias, const float *restrict h_previous, float *restrict m,
                                      float *restrict h, ptrdiff_t rows, ptrdiff_t width) {
    const float *br = bias, *bz = bias + width, *bn = bias + 2 * width, *bm = bias + 3 * width;
    for (ptrdiff_t row = 0; row < rows; row++) {
        float *gr = gates, *gz = gates + width, *gn = gates + 2 * width;
        const float *sr = recurrent, *sz = recurrent + width, *sn = recurrent + 2 * width;
#pragma clang loop vectorize(assume_safety)
        for (ptrdiff_t k = 0; k < width; k++) {
            float r = cantus_sigmoidf(gr[k] + sr[k] + br[k]);
            float z = cantus_sigmoidf(gz[k] + sz[k] + bz[k]);
            float part = sn[k] + bm[k];
            float n = cantus_tanhf(gn[k] + bn[k] + r * part);
            gr[k] = r;
            gz[k] = z;
            gn[k] = n;
            m[k] = part;
            h[k] = n + z * (h_previous[k] - n);
        }
        gates += 3 * width;
        recurrent += 3 * width;
        h_previous += width;
        m += width;
        h += width;
    }
}

CANTUS_CLONES void cantus_gru_backward(const float *restrict activations, const float *restrict m,
                                       const float *restrict h_previous, float *restrict dh, float *restrict dinput,
                                       float *restrict drecurrent, ptrdiff_t rows, ptrdiff_t width) {
    for (ptrdiff_t row = 0; row < rows; row++) {
        const float *ar = activations, *az = activations + width, *an = activations + 2 * width;
        float *ir = dinput, *iz = dinput + width, *in = dinput + 2 * width;
        float *sr = drecurrent, *sz = drecurrent + width, *sn = drecurrent + 2 * width;
#pragma clang loop vectorize(assume_safety)
        for (ptrdiff_t k = 0; k < width; k++) {
            float r = ar[k], z = az[k], n = an[k], upstream = dh[k];
            float dn = upstream * (1.0f - z) * (1.0f - n * n);
            float dz = upstream * (h_previous[k] - n) * z * (1.0f - z);
            float dr = dn * m[k] * r * (1.0f - r);
            ir[k] = sr[k] = dr;
            iz[k] = sz[k] = dz;
            in[k] = dn;
            sn[k] = dn * r;
            dh[k] = upstream * z;
        }
        activations += 3 * width;
        m += width;
        h_previous += width;
        dh += width;
        dinput += 3 * width;
        drecurrent += 3 * width;
    }
}

CANTUS_CLONES void cantus_standardize_rows(const float *x, float *y, float *restrict inverse, float epsilon,
                                           ptrdiff_t rows, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    for (ptrdiff_t r = 0; r < rows; r++, x += columns, y += columns) {
        float sum = 0, squares = 0;
        for (ptrdiff_t c = 0; c < columns; c++) sum += x[c];
        float mean = sum / (float)columns;
        for (ptrdiff_t c = 0; c < columns; c++) squares += (x[c] - mean) * (x[c] - mean);
        float scale = 1.0f / cantus_sqrtf(squares / (float)columns + epsilon);
        for (ptrdiff_t c = 0; c < columns; c++) y[c] = (x[c] - mean) * scale;
        inverse[r] = scale;
    }
}

CANTUS_CLONES void cantus_standardize_rows_backward(const float *restrict y, const float *restrict inverse,
                                                    const float *restrict gain, const float *dy, float *dx,
                                                    ptrdiff_t rows, ptrdiff_t columns) {
#pragma clang fp reassociate(on)
    for (ptrdiff_t r = 0; r < rows; r++, y += columns, dy += columns, dx += columns) {
        float sum = 0, inner = 0;
        for (ptrdiff_t c = 0; c < columns; c++) {
            float g = gain[c] * dy[c];
            sum += g;
            inner += g * y[c];
        }
        float mean = sum / (float)columns, slope = inner / (float)columns, scale = inverse[r];
        for (ptrdiff_t c = 0; c < columns; c++) dx[c] = scale * (gain[c] * dy[c] - mean - y[c] * slope);
    }
}

CANTUS_CLONES void cantus_add_column_product_sums(const float *restrict x, const float *restrict y,
                                                  float *restrict sums, ptrdiff_t rows, ptrdiff_t columns) {
    for (ptrdiff_t r = 0; r < rows; r++, x += columns, y += columns)
        for (ptrdiff_t c = 0; c < columns; c++) sums[c] += x[c] * y[c];
}

CANTUS_CLONES void cantus_normalized_lstm_cell(const float *restrict x, const float *restrict s,
                                               const float *restrict x_gain, const float *restrict s_gain,
                                               const float *restrict bias, const float *restrict c_previous,
                                               float *restrict gates, float *restrict c, ptrdiff_t rows,
                                               ptrdiff_t width) {
    ptrdiff_t f0 = width, g0 = 2 * width, o0 = 3 * width;
    for (ptrdiff_t r = 0; r < rows; r++) {
#pragma clang loop vectorize(assume_safety)
        for (ptrdiff_t k = 0; k < width; k++) {
            float i = cantus_sigmoidf(x_gain[k] * x[k] + s_gain[k] * s[k] + bias[k]);
            float f = cantus_sigmoidf(x_gain[f0 + k] * x[f0 + k] + s_gain[f0 + k] * s[f0 + k] + bias[f0 + k]);
            float g = cantus_tanhf(x_gain[g0 + k] * x[g0 + k] + s_gain[g0 + k] * s[g0 + k] + bias[g0 + k]);
            float o = cantus_sigmoidf(x_gain[o0 + k] * x[o0 + k] + s_gain[o0 + k] * s[o0 + k] + bias[o0 + k]);
            gates[k] = i;
            gates[f0 + k] = f;
            gates[g0 + k] = g;
            gates[o0 + k] = o;
            c[k] = f * c_previous[k] + i * g;
        }
        x += 4 * width;
        s += 4 * width;
        gates += 4 * width;
        c_previous += width;
        c += width;
    }
}

CANTUS_CLONES void cantus_normalized_lstm_cell_backward(const float *restrict gates, const float *restrict c_previous,
                                                        float *restrict dc, float *restrict dgates, ptrdiff_t rows,
                                                        ptrdiff_t width) {
    ptrdiff_t f0 = width, g0 = 2 * width;
    for (ptrdiff_t r = 0; r < rows; r++) {
#pragma clang loop vectorize(assume_safety)
        for (ptrdiff_t k = 0; k < width; k++) {
            float i = gates[k], f = gates[f0 + k], g = gates[g0 + k], cell = dc[k];
            dgates[k] = cell * g * i * (1.0f - i);
            dgates[f0 + k] = cell * c_previous[k] * f * (1.0f - f);
            dgates[g0 + k] = cell * i * (1.0f - g * g);
            dc[k] = cell * f;
        }
        gates += 4 * width;
        dgates += 4 * width;
        c_previous += width;
        dc += width;
    }
}

CANTUS_CLONES void cantus_normalized_lstm_output(const float *restrict gates, const float *restrict u,
                                                 const float *restrict gain, const float *restrict bias,
                                                 float *restrict h, ptrdiff_t rows, ptrdiff_t width) {
    for (ptrdiff_t r = 0; r < rows; r++, gates += 4 * width, u += width, h += width)
        for (ptrdiff_t k = 0; k < width; k++) h[k] = gates[3 * width + k] * cantus_tanhf(gain[k] * u[k] + bias[k]);
}

CANTUS_CLONES void cantus_normalized_lstm_output_backward(const float *restrict gates, const float *restrict u,
                                                          const float *restrict gain, const float *restrict bias,
                                                          const float *restrict dh, float *restrict dv,
                                                          float *restrict dgates, ptrdiff_t rows, ptrdiff_t width) {
    ptrdiff_t o0 = 3 * width;
    for (ptrdiff_t r = 0; r < rows; r++) {
        for (ptrdiff_t k = 0; k < width; k++) {
            float o = gates[o0 + k], squashed = cantus_tanhf(gain[k] * u[k] + bias[k]);
            dv[k] = dh[k] * o * (1.0f - squashed * squashed);
            dgates[o0 + k] = dh[k] * squashed * o * (1.0f - o);
        }
        gates += 4 * width;
        dgates += 4 * width;
        u += width;
        dh += width;
        dv += width;
    }
}

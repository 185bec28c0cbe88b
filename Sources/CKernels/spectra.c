#include "cantus_spectra.h"

#include "cantus_math.h"

// In squares, so that both sides stay in cache lines that were just touched.
CANTUS_CLONES void cantus_load_frames(const float *restrict x, ptrdiff_t hop, const float *restrict window,
                                      float *restrict y, ptrdiff_t length) {
    for (ptrdiff_t n0 = 0; n0 < length; n0 += CANTUS_LANES) {
        ptrdiff_t n1 = n0 + CANTUS_LANES < length ? n0 + CANTUS_LANES : length;
        for (ptrdiff_t n = n0; n < n1; n++)
            for (ptrdiff_t l = 0; l < CANTUS_LANES; l++) y[n * CANTUS_LANES + l] = window[n] * x[l * hop + n];
    }
}

// One pass of radix r over blocks of s neighbours: with n = r m the length that is left and w = exp(-2 pi i / n),
//   y[q + s (r p + k)] = w^(p k) sum_j x[q + s (p + m j)] exp(-2 pi i j k / r)
// Twiddle factors are cosine[t], -sine[t] with t = p k step.
CANTUS_INLINE void pass2(const float *restrict a, const float *restrict ai, float *restrict y, float *restrict yi,
                         const float *cosine, const float *sine, ptrdiff_t m, ptrdiff_t s, ptrdiff_t step) {
    for (ptrdiff_t p = 0; p < m; p++, a += s, ai += s, y += 2 * s, yi += 2 * s) {
        const float *b = a + s * m, *bi = ai + s * m;
        float c = cosine[p * step], d = -sine[p * step];
        for (ptrdiff_t q = 0; q < s; q++) {
            float re = a[q] - b[q], im = ai[q] - bi[q];
            y[q] = a[q] + b[q];
            yi[q] = ai[q] + bi[q];
            y[q + s] = c * re - d * im;
            yi[q + s] = c * im + d * re;
        }
    }
}

CANTUS_INLINE void pass4(const float *restrict a, const float *restrict ai, float *restrict y, float *restrict yi,
                         const float *cosine, const float *sine, ptrdiff_t m, ptrdiff_t s, ptrdiff_t step) {
    for (ptrdiff_t p = 0; p < m; p++, a += s, ai += s, y += 4 * s, yi += 4 * s) {
        const float *b = a + s * m, *c = b + s * m, *d = c + s * m;
        const float *bi = ai + s * m, *ci = bi + s * m, *di = ci + s * m;
        float c1 = cosine[p * step], c2 = cosine[2 * p * step], c3 = cosine[3 * p * step];
        float s1 = -sine[p * step], s2 = -sine[2 * p * step], s3 = -sine[3 * p * step];
        for (ptrdiff_t q = 0; q < s; q++) {
            float e = a[q] + c[q], ei = ai[q] + ci[q];
            float f = a[q] - c[q], fi = ai[q] - ci[q];
            float g = b[q] + d[q], gi = bi[q] + di[q];
            float h = b[q] - d[q], hi = bi[q] - di[q];
            float r1 = f + hi, i1 = fi - h;  // f - i h
            float r2 = e - g, i2 = ei - gi;
            float r3 = f - hi, i3 = fi + h;  // f + i h
            y[q] = e + g;
            yi[q] = ei + gi;
            y[q + s] = c1 * r1 - s1 * i1;
            yi[q + s] = c1 * i1 + s1 * r1;
            y[q + 2 * s] = c2 * r2 - s2 * i2;
            yi[q + 2 * s] = c2 * i2 + s2 * r2;
            y[q + 3 * s] = c3 * r3 - s3 * i3;
            yi[q + 3 * s] = c3 * i3 + s3 * r3;
        }
    }
}

// Any radix, by the definition: all factors lie on the unit circle of the whole length.
CANTUS_INLINE void pass_any(const float *restrict x, const float *restrict xi, float *restrict y, float *restrict yi,
                            const float *cosine, const float *sine, ptrdiff_t radix, ptrdiff_t m, ptrdiff_t s,
                            ptrdiff_t step, ptrdiff_t length) {
    for (ptrdiff_t p = 0; p < m; p++) {
        for (ptrdiff_t k = 0; k < radix; k++) {
            float *restrict z = y + s * (radix * p + k), *restrict zi = yi + s * (radix * p + k);
            for (ptrdiff_t q = 0; q < s; q++) z[q] = zi[q] = 0;
            for (ptrdiff_t j = 0; j < radix; j++) {
                ptrdiff_t t = (p * k * step + j * k % radix * (length / radix)) % length;
                float c = cosine[t], d = -sine[t];
                const float *a = x + s * (p + m * j), *ai = xi + s * (p + m * j);
                for (ptrdiff_t q = 0; q < s; q++) {
                    z[q] += c * a[q] - d * ai[q];
                    zi[q] += c * ai[q] + d * a[q];
                }
            }
        }
    }
}

CANTUS_CLONES bool cantus_fourier(float *re, float *im, float *re2, float *im2, const float *cosine, const float *sine,
                                  const int32_t *radices, ptrdiff_t radix_count, ptrdiff_t length) {
    ptrdiff_t n = length, s = CANTUS_LANES;
    float *x = re, *xi = im, *y = re2, *yi = im2;
    for (ptrdiff_t pass = 0; pass < radix_count; pass++) {
        ptrdiff_t radix = radices[pass], m = n / radix, step = length / n;
        switch (radix) {
            case 2: pass2(x, xi, y, yi, cosine, sine, m, s, step); break;
            case 4: pass4(x, xi, y, yi, cosine, sine, m, s, step); break;
            default: pass_any(x, xi, y, yi, cosine, sine, radix, m, s, step, length);
        }
        n = m;
        s *= radix;
        float *swap = x;
        x = y;
        y = swap;
        swap = xi;
        xi = yi;
        yi = swap;
    }
    return x == re2;
}

// With z = a + i b, Z[k] = (u, v) and Z[length - k] = (c, d): A[k] = ((u + c) + i (v - d)) / 2 and
// B[k] = ((v + d) - i (u - c)) / 2.
CANTUS_CLONES void cantus_power_spectra(const float *restrict re, const float *restrict im, float *restrict power,
                                        ptrdiff_t length) {
    for (ptrdiff_t k = 0; k <= length / 2; k++, power += 2 * CANTUS_LANES) {
        const float *u = re + k * CANTUS_LANES, *v = im + k * CANTUS_LANES;
        ptrdiff_t other = k == 0 ? 0 : length - k;
        const float *c = re + other * CANTUS_LANES, *d = im + other * CANTUS_LANES;
        for (ptrdiff_t l = 0; l < CANTUS_LANES; l++) {
            float a = u[l] + c[l], ai = v[l] - d[l];
            float b = v[l] + d[l], bi = u[l] - c[l];
            power[l] = 0.25f * (a * a + ai * ai);
            power[l + CANTUS_LANES] = 0.25f * (b * b + bi * bi);
        }
    }
}

CANTUS_CLONES void cantus_filter_bands(const float *restrict x, const int32_t *starts, const int32_t *counts,
                                       const float *weights, float *restrict y, ptrdiff_t bands) {
    enum { width = 2 * CANTUS_LANES };
    for (ptrdiff_t b = 0; b < bands; b++, y += width) {
        float sum[width] = {0};
        const float *row = x + (ptrdiff_t)starts[b] * width;
        for (int32_t j = 0; j < counts[b]; j++, row += width, weights++)
            for (ptrdiff_t l = 0; l < width; l++) sum[l] += *weights * row[l];
        for (ptrdiff_t l = 0; l < width; l++) y[l] = sum[l];
    }
}

CANTUS_CLONES void cantus_sqrt(const float *x, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) y[i] = cantus_sqrtf(x[i]);
}

// log(x) = e ln 2 + log(m) with x = 2^e m and m in [sqrt 1/2, sqrt 2); log(m) = 2 artanh(w), w = (m - 1) / (m + 1); the
// series to w^9 leaves 1e-9. Only for normal x > 0.
CANTUS_INLINE float cantus_logf(float x) {
    uint32_t bits = cantus_bits_of_float(x);
    int32_t exponent = (int32_t)(bits - 0x3f3504f3u) >> 23;  // the bits of sqrt 1/2
    float m = cantus_float_from_bits(bits - ((uint32_t)exponent << 23));
    float w = (m - 1.0f) / (m + 1.0f);
    float z = w * w;
    float s = 1.0f / 9.0f;
    s = s * z + 1.0f / 7.0f;
    s = s * z + 1.0f / 5.0f;
    s = s * z + 1.0f / 3.0f;
    return (float)exponent * 0.693147181f + 2.0f * (w + w * z * s);
}

CANTUS_CLONES void cantus_log_above(const float *x, float floor, float scale, float *y, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float value = x[i] < floor ? floor : x[i];
        y[i] = value == value ? scale * cantus_logf(value) : value;
    }
}

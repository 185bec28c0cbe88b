// What the loops share: the clones for each kind of processor, and scalar functions that vectorise.
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "cantus_kernels.h"

// One body, compiled for AVX-512, AVX2 and the baseline; the loader picks. Other architectures have one version.
#if defined(__x86_64__) && defined(__linux__) && defined(__clang__)
#define CANTUS_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CANTUS_CLONES
#endif

// Code that is written for the registers of AVX-512. Without the second attribute clang would cut each of its vectors
// into two of 256 bits, and twice as many accumulators as there are registers would go through memory.
#define CANTUS_WIDE __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))

#define CANTUS_INLINE static inline __attribute__((always_inline))

CANTUS_INLINE float cantus_float_from_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

CANTUS_INLINE uint32_t cantus_bits_of_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

// exp(x) = 2^n exp(r) with n = round(x / ln 2) and |r| <= ln 2 / 2; ln 2 in two parts so that r is exact; exp(r) by
// its Taylor polynomial of degree 7, whose remainder is below 2^-27. Arguments are clamped to the range of normal
// results. NaN stays NaN: both comparisons are then false.
CANTUS_INLINE float cantus_expf(float x) {
    const float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer that stands in the low bits
    x = x < -87.33654f ? -87.33654f : x;
    x = x > 88.72283f ? 88.72283f : x;
    float shifted = x * 1.44269504f + magic;
    float n = shifted - magic;
    float r = x - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    float p = 1.98412698e-4f;
    p = p * r + 1.38888889e-3f;
    p = p * r + 8.33333333e-3f;
    p = p * r + 4.16666667e-2f;
    p = p * r + 1.66666667e-1f;
    p = p * r + 0.5f;
    p = p * r * r + r + 1.0f;
    // 2^n in two factors: n reaches 128, for which a float has no exponent.
    uint32_t whole = cantus_bits_of_float(shifted) - 0x4b400000u;
    uint32_t half = (uint32_t)((int32_t)whole >> 1);
    float a = cantus_float_from_bits((half + 127u) << 23);
    float b = cantus_float_from_bits((whole - half + 127u) << 23);
    return p * a * b;
}

CANTUS_INLINE float cantus_sigmoidf(float x) { return 1.0f / (1.0f + cantus_expf(-x)); }

// Near zero an odd polynomial keeps the relative error small; elsewhere tanh(x) = 1 - 2 / (exp(2 x) + 1).
CANTUS_INLINE float cantus_tanhf(float x) {
    float size = fabsf(x);
    float far = copysignf(1.0f - 2.0f / (cantus_expf(2.0f * size) + 1.0f), x);
    float z = x * x;
    // The Taylor series to x^15; at |x| = 0.5 the next term is 1e-8 of the value.
    float s = -1.45583438705131e-3f;
    s = s * z + 3.59212803657248e-3f;
    s = s * z + -8.86323552990220e-3f;
    s = s * z + 2.18694885361552e-2f;
    s = s * z + -5.39682539682540e-2f;
    s = s * z + 1.33333333333333e-1f;
    s = s * z + -3.33333333333333e-1f;
    float near = x + x * z * s;
    return size < 0.5f ? near : far;
}

// log(1 + u) for u in [0, 1] = 2 artanh(w), w = u / (2 + u) <= 1/3; the series to w^15 leaves 5e-10.
CANTUS_INLINE float cantus_log1p_unit(float u) {
    float w = u / (2.0f + u);
    float z = w * w;
    float s = 1.0f / 15.0f;
    s = s * z + 1.0f / 13.0f;
    s = s * z + 1.0f / 11.0f;
    s = s * z + 1.0f / 9.0f;
    s = s * z + 1.0f / 7.0f;
    s = s * z + 1.0f / 5.0f;
    s = s * z + 1.0f / 3.0f;
    return 2.0f * (w + w * z * s);
}

// log(1 + exp(x)) without overflow: max(x, 0) + log(1 + exp(-|x|)). NaN stays NaN.
CANTUS_INLINE float cantus_softplusf(float x) {
    return (x < 0.0f ? 0.0f : x) + cantus_log1p_unit(cantus_expf(-fabsf(x)));
}

// exp(x) - 1 for x <= 0 without the cancellation of a difference: with n and r as in cantus_expf,
// 2^n (exp(r) - 1) + (2^n - 1), where for n < 0 both parts have the same sign or the second is far larger. Arguments
// below -87.3 give -1; NaN stays NaN.
CANTUS_INLINE float cantus_expm1_negative(float x) {
    const float magic = 12582912.0f;
    x = x < -87.33654f ? -87.33654f : x;
    float shifted = x * 1.44269504f + magic;
    float n = shifted - magic;
    float r = x - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    float p = 1.98412698e-4f;
    p = p * r + 1.38888889e-3f;
    p = p * r + 8.33333333e-3f;
    p = p * r + 4.16666667e-2f;
    p = p * r + 1.66666667e-1f;
    p = p * r + 0.5f;
    p = p * r * r + r;
    float power = cantus_float_from_bits((cantus_bits_of_float(shifted) - 0x4b400000u + 127u) << 23);
    return power * p + (power - 1.0f);
}

// The standard normal distribution at x: the probability of what is smaller, Phi(x) = (1 + erf(x / sqrt 2)) / 2, and
// the density phi(x). With u = |x| / sqrt 2 the tail is Phi(-|x|) = exp(-u^2) E(u) / 2, where the scaled complementary
// error function E(u) = exp(u^2) erfc(u) is t P(t), t = 1 / (1 + u / 2), for 0 <= u <= 26: P is a polynomial fitted
// for the least largest relative error, 4.5e-8. So small probabilities keep their relative precision: 1e-6 down to
// x = -5, 6e-6 where the density is the least normal float. NaN stays NaN.
CANTUS_INLINE float cantus_normal(float x, float *density) {
    float t = 1.0f / (1.0f + 0.353553391f * fabsf(x));
    float p = -0.0593865023f;
    p = p * t + 0.286124132f;
    p = p * t + -0.490406638f;
    p = p * t + 0.281733492f;
    p = p * t + -0.0291486043f;
    p = p * t + 0.203752525f;
    p = p * t + 0.242835124f;
    p = p * t + 0.282412096f;
    p = p * t + 0.282084332f;
    float e = cantus_expf(-0.5f * x * x);
    float tail = 0.5f * e * p * t;
    *density = 0.398942280f * e;
    return x < 0.0f ? tail : 1.0f - tail;
}

// sqrt without errno, so that it vectorises.
CANTUS_INLINE float cantus_sqrtf(float x) { return __builtin_elementwise_sqrt(x); }

// Floats order like these integers: their bits read as sign and magnitude. A maximum of integers vectorises where one
// of floats would have to mind NaN.
CANTUS_INLINE int32_t cantus_ordered_bits(float x) {
    int32_t bits = (int32_t)cantus_bits_of_float(x);
    return bits ^ ((bits >> 31) & 0x7fffffff);
}

CANTUS_INLINE float cantus_float_of_ordered_bits(int32_t key) {
    return cantus_float_from_bits((uint32_t)(key ^ ((key >> 31) & 0x7fffffff)));
}

// The largest of n >= 1 numbers.
CANTUS_INLINE float cantus_largest(const float *x, ptrdiff_t n) {
    int32_t largest = INT32_MIN;
    for (ptrdiff_t i = 0; i < n; i++) {
        int32_t key = cantus_ordered_bits(x[i]);
        largest = key > largest ? key : largest;
    }
    return cantus_float_of_ordered_bits(largest);
}

// Spectra of many frames at once. CANTUS_LANES frames stand side by side in every array: element n of frame l at
// [n * CANTUS_LANES + l]. Pointers of one call do not overlap.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CANTUS_LANES = 16 };

// y [length, CANTUS_LANES]: y[n, l] = window[n] x[l hop + n]
void cantus_load_frames(const float *x, ptrdiff_t hop, const float *window, float *y, ptrdiff_t length);

// The discrete Fourier transforms Z[k] = sum_n z[n] exp(-2 pi i k n / length) of CANTUS_LANES complex sequences: Stockham's
// self-sorting algorithm of mixed radix, in which the lanes are the innermost stride.
//   re, im       [length, CANTUS_LANES]: the sequences; overwritten
//   re2, im2     as large: working space
//   cosine, sine [length]: cos and sin of 2 pi t / length
//   radices      whose product is length
// Returns whether the result stands in re2, im2 rather than in re, im.
bool cantus_fourier(float *re, float *im, float *re2, float *im2, const float *cosine, const float *sine,
                    const int32_t *radices, ptrdiff_t radix_count, ptrdiff_t length);

// Two real sequences a + i b in one transform: power [length / 2 + 1, 2 CANTUS_LANES] holds |A[k]|^2 of all lanes, then
// |B[k]|^2 of all lanes.
void cantus_power_spectra(const float *re, const float *im, float *power, ptrdiff_t length);

// y[b, :] = sum_j weights[j] x[starts[b] + j, :] over the counts[b] weights of band b, rows of 2 CANTUS_LANES
void cantus_filter_bands(const float *x, const int32_t *starts, const int32_t *counts, const float *weights, float *y,
                         ptrdiff_t bands);

// y = sqrt(x); y may be x
void cantus_sqrt(const float *x, float *y, ptrdiff_t n);
// y = scale log(max(x, floor)), floor a normal number above 0; y may be x. NaN stays NaN.
void cantus_log_above(const float *x, float floor, float scale, float *y, ptrdiff_t n);

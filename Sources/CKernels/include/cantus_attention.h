// The loops of attention between its matrix products. Conventions as in cantus_kernels.h.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// --- softmax of blocks of scores -----------------------------------------------------------------------------

// In a block of scores, row r sees the first clamp(visible + r visible_step, 0, columns) keys: a step of 1 is a causal
// mask. Rows stand `stride` elements apart; room behind a row's columns is written too. A null mask of dropout is all
// ones; else it is laid out like the scores.

// One step of the online softmax (Milakov and Gimelshein 2018), with m the largest score of a row so far, s the sum of
// its powers and o its output, not yet divided by s:
//   m' = max(m, max_j x_j);  e_j = exp(x_j - m');  s' = exp(m - m') s + sum_j e_j;  o' = exp(m - m') o
// Leaves mask e in scores, 0 for keys that are not seen. A first block sets m and s and leaves o alone.
void cantus_softmax_block(float *scores, ptrdiff_t stride, const float *mask, ptrdiff_t rows, ptrdiff_t columns,
                          ptrdiff_t visible, ptrdiff_t visible_step, float *largest, float *sums, float *output,
                          ptrdiff_t output_stride, ptrdiff_t width, bool is_first);
// o = o / s and s = m + log s, the logarithm of the sum of powers; o = 0 and s = 0 for rows that saw no key.
void cantus_softmax_finish(const float *largest, float *sums, float *output, ptrdiff_t output_stride, ptrdiff_t rows,
                           ptrdiff_t width);
// From scores x and the gradient dp of the weights, with p_j = exp(x_j - log_sum), 0 for keys that are not seen:
//   dx_j = p_j (mask dp_j - inner)
// Leaves mask p in scores and dx in dp.
void cantus_softmax_block_backward(float *scores, float *dp, ptrdiff_t stride, const float *mask, ptrdiff_t rows,
                                   ptrdiff_t columns, ptrdiff_t visible, ptrdiff_t visible_step,
                                   const float *log_sums, const float *inner);

// y [columns, rows], rows `y_stride` apart = transpose of x [rows, columns], rows `x_stride` apart
void cantus_transpose_strided(const float *x, ptrdiff_t x_stride, float *y, ptrdiff_t y_stride, ptrdiff_t rows,
                              ptrdiff_t columns);

// --- additive scores -----------------------------------------------------------------------------------------

// h[j, a] = tanh(q[a] + k[j, a]);  scores[j] = sum_a v[a] h[j, a], for k and h [count, width]
void cantus_additive_scores(const float *q, const float *k, const float *v, float *h, float *scores, ptrdiff_t count,
                            ptrdiff_t width);
// With g[j, a] = dscores[j] v[a] (1 - h[j, a]^2):
//   dq[a] += sum_j g[j, a];  dk[j, a] += g[j, a];  dv[a] += sum_j dscores[j] h[j, a]
void cantus_additive_scores_backward(const float *h, const float *v, const float *dscores, float *dq, float *dk,
                                     float *dv, ptrdiff_t count, ptrdiff_t width);

// --- rotary positions ----------------------------------------------------------------------------------------

// Turns each pair of neighbours of each head of a row by its angle, in the plane of the two:
//   y[2i] = cos_i x[2i] - sin_i x[2i + 1];  y[2i + 1] = sin_i x[2i] + cos_i x[2i + 1]
// for the first `heads` heads of 2 `pairs` elements. direction -1 turns back; y is added to where `adding`.
void cantus_rotate_pairs(const float *x, float *y, const float *cosines, const float *sines, ptrdiff_t heads,
                         ptrdiff_t pairs, float direction, bool adding);

// The loops of attention between its matrix products. Conventions as in cantus_kernels.h.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// --- blocks of scores ----------------------------------------------------------------------------------------

// Scores of some queries (rows) by some keys (columns), `stride` elements from one row to the next; rows have room for
// whole vectors of 16 columns, and what stands behind the columns may be anything. Row r sees the first
// clamp(visible + r visible_step, 0, columns) keys: a step of 1 is a causal mask. A null mask of dropout is all ones;
// else it is laid out like the scores.
typedef struct {
    float *values;
    const float *mask;
    ptrdiff_t stride, rows, columns, visible, visible_step;
    // What the softmax multiplies scores by.
    float scale;
} cantus_scores;

// What there is for each width of vector registers. Matrices are row-major, their strides elements; columns of b and y
// are whole vectors of 16. Tiles that no query sees are skipped by all of them.
typedef struct {
    // scores = a b as far as they are seen, with a [rows, depth] the queries and b [depth, columns] the transpose of the
    // keys
    void (*scores_of)(const cantus_scores *scores, const float *a, ptrdiff_t a_stride, const float *b,
                      ptrdiff_t b_stride, ptrdiff_t depth);
    // y [rows, columns] = scores b, or += where adding, with b [keys, columns]; scores that are not seen must be zeros
    void (*scores_by)(const cantus_scores *scores, const float *b, ptrdiff_t b_stride, ptrdiff_t columns, bool adding,
                      float *y, ptrdiff_t y_stride);
    // y [keys, columns] += the transpose of scores times b [rows, columns]; scores that are not seen must be zeros
    void (*keys_by)(const cantus_scores *scores, const float *b, ptrdiff_t b_stride, ptrdiff_t columns, float *y,
                    ptrdiff_t y_stride);
    // One step of the online softmax (Milakov and Gimelshein 2018), with x = scale scores, m the largest of a row so
    // far, s the sum of its powers and o its output [rows, width], not yet divided by s:
    //   m' = max(m, max_j x_j);  e_j = exp(x_j - m');  s' = exp(m - m') s + sum_j e_j;  o' = exp(m - m') o
    // Leaves mask e in scores, 0 for keys that are not seen. A first block sets m and s and leaves o alone.
    void (*softmax)(const cantus_scores *scores, float *largest, float *sums, float *output, ptrdiff_t output_stride,
                    ptrdiff_t width, bool is_first);
    // From the gradients dp of the weights, laid out like the scores, with p_j = exp(scale scores_j - log_sum), 0 for
    // keys that are not seen: the gradients of the scores, scale p_j (mask dp_j - inner).
    // Leaves mask p in scores and these in dp.
    void (*softmax_backward)(const cantus_scores *scores, float *dp, const float *log_sums, const float *inner);
} cantus_attention_kernels;

// The kernels for registers of 16 (AVX-512), 8 (AVX2) or 4 floats; null where this processor has none.
const cantus_attention_kernels *cantus_attention_kernels_of(int lanes);

// o = o / s and s = m + log s, the logarithm of the sum of powers; o = 0 and s = 0 for rows that saw no key.
void cantus_softmax_finish(const float *largest, float *sums, float *output, ptrdiff_t output_stride, ptrdiff_t rows,
                           ptrdiff_t width);
// products[r] = sum_d x[r, d] y[r, d]
void cantus_row_products(const float *x, ptrdiff_t x_stride, const float *y, ptrdiff_t y_stride, float *products,
                         ptrdiff_t rows, ptrdiff_t width);

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

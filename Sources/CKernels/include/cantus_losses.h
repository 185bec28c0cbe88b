// Losses: the sum of a loss over what counts, in double, and its gradient beside it, which is added to dx.
//
// A mask holds one weight for each row (for each element, where a function says so); null stands for ones. Where a
// weight is 0 nothing of its row is read: it may be anything. All sums are weighted:
//   sum over rows of mask[row] l(row);  dx += scale mask[row] dl/dx
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// --- element by element --------------------------------------------------------------------------------------

// l(x, t) with e = x - t and the parameter p
typedef enum {
    cantus_squared_error,   // e^2
    cantus_absolute_error,  // |e|
    cantus_huber,           // e^2 / 2 where |e| <= p, else p (|e| - p / 2)
    cantus_hinge,           // max(0, p - t x)
    cantus_squared_hinge,   // max(0, p - t x)^2
} cantus_element_loss;

// x and t [rows, columns]
double cantus_element_loss_sum(cantus_element_loss kind, float parameter, const float *x, const float *t,
                               const float *mask, ptrdiff_t rows, ptrdiff_t columns);
void cantus_element_loss_backward(cantus_element_loss kind, float parameter, const float *x, const float *t,
                                  const float *mask, float scale, float *dx, ptrdiff_t rows, ptrdiff_t columns);

// Binary cross-entropy on logits of a matrix [rows, columns]:
//   l = weight[column] (positive_weight[column] t' softplus(-x) + (1 - t') softplus(x))
//   with t' = (1 - smoothing) t + smoothing / 2
// Null weights are ones. The mask is [rows], or [rows, columns] where mask_by_element says so.
double cantus_binary_cross_entropy(const float *logits, const float *targets, const float *weights,
                                   const float *positive_weights, float smoothing, const float *mask,
                                   bool mask_by_element, ptrdiff_t rows, ptrdiff_t columns);
void cantus_binary_cross_entropy_backward(const float *logits, const float *targets, const float *weights,
                                          const float *positive_weights, float smoothing, const float *mask,
                                          bool mask_by_element, float scale, float *dx, ptrdiff_t rows,
                                          ptrdiff_t columns);

// --- classes -------------------------------------------------------------------------------------------------

// Cross-entropy of rows of logits [rows, columns] with one class each; a negative target leaves its row out:
//   l = (1 - smoothing) weights[t] (L - x[t]) + smoothing / columns sum_c weights[c] (L - x[c]),  L = log sum exp(x)
// log_sums [rows] receives L of the rows that count. Null weights are ones.
double cantus_cross_entropy(const float *logits, const int32_t *targets, const float *weights, float smoothing,
                            const float *mask, float *log_sums, ptrdiff_t rows, ptrdiff_t columns);
void cantus_cross_entropy_backward(const float *logits, const int32_t *targets, const float *weights, float smoothing,
                                   const float *mask, const float *log_sums, float scale, float *dx, ptrdiff_t rows,
                                   ptrdiff_t columns);

// The same for logits that stand class by class, some classes at a time: as they come out of a product of weights and
// examples, so that no more of them than a block need be at hand.

// x [count, examples] + bias: the logits of the classes from `first` on, rows `stride` apart, of a multiple of 16
// examples; weights and bias are those of the block's classes. Null weights are ones, a null bias zeros.
typedef struct {
    float *x;
    ptrdiff_t stride, examples, first, count;
    const float *bias, *weights;
} cantus_class_block;

// What the blocks so far have brought, [examples] each. At first `largest` is -infinity, powers and weighted are 0.
typedef struct {
    float *largest;   // the largest logit
    float *powers;    // sum_c exp(x[c] - largest)
    float *right;     // the logit of the target, once its block has come
    float *weighted;  // sum_c weights[c] x[c]; null where nobody wants it
} cantus_class_sums;

// x becomes exp(x + bias - largest), with the largest so far.
void cantus_class_block_add(const cantus_class_block *block, const int32_t *targets, const cantus_class_sums *sums);

// What gradients are made of, [examples] each.
typedef struct {
    const float *largest;   // what the powers of this block are relative to
    const float *log_sums;  // L
    const float *powers;    // the slope on exp(x - L) of every class
    const float *right;     // what is taken from that of the target
    const float *weighted;  // what is taken from that of a class, times its weight; null stands for zeros
} cantus_class_slopes;

// From what cantus_class_block_add has left in x.
// dx [count, examples], rows dx_stride apart; dbias [count] += its sums over examples, unless null. The floats of `next`,
// which are read after this, are fetched from the outer cache meanwhile.
void cantus_class_block_backward(const cantus_class_block *block, const int32_t *targets,
                                 const cantus_class_slopes *slopes, float *dx, ptrdiff_t dx_stride, float *dbias,
                                 const float *next, ptrdiff_t next_count);

// Multi-class hinge: l = weights[t] / columns sum over c != t of max(0, margin - x[t] + x[c]), or of its square;
// a negative target leaves its row out. Null weights are ones.
double cantus_multi_class_hinge(const float *x, const int32_t *targets, const float *weights, float margin,
                                bool squared, const float *mask, ptrdiff_t rows, ptrdiff_t columns);
void cantus_multi_class_hinge_backward(const float *x, const int32_t *targets, const float *weights, float margin,
                                       bool squared, const float *mask, float scale, float *dx, ptrdiff_t rows,
                                       ptrdiff_t columns);

// --- distributions -------------------------------------------------------------------------------------------

// Quantile loss of x [rows, columns], one column a quantile, against t [rows]:
//   l = sum_c max(q[c] (t - x[c]), (q[c] - 1) (t - x[c]))
double cantus_quantile_loss(const float *x, const float *t, const float *q, const float *mask, ptrdiff_t rows,
                            ptrdiff_t columns);
void cantus_quantile_loss_backward(const float *x, const float *t, const float *q, const float *mask, float scale,
                                   float *dx, ptrdiff_t rows, ptrdiff_t columns);

// Gaussian negative log-likelihood of t [rows] under x [rows, 2], a mean m and a raw scale r:
//   l = log s + ((t - m) / s)^2 / 2 + log(2 pi) / 2,  s = softplus(r) + minimum_scale
double cantus_gaussian_likelihood(const float *x, const float *t, float minimum_scale, const float *mask,
                                  ptrdiff_t rows);
void cantus_gaussian_likelihood_backward(const float *x, const float *t, float minimum_scale, const float *mask,
                                         float scale, float *dx, ptrdiff_t rows);

// --- vectors beside each other -------------------------------------------------------------------------------

// a, b, c [rows, columns]; targets [rows] are 1 for rows that are alike and -1 for others. Gradients that nobody wants
// are null; two may be the same memory.

// l = 1 - cos(a, b) where alike, else max(0, cos(a, b) - margin); cos of a zero vector is 0, without gradient
double cantus_cosine_loss(const float *a, const float *b, const float *targets, float margin, const float *mask,
                          ptrdiff_t rows, ptrdiff_t columns);
void cantus_cosine_loss_backward(const float *a, const float *b, const float *targets, float margin,
                                 const float *mask, float scale, float *da, float *db, ptrdiff_t rows,
                                 ptrdiff_t columns);

// l = |a - b|^2 / 2 where alike, else max(0, margin - |a - b|)^2 / 2; at distance 0 there is no gradient
double cantus_contrastive_loss(const float *a, const float *b, const float *targets, float margin, const float *mask,
                               ptrdiff_t rows, ptrdiff_t columns);
void cantus_contrastive_loss_backward(const float *a, const float *b, const float *targets, float margin,
                                      const float *mask, float scale, float *da, float *db, ptrdiff_t rows,
                                      ptrdiff_t columns);

// l = max(0, |a - b| - |a - c| + margin); a distance of 0 has no gradient
double cantus_triplet_loss(const float *a, const float *b, const float *c, float margin, const float *mask,
                           ptrdiff_t rows, ptrdiff_t columns);
void cantus_triplet_loss_backward(const float *a, const float *b, const float *c, float margin, const float *mask,
                                  float scale, float *da, float *db, float *dc, ptrdiff_t rows, ptrdiff_t columns);

// --- connectionist temporal classification -------------------------------------------------------------------

// -log P(targets [length] | logits [steps, classes]) over all alignments, infinite where there is none. States are the
// targets with a blank before, between and behind: 2 length + 1.
//   log_sums [steps] receives log sum exp of each step; alpha [steps, states] the log of what leads to each state.
double cantus_ctc(const float *logits, const int32_t *targets, int32_t blank, double *log_sums, double *alpha,
                  ptrdiff_t steps, ptrdiff_t classes, ptrdiff_t length);
// dx += scale dl/dx for a finite loss; beta [states] is room to work in.
void cantus_ctc_backward(const float *logits, const int32_t *targets, int32_t blank, const double *log_sums,
                         const double *alpha, double *beta, double loss, float scale, float *dx, ptrdiff_t steps,
                         ptrdiff_t classes, ptrdiff_t length);

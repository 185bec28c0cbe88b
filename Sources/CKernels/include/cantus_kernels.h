// Float loops without allocation, globals or failure. Counts are elements, never bytes. Pointers of one call do
// not overlap unless a comment says that they may. Matrices are row-major.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// --- vectors -------------------------------------------------------------------------------------------------

// y += a x
void cantus_axpy(float a, const float *x, float *y, ptrdiff_t n);
// Asks for x [n], so that it is in the second cache when it is read.
void cantus_prefetch(const float *x, ptrdiff_t n);
// sum x y
float cantus_dot(const float *x, const float *y, ptrdiff_t n);
// y [rows] = m x + bias for the rows of m [rows, n], `stride` apart; bias may be null
void cantus_dot_rows(const float *x, const float *m, ptrdiff_t stride, const float *bias, float *y, ptrdiff_t rows,
                     ptrdiff_t n);
// sum x, accumulated in double
double cantus_sum(const float *x, ptrdiff_t n);
// sum x^2, accumulated in double
double cantus_sum_squares(const float *x, ptrdiff_t n);
// y = a x; y may be x
void cantus_scale(float a, const float *x, float *y, ptrdiff_t n);
// z = x + y; z may be x or y
void cantus_add(const float *x, const float *y, float *z, ptrdiff_t n);
// z = x y; z may be x or y
void cantus_multiply(const float *x, const float *y, float *z, ptrdiff_t n);
// z += x y
void cantus_multiply_add(const float *x, const float *y, float *z, ptrdiff_t n);
// index of the first element that is NaN or infinite, or -1
ptrdiff_t cantus_first_nonfinite(const float *x, ptrdiff_t n);
// whether all elements are 0 or -0
int cantus_is_zero(const float *x, ptrdiff_t n);

// --- rows ----------------------------------------------------------------------------------------------------

// y[r, :] += bias for every row of y [rows, columns]
void cantus_add_bias(const float *bias, float *y, ptrdiff_t rows, ptrdiff_t columns);
// sums += column sums of x [rows, columns]
void cantus_add_column_sums(const float *x, float *sums, ptrdiff_t rows, ptrdiff_t columns);
// y [columns, rows] = transpose of x [rows, columns]
void cantus_transpose(const float *x, float *y, ptrdiff_t rows, ptrdiff_t columns);

// --- activations ---------------------------------------------------------------------------------------------

// Polynomial exp with a relative error below 2e-7; arguments are clamped to [-87.3, 88.7]; y may be x in all four.
void cantus_exp(const float *x, float *y, ptrdiff_t n);
void cantus_tanh(const float *x, float *y, ptrdiff_t n);
void cantus_sigmoid(const float *x, float *y, ptrdiff_t n);
void cantus_relu(const float *x, float *y, ptrdiff_t n);
// dx += dy (1 - y^2)
void cantus_tanh_backward(const float *y, const float *dy, float *dx, ptrdiff_t n);
// dx += dy y (1 - y)
void cantus_sigmoid_backward(const float *y, const float *dy, float *dx, ptrdiff_t n);
// dx += dy where y > 0
void cantus_relu_backward(const float *y, const float *dy, float *dx, ptrdiff_t n);

// y[r, :] = softmax(x[r, :]); y may be x
void cantus_softmax(const float *x, float *y, ptrdiff_t rows, ptrdiff_t columns);
// dx[r, :] += y (dy - sum(dy y))
void cantus_softmax_backward(const float *y, const float *dy, float *dx, ptrdiff_t rows, ptrdiff_t columns);

// --- LSTM gates (order i, f, g, o as in PyTorch) ----------------------------------------------------------------

// gates [rows, 4 width] holds the products; becomes the activations:
//   i, f, o = sigmoid(gates + bias), g = tanh(gates + bias), c = f c_previous + i g, h = o tanh(c)
// c_previous may be c.
void cantus_lstm_forward(float *gates, const float *bias, const float *c_previous, float *c, float *h,
                         ptrdiff_t rows, ptrdiff_t width);
// From dh (all that reaches h) and dc (what reaches c from the next step), [rows, width] each:
// dgates [rows, 4 width] = gradient of the gates before activation; dc becomes the gradient of c_previous.
void cantus_lstm_backward(const float *activations, const float *c_previous, const float *c, const float *dh,
                          float *dc, float *dgates, ptrdiff_t rows, ptrdiff_t width);

// --- dropout -------------------------------------------------------------------------------------------------

// Bernoulli masks from a counter, so that element k depends on (seed, first + k) alone: mask[k] is 0 with
// probability dropped, else scale. In mask.
void cantus_dropout_mask(uint64_t seed, uint64_t first, float dropped, float scale, float *mask, ptrdiff_t n);

// --- Word2Vec ------------------------------------------------------------------------------------------------

// One step of logistic regression between input rows x_i and output rows y_j of `width` floats (a multiple of 16).
// With s_j the sign of weights[j]:
//   z_ij = x_i y_j;  g_ij = rate weights[j] sigmoid(-s_j z_ij);  x_i += sum_j g_ij y_j;  y_j += sum_i g_ij x_i
// with the right sides as they were before. Returns the loss before the step,
//   sum_ij |weights[j]| softplus(-s_j z_ij).
// Up to seven floats behind the last weight are read and ignored. scratch holds
// (inputs + 1) * width + 16 * (inputs + 1) * (outputs + 5) floats. No input may be an output; of outputs that coincide,
// or inputs that do, some changes are lost.
typedef double (*cantus_word2vec_update)(float *const *x, ptrdiff_t inputs, float *const *y, const float *weights,
                                         ptrdiff_t outputs, ptrdiff_t width, float rate, float *scratch);
// The update for this processor.
cantus_word2vec_update cantus_word2vec_kernel(void);
// The same with a single input, the mean of the rows x, whose whole change goes to each of them:
//   h = mean_i x_i;  z_j = h y_j;  x_i += sum_j g_j y_j;  y_j += g_j h
// Rows that coincide change as often as they occur. scratch holds 3 * width + 16 floats.
cantus_word2vec_update cantus_word2vec_mean_kernel(void);

// Two centres for a step with means as inputs. Each has an output of its own; the others are shared.
typedef struct {
    // `first` rows of the first centre alone, `both` of both, `second` of the second alone.
    float *const *inputs;
    ptrdiff_t first, both, second;
    // The output of the first centre, that of the second, and `shared` of both.
    float *const *outputs;
    ptrdiff_t shared;
    // For each centre the weights of its 1 + shared outputs; 0 for one that is none of its. Up to seven floats behind
    // the last are read and ignored.
    const float *weights[2];
} cantus_word2vec_pair;
// Two mean steps at once, as if neither saw what the other changes; a centre without inputs should have weights 0.
// Rows are read and written once for both. Outputs that coincide change one after the other. scratch holds
// 5 * width + 16 floats.
typedef double (*cantus_word2vec_pair_update)(const cantus_word2vec_pair *pair, ptrdiff_t width, float rate,
                                              float *scratch);
cantus_word2vec_pair_update cantus_word2vec_pair_kernel(void);

// Asks for the cache lines of rows that are going to be written: other cores give them up at once, where a plain
// prefetch would share them first.
void cantus_prefetch_rows(float *const *rows, ptrdiff_t count, ptrdiff_t width);
// shared += copy - base; copy = base = shared
void cantus_merge_row(float *restrict copy, float *restrict base, float *restrict shared, ptrdiff_t width);

// --- processor -----------------------------------------------------------------------------------------------

// Denormal floats become zero on the calling thread: a denormal costs up to a hundred cycles.
void cantus_flush_denormals(void);
// A hint to the processor that this is a spin loop.
void cantus_pause(void);
// Whether the processor and the system support AVX-512 (F, BW, CD, DQ, VL), and AVX2 with FMA.
bool cantus_supports_avx512(void);
bool cantus_supports_avx2(void);
// The number of cores that this process may run on.
int cantus_core_count(void);
/// What malloc has got from the system, in bytes, mapped blocks included; 0 where it does not tell.
size_t cantus_heap_bytes(void);

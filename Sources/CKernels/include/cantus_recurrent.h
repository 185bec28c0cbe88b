// Steps of recurrent layers behind their matrix products, for a block of rows. Pointers of one call do not overlap
// unless a comment says that they may.
#pragma once

#include <stddef.h>

// --- RNN -----------------------------------------------------------------------------------------------------

// h [rows, width] holds the products; becomes tanh(h + bias), or max(h + bias, 0).
void cantus_rnn_tanh_forward(const float *bias, float *h, ptrdiff_t rows, ptrdiff_t width);
void cantus_rnn_relu_forward(const float *bias, float *h, ptrdiff_t rows, ptrdiff_t width);
// dgates = dh f'(h) of n elements
void cantus_rnn_tanh_backward(const float *h, const float *dh, float *dgates, ptrdiff_t n);
void cantus_rnn_relu_backward(const float *h, const float *dh, float *dgates, ptrdiff_t n);

// --- GRU (order r, z, n as in PyTorch) -----------------------------------------------------------------------

// gates [rows, 3 width] holds the products of the inputs and becomes the activations; recurrent [rows, 3 width] holds
// those of the previous hidden state; bias [4 width]: both biases of r, both of z, the inputs' of n, the recurrent
// one of n. m [rows, width] receives the recurrent part of n:
//   r, z = sigmoid(gates + recurrent + bias);  m = recurrent + bias;  n = tanh(gates + bias + r m)
//   h = (1 - z) n + z h_previous
void cantus_gru_forward(float *gates, const float *recurrent, const float *bias, const float *h_previous, float *m,
                        float *h, ptrdiff_t rows, ptrdiff_t width);
// From dh, all that reaches h: the gradients of both kinds of products, [rows, 3 width] each. dh becomes z dh, what
// reaches h_previous beside the products.
void cantus_gru_backward(const float *activations, const float *m, const float *h_previous, float *dh, float *dinput,
                         float *drecurrent, ptrdiff_t rows, ptrdiff_t width);

// --- layer-normalised LSTM (order i, f, g, o) ----------------------------------------------------------------

// y[r, :] = (x[r, :] - mean) inverse[r] with inverse[r] = 1 / sqrt(variance + epsilon); y may be x
void cantus_standardize_rows(const float *x, float *y, float *inverse, float epsilon, ptrdiff_t rows,
                             ptrdiff_t columns);
// dx[r, :] = inverse[r] (g - mean(g) - y mean(g y)) with g = gain dy; dx may be dy
void cantus_standardize_rows_backward(const float *y, const float *inverse, const float *gain, const float *dy,
                                      float *dx, ptrdiff_t rows, ptrdiff_t columns);
// sums += column sums of x y, both [rows, columns]
void cantus_add_column_product_sums(const float *x, const float *y, float *sums, ptrdiff_t rows, ptrdiff_t columns);

// From standardised products of inputs x and of the previous hidden state s, [rows, 4 width] each:
//   gates = x_gain x + s_gain s + bias;  i, f, o = sigmoid(gates), g = tanh(gates);  c = f c_previous + i g
void cantus_normalized_lstm_cell(const float *x, const float *s, const float *x_gain, const float *s_gain,
                                 const float *bias, const float *c_previous, float *gates, float *c, ptrdiff_t rows,
                                 ptrdiff_t width);
// From dc, all that reaches c: the gradients of i, f and g before activation in dgates; dc becomes the gradient of
// c_previous.
void cantus_normalized_lstm_cell_backward(const float *gates, const float *c_previous, float *dc, float *dgates,
                                          ptrdiff_t rows, ptrdiff_t width);
// From the standardised cell u: h = o tanh(gain u + bias)
void cantus_normalized_lstm_output(const float *gates, const float *u, const float *gain, const float *bias, float *h,
                                   ptrdiff_t rows, ptrdiff_t width);
// From dh: dv, the gradient of gain u + bias, and that of o before activation in dgates.
void cantus_normalized_lstm_output_backward(const float *gates, const float *u, const float *gain, const float *bias,
                                            const float *dh, float *dv, float *dgates, ptrdiff_t rows,
                                            ptrdiff_t width);

// Recurrent layers on weights that are packed once for all steps, so that a step is one kernel: its products stay in
// registers while they are summed, and the gates follow while the sums are in the first cache. As in cantus_kernels.h,
// pointers of one call do not overlap and matrices are row-major; strides are elements.
//
// Widths are rounded up to whole groups of 16 units; units that are only there to fill up stay zero. The columns of G
// gates stand group by group, [width / 16, G, 16], which is called the packed order: what one unit's gates need comes
// out of one tile of the product. For an RNN it is the plain order.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// --- packing -------------------------------------------------------------------------------------------------

// The weights w [gates units, depth] of a step forward: panels [width / group, depth, gates, group] with the columns in
// packed order, or for one gate and a group of 64 in plain order. The last panel is filled up with zeros.
void cantus_pack_forward(const float *w, ptrdiff_t gates, ptrdiff_t units, ptrdiff_t depth, ptrdiff_t group,
                         float *panels);
// The same weights for the way back: panels [columns / 64, gates width, 64], whose depth is in packed order.
void cantus_pack_backward(const float *w, ptrdiff_t gates, ptrdiff_t units, ptrdiff_t columns, float *panels);
// packed [gates width] = v [gates units]
void cantus_pack_vector(const float *v, ptrdiff_t gates, ptrdiff_t units, float *packed);
// w [gates units, depth] = the transpose of sums [depth, gates width], whose columns are in packed order, or += it
void cantus_unpack_gates(const float *sums, ptrdiff_t gates, ptrdiff_t units, ptrdiff_t depth, bool adding, float *w);

// --- steps ---------------------------------------------------------------------------------------------------

// Two factors of a product, [rows, depth] and [depth, columns]: that of row r and depth k is
// a[r a_row + k a_depth]; that of depth k and column n is b[n / panel * b_panel + k b_depth + n % panel], with `panel`
// the columns that stand side by side.
typedef struct {
    const float *a;
    ptrdiff_t a_row, a_depth, depth;
    const float *b;
    ptrdiff_t b_depth, b_panel;
} cantus_factors;

// One step of `rows` rows; width is a multiple of 16. Forward, only the panels from `first` up to `end` are computed: 16
// units each, or 64 of an RNN.
typedef struct {
    ptrdiff_t rows, width, first, end;
    // [rows, gates width] in packed order: the products of the inputs, which become activations. An RNN has none.
    float *gates;
    // GRU: [rows, width], the recurrent part of n.
    float *part;
    // [rows, width] each; an LSTM alone has c. An RNN's h holds the products of the inputs first.
    const float *c_previous;
    float *c;
    const float *h_previous;
    float *h;
} cantus_packed_step;

// What there is for each width of vector registers.
//
// Forward, `inputs` are the factors of the inputs' products where these are not there yet, else null; `hidden` are
// those of the previous hidden state's, null where that is zero. bias [gates width] is in packed order; that of a GRU
// is [width / 16, 4, 16]: both biases of r, both of z, the recurrent one of n, the inputs' of n.
//
// Backward goes from dh, all that reaches h, to the gradients of the products, whose rows are `stride` apart.
typedef struct {
    // y [rows, columns] = the product + bias, or y += it where `adding`; bias may be null. Columns and panel are multiples
    // of 16, and a panel is at most 64.
    void (*product)(const cantus_factors *factors, ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t panel,
                    const float *bias, bool adding, float *y, ptrdiff_t y_stride);
    void (*lstm)(const cantus_packed_step *step, const cantus_factors *inputs, const cantus_factors *hidden,
                 const float *bias);
    // dc: what reaches c from the next step; becomes the gradient of c_previous.
    void (*lstm_backward)(const cantus_packed_step *step, const float *dh, float *dc, float *dgates, ptrdiff_t stride);
    void (*gru)(const cantus_packed_step *step, const cantus_factors *inputs, const cantus_factors *hidden,
                const float *bias);
    // dh becomes what reaches h_previous beside the products.
    void (*gru_backward)(const cantus_packed_step *step, float *dh, float *dinput, float *drecurrent,
                         ptrdiff_t stride);
    void (*rnn)(const cantus_packed_step *step, const cantus_factors *inputs, const cantus_factors *hidden,
                const float *bias, bool relu);
    void (*rnn_backward)(const cantus_packed_step *step, const float *dh, float *dgates, ptrdiff_t stride, bool relu);
} cantus_packed_kernels;

// The kernels for registers of 16 (AVX-512), 8 (AVX2) or 4 floats; null where this processor has none.
const cantus_packed_kernels *cantus_packed_kernels_of(int lanes);

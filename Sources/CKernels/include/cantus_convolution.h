// Products of sliding windows with weights, read in place, and pooling. As in cantus_kernels.h, pointers of one call do
// not overlap and matrices are row-major; strides are elements.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// --- windows ---------------------------------------------------------------------------------------------------

// A matrix [rows, taps channels] whose rows may share elements: that of row r, tap j and channel c is
// start[r row_stride + j tap_stride + c channel_stride].
typedef struct {
    const float *start;
    ptrdiff_t rows, row_stride, taps, tap_stride, channels, channel_stride;
} cantus_windows;

// The columns of one panel: what the kernel of this processor computes side by side.
ptrdiff_t cantus_panel_width(void);

// panels [columns / width, taps, channels, width] = weights, whose element of tap j, channel c and column n is
// weights[j tap_stride + c channel_stride + n column_stride]; the last panel is filled up with zeros.
void cantus_pack_panels(const float *weights, ptrdiff_t tap_stride, ptrdiff_t channel_stride, ptrdiff_t column_stride,
                        ptrdiff_t taps, ptrdiff_t channels, ptrdiff_t columns, float *panels);
// weights [columns, channels, taps] += sums [taps, channels, columns]
void cantus_add_unpacked(const float *sums, ptrdiff_t taps, ptrdiff_t channels, ptrdiff_t columns, float *weights);

// y [rows, columns] = windows b + start, with start the columns' bias, or y itself where bias is null.
// Row i of b's panel p begins at b[p panel_stride + i b_stride]. Whole registers are read from there: behind b's last
// element must lie a panel's width of others.
void cantus_multiply_windows(const cantus_windows *windows, const float *b, ptrdiff_t b_stride, ptrdiff_t panel_stride,
                             const float *bias, float *y, ptrdiff_t y_stride, ptrdiff_t columns);

// --- few elements ----------------------------------------------------------------------------------------------

// An element of a sparse matrix: its column where elements stand row by row, its row where they stand by columns.
typedef struct {
    int32_t place;
    float value;
} cantus_element;

// counts[c] = how many elements of column c are not zero. Returns their sum.
ptrdiff_t cantus_count_nonzero(const float *x, ptrdiff_t x_stride, ptrdiff_t rows, ptrdiff_t columns,
                               int32_t *counts);
// Collects the elements that are not zero, row by row and column by column; those of row r end before
// by_row[row_ends[r]], where those of row r + 1 begin. `counts` is what cantus_count_nonzero found.
void cantus_collect_nonzero(const float *x, ptrdiff_t x_stride, ptrdiff_t rows, ptrdiff_t columns,
                            const int32_t *counts, cantus_element *by_row, int32_t *row_ends,
                            cantus_element *by_column, int32_t *column_ends);

// y[r y_stride + n] += the sum over the elements of row r of value * b[place b_stride + n], for at least
// cantus_sparse_columns columns; rows of b and of y may overlap others of their own.
void cantus_add_sparse_product(const cantus_element *elements, const int32_t *ends, ptrdiff_t rows, const float *b,
                               ptrdiff_t b_stride, float *y, ptrdiff_t y_stride, ptrdiff_t columns);
enum { cantus_sparse_columns = 16 };
// The same with registers of 16, 8 or 4 floats; null where this processor has none of that width.
typedef void (*cantus_sparse_product)(const cantus_element *elements, const int32_t *ends, ptrdiff_t rows,
                                      const float *b, ptrdiff_t b_stride, float *y, ptrdiff_t y_stride,
                                      ptrdiff_t columns);
cantus_sparse_product cantus_sparse_product_of(int lanes);

// --- channel by channel ----------------------------------------------------------------------------------------

// y[r y_stride + c] += x[r x_stride + c] w[c]
void cantus_add_scaled_channels(const float *x, ptrdiff_t x_stride, const float *w, float *y, ptrdiff_t y_stride,
                                ptrdiff_t rows, ptrdiff_t channels);
// w[c] += sum_r x[r x_stride + c] y[r y_stride + c]
void cantus_add_channel_products(const float *x, ptrdiff_t x_stride, const float *y, ptrdiff_t y_stride, float *w,
                                 ptrdiff_t rows, ptrdiff_t channels);

// --- pooling ---------------------------------------------------------------------------------------------------

// y [rows, channels]: of each window, x[r row_stride + j channels + c] for j < size, the largest.
void cantus_max_pool(const float *x, ptrdiff_t row_stride, ptrdiff_t size, float *y, ptrdiff_t rows,
                     ptrdiff_t channels);
// dx += dy where x is the window's first to be y; dx lies as x does
void cantus_max_pool_backward(const float *x, ptrdiff_t row_stride, ptrdiff_t size, const float *y, const float *dy,
                              float *dx, ptrdiff_t rows, ptrdiff_t channels);
// y [rows, channels] = the windows' means
void cantus_mean_pool(const float *x, ptrdiff_t row_stride, ptrdiff_t size, float *y, ptrdiff_t rows,
                      ptrdiff_t channels);
// dx += dy / size
void cantus_mean_pool_backward(const float *dy, float *dx, ptrdiff_t row_stride, ptrdiff_t size, ptrdiff_t rows,
                               ptrdiff_t channels);

// One step of an optimizer on n weights w, and what is done to gradients before it.
//
// In all steps g = gradient_scale * gradient + decay w, with decay the coupled weight decay. A rest is 1 - the
// average's coefficient: taken in float from a coefficient near 1 it would lose half its digits.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// w -= rate g
void cantus_sgd(float *w, const float *gradient, float gradient_scale, float decay, float rate, ptrdiff_t n);
// v = momentum v + g;  w -= rate v, or with Nesterov's look ahead rate (g + momentum v)
void cantus_sgd_momentum(float *w, const float *gradient, float *v, float gradient_scale, float decay, float rate,
                         float momentum, bool nesterov, ptrdiff_t n);
// s += g^2;  w -= rate g / (sqrt(s) + epsilon)
void cantus_adagrad(float *w, const float *gradient, float *s, float gradient_scale, float decay, float rate,
                    float epsilon, ptrdiff_t n);
// v = rho v + rest g^2;  d = sqrt(u + epsilon) / sqrt(v + epsilon) g;  u = rho u + rest d^2;  w -= rate d
void cantus_adadelta(float *w, const float *gradient, float *v, float *u, float gradient_scale, float decay, float rate,
                     float rho, float rest, float epsilon, ptrdiff_t n);
// v = alpha v + rest g^2;  d = g / (sqrt(v) + epsilon), of which with mean m = alpha m + rest g the root is
// sqrt(v - m^2);  b = momentum b + d;  w -= rate b. Without mean or b (null) these are left out, and w -= rate d.
void cantus_rmsprop(float *w, const float *gradient, float *v, float *mean, float *b, float gradient_scale, float decay,
                    float rate, float alpha, float rest, float epsilon, float momentum, ptrdiff_t n);
// m = beta1 m + rest1 g;  v = beta2 v + rest2 g^2;  w -= step m / (sqrt(v) root_correction + epsilon)
// with step = learning_rate / (1 - beta1^t) and root_correction = 1 / sqrt(1 - beta2^t).
void cantus_adam(float *w, const float *gradient, float *m, float *v, float gradient_scale, float decay, float step,
                 float root_correction, float beta1, float rest1, float beta2, float rest2, float epsilon,
                 ptrdiff_t n);
// The same without coupled decay, and with keep w in the place of w.
void cantus_adamw(float *w, const float *gradient, float *m, float *v, float gradient_scale, float keep, float step,
                  float root_correction, float beta1, float rest1, float beta2, float rest2, float epsilon,
                  ptrdiff_t n);
// m = beta1 m + rest1 g;  u = max(beta2 u, |g| + epsilon);  w -= step m / u
void cantus_adamax(float *w, const float *gradient, float *m, float *u, float gradient_scale, float decay, float step,
                   float beta1, float rest1, float beta2, float epsilon, ptrdiff_t n);
// m and v as in Adam;  w -= (gradient_step g + mean_step m) / (sqrt(v) root_correction + epsilon)
void cantus_nadam(float *w, const float *gradient, float *m, float *v, float gradient_scale, float decay,
                  float gradient_step, float mean_step, float root_correction, float beta1, float rest1, float beta2,
                  float rest2, float epsilon, ptrdiff_t n);

// g += l1 sign(w) + l2 w
void cantus_add_penalty(const float *w, float l1, float l2, float *g, ptrdiff_t n);
// g = min(max(g, -limit), limit); NaN stays NaN
void cantus_clip(float limit, float *g, ptrdiff_t n);
// a += share (x - a)
void cantus_approach(const float *x, float share, float *a, ptrdiff_t n);

#include "cantus_optimizers.h"

#include "cantus_math.h"

CANTUS_CLONES void cantus_sgd(float *restrict w, const float *restrict gradient, float gradient_scale, float decay,
                              float rate, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float g = gradient_scale * gradient[i] + decay * w[i];
        w[i] -= rate * g;
    }
}

CANTUS_CLONES void cantus_sgd_momentum(float *restrict w, const float *restrict gradient, float *restrict v,
                                       float gradient_scale, float decay, float rate, float momentum, bool nesterov,
                                       ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float g = gradient_scale * gradient[i] + decay * w[i];
        float velocity = momentum * v[i] + g;
        v[i] = velocity;
        w[i] -= rate * (nesterov ? g + momentum * velocity : velocity);
    }
}

CANTUS_CLONES void cantus_adagrad(float *restrict w, const float *restrict gradient, float *restrict s,
                                  float gradient_scale, float decay, float rate, float epsilon, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float g = gradient_scale * gradient[i] + decay * w[i];
        float sum = s[i] + g * g;
        s[i] = sum;
        w[i] -= rate * g / (cantus_sqrtf(sum) + epsilon);
    }
}

CANTUS_CLONES void cantus_adadelta(float *restrict w, const float *restrict gradient, float *restrict v,
                                   float *restrict u, float gradient_scale, float decay, float rate, float rho,
                                   float rest, float epsilon, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float g = gradient_scale * gradient[i] + decay * w[i];
        float square = rho * v[i] + rest * g * g;
        float change = cantus_sqrtf(u[i] + epsilon) / cantus_sqrtf(square + epsilon) * g;
        v[i] = square;
        u[i] = rho * u[i] + rest * change * change;
        w[i] -= rate * change;
    }
}

// The variance is a difference of averages that rounding can turn negative.
CANTUS_INLINE void rmsprop(const bool centered, const bool has_momentum, float *restrict w,
                           const float *restrict gradient, float *restrict v, float *restrict mean, float *restrict b,
                           float gradient_scale, float decay, float rate, float alpha, float rest, float epsilon,
                           float momentum, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float g = gradient_scale * gradient[i] + decay * w[i];
        float square = alpha * v[i] + rest * g * g;
        v[i] = square;
        if (centered) {
            float average = alpha * mean[i] + rest * g;
            mean[i] = average;
            square -= average * average;
            square = square < 0.0f ? 0.0f : square;
        }
        float change = g / (cantus_sqrtf(square) + epsilon);
        if (has_momentum) {
            change += momentum * b[i];
            b[i] = change;
        }
        w[i] -= rate * change;
    }
}

// A loop for each of the four: one that asks inside for what may be null is not vectorised, and takes 25 times as long.
CANTUS_CLONES void cantus_rmsprop(float *restrict w, const float *restrict gradient, float *restrict v,
                                  float *restrict mean, float *restrict b, float gradient_scale, float decay,
                                  float rate, float alpha, float rest, float epsilon, float momentum, ptrdiff_t n) {
#define RMSPROP(centered, has_momentum)                                                                              \
    rmsprop(centered, has_momentum, w, gradient, v, mean, b, gradient_scale, decay, rate, alpha, rest, epsilon, momentum, n)
    if (mean && b) RMSPROP(true, true);
    else if (mean) RMSPROP(true, false);
    else if (b) RMSPROP(false, true);
    else RMSPROP(false, false);
#undef RMSPROP
}

CANTUS_CLONES void cantus_adam(float *restrict w, const float *restrict gradient, float *restrict m, float *restrict v,
                               float gradient_scale, float decay, float step, float root_correction, float beta1,
                               float rest1, float beta2, float rest2, float epsilon, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float g = gradient_scale * gradient[i] + decay * w[i];
        float mean = beta1 * m[i] + rest1 * g;
        float square = beta2 * v[i] + rest2 * g * g;
        m[i] = mean;
        v[i] = square;
        w[i] -= step * mean / (cantus_sqrtf(square) * root_correction + epsilon);
    }
}

CANTUS_CLONES void cantus_adamw(float *restrict w, const float *restrict gradient, float *restrict m,
                                float *restrict v, float gradient_scale, float keep, float step, float root_correction,
                                float beta1, float rest1, float beta2, float rest2, float epsilon, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float g = gradient_scale * gradient[i];
        float mean = beta1 * m[i] + rest1 * g;
        float square = beta2 * v[i] + rest2 * g * g;
        m[i] = mean;
        v[i] = square;
        w[i] = keep * w[i] - step * mean / (cantus_sqrtf(square) * root_correction + epsilon);
    }
}

CANTUS_CLONES void cantus_adamax(float *restrict w, const float *restrict gradient, float *restrict m,
                                 float *restrict u, float gradient_scale, float decay, float step, float beta1,
                                 float rest1, float beta2, float epsilon, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float g = gradient_scale * gradient[i] + decay * w[i];
        float mean = beta1 * m[i] + rest1 * g;
        float now = fabsf(g) + epsilon, before = beta2 * u[i];
        float largest = before > now ? before : now;
        m[i] = mean;
        u[i] = largest;
        w[i] -= step * mean / largest;
    }
}

CANTUS_CLONES void cantus_nadam(float *restrict w, const float *restrict gradient, float *restrict m,
                                float *restrict v, float gradient_scale, float decay, float gradient_step,
                                float mean_step, float root_correction, float beta1, float rest1, float beta2,
                                float rest2, float epsilon, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float g = gradient_scale * gradient[i] + decay * w[i];
        float mean = beta1 * m[i] + rest1 * g;
        float square = beta2 * v[i] + rest2 * g * g;
        m[i] = mean;
        v[i] = square;
        w[i] -= (gradient_step * g + mean_step * mean) / (cantus_sqrtf(square) * root_correction + epsilon);
    }
}

CANTUS_CLONES void cantus_add_penalty(const float *restrict w, float l1, float l2, float *restrict g, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float sign = (float)((w[i] > 0.0f) - (w[i] < 0.0f));
        g[i] += l1 * sign + l2 * w[i];
    }
}

CANTUS_CLONES void cantus_clip(float limit, float *g, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float x = g[i];
        x = x > limit ? limit : x;
        g[i] = x < -limit ? -limit : x;
    }
}

CANTUS_CLONES void cantus_approach(const float *restrict x, float share, float *restrict a, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) a[i] += share * (x[i] - a[i]);
}

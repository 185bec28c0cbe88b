#include "cantus_math.h"

CANTUS_CLONES void cantus_adam(float *restrict w, const float *restrict gradient, float *restrict m, float *restrict v,
                               float gradient_scale, float step, float root_correction, float beta1, float rest1,
                               float beta2, float rest2, float epsilon, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) {
        float g = gradient_scale * gradient[i];
        float mean = beta1 * m[i] + rest1 * g;
        float square = beta2 * v[i] + rest2 * g * g;
        m[i] = mean;
        v[i] = square;
        w[i] -= step * mean / (cantus_sqrtf(square) * root_correction + epsilon);
    }
}

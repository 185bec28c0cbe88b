// Connectionist temporal classification (Graves et al. 2006), in logarithms and double: an alignment's probability
// falls below any float within a few hundred steps.
#include "cantus_losses.h"
#include "cantus_math.h"

// log(exp(a) + exp(b))
CANTUS_INLINE double log_add(double a, double b) {
    double larger = a > b ? a : b, smaller = a > b ? b : a;
    return smaller == -INFINITY ? larger : larger + log1p(exp(smaller - larger));
}

CANTUS_INLINE int32_t label(const int32_t *targets, int32_t blank, ptrdiff_t state) {
    return state % 2 ? targets[state / 2] : blank;
}

// Whether an alignment may go from the state two before: past a blank between two different targets.
CANTUS_INLINE bool may_skip(const int32_t *targets, ptrdiff_t state) {
    return state % 2 && state >= 3 && targets[state / 2] != targets[state / 2 - 1];
}

CANTUS_CLONES static double log_sum_exp(const float *x, ptrdiff_t n) {
#pragma clang fp reassociate(on)
    float largest = cantus_largest(x, n);
    float sum = 0;
    for (ptrdiff_t i = 0; i < n; i++) sum += cantus_expf(x[i] - largest);
    return (double)largest + log((double)sum);
}

// alpha_t(s) = (alpha_{t-1}(s) + alpha_{t-1}(s - 1) + alpha_{t-1}(s - 2) where s may skip) p_t(label(s))
double cantus_ctc(const float *logits, const int32_t *targets, int32_t blank, double *log_sums, double *alpha,
                  ptrdiff_t steps, ptrdiff_t classes, ptrdiff_t length) {
    ptrdiff_t states = 2 * length + 1;
    if (steps == 0) return length == 0 ? 0 : INFINITY;
    for (ptrdiff_t t = 0; t < steps; t++, logits += classes, alpha += states) {
        log_sums[t] = log_sum_exp(logits, classes);
        const double *before = alpha - states;
        for (ptrdiff_t s = 0; s < states; s++) {
            double sum = t == 0 ? (s < 2 ? 0 : -INFINITY) : before[s];
            if (t > 0 && s > 0) sum = log_add(sum, before[s - 1]);
            if (t > 0 && may_skip(targets, s)) sum = log_add(sum, before[s - 2]);
            alpha[s] = sum + (double)logits[label(targets, blank, s)] - log_sums[t];
        }
    }
    const double *last = alpha - states;
    return -(length == 0 ? last[0] : log_add(last[states - 1], last[states - 2]));
}

// CTC's gradient on logits is p_t(k) - sum over the states of label k of alpha_t(s) beta_t(s) / P, with
//   beta_t(s) = sum over the states s' that may follow s of beta_{t+1}(s') p_{t+1}(label(s'))
CANTUS_CLONES static void add_softmax(const float *x, double log_sum, float scale, float *restrict dx, ptrdiff_t n) {
    for (ptrdiff_t i = 0; i < n; i++) dx[i] += scale * cantus_expf(x[i] - (float)log_sum);
}

void cantus_ctc_backward(const float *logits, const int32_t *targets, int32_t blank, const double *log_sums,
                         const double *alpha, double *beta, double loss, float scale, float *dx, ptrdiff_t steps,
                         ptrdiff_t classes, ptrdiff_t length) {
    ptrdiff_t states = 2 * length + 1;
    for (ptrdiff_t s = 0; s < states; s++) beta[s] = s >= states - 2 ? 0 : -INFINITY;
    for (ptrdiff_t t = steps - 1; t >= 0; t--) {
        if (t < steps - 1) {
            // From beta_{t+1} p_{t+1} in place: a state follows from itself and those above.
            const float *next = logits + (t + 1) * classes;
            for (ptrdiff_t s = 0; s < states; s++) beta[s] += (double)next[label(targets, blank, s)] - log_sums[t + 1];
            for (ptrdiff_t s = 0; s < states - 1; s++) {
                beta[s] = log_add(beta[s], beta[s + 1]);
                if (s + 2 < states && may_skip(targets, s + 2)) beta[s] = log_add(beta[s], beta[s + 2]);
            }
        }
        add_softmax(logits + t * classes, log_sums[t], scale, dx + t * classes, classes);
        for (ptrdiff_t s = 0; s < states; s++) {
            double share = exp(alpha[t * states + s] + beta[s] + loss);
            dx[t * classes + label(targets, blank, s)] -= scale * (float)share;
        }
    }
}

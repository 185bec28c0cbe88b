import CKernels

extension LossKernels {
    /// sum of max(q (t - x), (q - 1) (t - x)) for x `[rows, columns]`, one column a quantile q, and t `[rows]`
    public static func quantile(
        _ x: UnsafePointer<Float>, targets t: UnsafePointer<Float>, quantiles q: UnsafePointer<Float>,
        mask: UnsafePointer<Float>?, rows: Int, columns: Int
    ) -> Double { cantus_quantile_loss(x, t, q, mask, rows, columns) }

    /// dx += scale times the gradient of `quantile`
    public static func addQuantileGradient(
        _ x: UnsafePointer<Float>, targets t: UnsafePointer<Float>, quantiles q: UnsafePointer<Float>,
        mask: UnsafePointer<Float>?, scale: Float, to dx: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) { cantus_quantile_loss_backward(x, t, q, mask, scale, dx, rows, columns) }

    /// sum of log s + ((t - m) / s)^2 / 2 + log(2 pi) / 2 for x `[rows, 2]`, a mean m and a raw scale r, with
    /// s = softplus(r) + minimumScale
    public static func gaussian(
        _ x: UnsafePointer<Float>, targets t: UnsafePointer<Float>, minimumScale: Float, mask: UnsafePointer<Float>?,
        rows: Int
    ) -> Double { cantus_gaussian_likelihood(x, t, minimumScale, mask, rows) }

    /// dx += scale times the gradient of `gaussian`
    public static func addGaussianGradient(
        _ x: UnsafePointer<Float>, targets t: UnsafePointer<Float>, minimumScale: Float, mask: UnsafePointer<Float>?,
        scale: Float, to dx: UnsafeMutablePointer<Float>, rows: Int
    ) { cantus_gaussian_likelihood_backward(x, t, minimumScale, mask, scale, dx, rows) }
}

import CKernels

/// What is done to gradients before an optimizer takes them.
public enum GradientKernels {
    /// g += l1 sign(w) + l2 w: the gradient of l1 sum |w| + l2 / 2 sum w^2.
    public static func addPenalty(
        of weights: UnsafePointer<Float>, l1: Double, l2: Double, to gradient: UnsafeMutablePointer<Float>, count: Int
    ) { cantus_add_penalty(weights, Float(l1), Float(l2), gradient, count) }

    /// g = min(max(g, -limit), limit); what is not a number stays so.
    public static func clip(_ gradient: UnsafeMutablePointer<Float>, to limit: Double, count: Int) {
        cantus_clip(Float(limit), gradient, count)
    }

    /// a += share (x - a): one step of an exponential moving average.
    public static func move(
        _ average: UnsafeMutablePointer<Float>, towards x: UnsafePointer<Float>, by share: Double, count: Int
    ) { cantus_approach(x, Float(share), average, count) }
}

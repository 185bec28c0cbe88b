import CKernels

/// Element-wise functions and their gradients from the output.
public enum Activations {
    /// y = exp(x), arguments clamped to [-87.3, 88.7]
    public static func exp(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
        cantus_exp(x, y, count)
    }

    /// y = tanh(x)
    public static func tanh(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
        cantus_tanh(x, y, count)
    }

    /// y = 1 / (1 + exp(-x))
    public static func sigmoid(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
        cantus_sigmoid(x, y, count)
    }

    /// y = max(x, 0)
    public static func relu(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
        cantus_relu(x, y, count)
    }

    /// dx += dy (1 - y^2)
    public static func addTanhGradient(
        output y: UnsafePointer<Float>, upstream dy: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>,
        count: Int
    ) { cantus_tanh_backward(y, dy, dx, count) }

    /// dx += dy y (1 - y)
    public static func addSigmoidGradient(
        output y: UnsafePointer<Float>, upstream dy: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>,
        count: Int
    ) { cantus_sigmoid_backward(y, dy, dx, count) }

    /// dx += dy where y > 0
    public static func addReluGradient(
        output y: UnsafePointer<Float>, upstream dy: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>,
        count: Int
    ) { cantus_relu_backward(y, dy, dx, count) }
}

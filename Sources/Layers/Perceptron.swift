/// The perceptron (Rosenblatt 1958, "The perceptron: a probabilistic model for information storage and organization in
/// the brain"): the smallest thing that learns. Read this first; everything else here is a refinement of it.
///
/// It divides space by a plane. A point x is on one side where the score w x + b is positive, on the other where it is
/// not, and the sides are called 1 and -1:
///
///     var perceptron = Perceptron(inputs: 2)
///     perceptron.fit([[0, 0], [0, 1], [1, 0], [1, 1]], targets: [-1, -1, -1, 1])   // learns "and"
///     perceptron.predict([1, 1])   // 1
///
/// It begins knowing nothing, w = 0 and b = 0, and learns one example at a time. Where it is right, nothing happens.
/// Where it is wrong, it adds the example to w, with the sign that was wanted:
///
///     w += y x,    b += y
///
/// That moves the score of this very example in the wanted direction, by |x|^2 + 1. It is the step along the gradient
/// of the loss max(0, -y (w x + b)), with a learning rate of 1. Deep networks replace the score by something with more
/// layers, the loss by a smooth one (`BinaryCrossEntropy`), and the step by a more careful one (`Adam`); the loop
/// stays: predict, compare, correct.
///
/// Where some plane separates the two sides, the perceptron finds one after finitely many mistakes, however the
/// examples are ordered: at most (R / gamma)^2, where R is the length of the longest (x, 1) and gamma the least
/// distance of any (x, 1) from the best plane through zero (Novikoff 1962, "On convergence proofs on perceptrons").
/// Where none does, as for "exclusive or", it never comes to rest: that is what hidden layers are for.
public struct Perceptron: Sendable {
    /// w: how much each input speaks for 1.
    public private(set) var weights: [Float]
    /// b: how much speaks for 1 when all inputs are 0.
    public private(set) var bias: Float = 0

    /// - Parameter inputs: The number of numbers in a point.
    public init(inputs: Int) { weights = [Float](repeating: 0, count: inputs) }

    /// w x + b
    public func score(_ x: [Float]) -> Float {
        precondition(x.count == weights.count, "\(x.count) inputs for a perceptron of \(weights.count)")
        return zip(weights, x).reduce(bias) { $0 + $1.0 * $1.1 }
    }

    /// The side on which a point lies, 1 or -1; the plane itself belongs to -1.
    public func predict(_ x: [Float]) -> Int { score(x) > 0 ? 1 : -1 }

    /// Learns from one example.
    ///
    /// - Parameter y: The side on which x should lie, 1 or -1.
    /// - Returns: Whether there was something to learn: x was on the wrong side.
    @discardableResult
    public mutating func learn(_ x: [Float], target y: Int) -> Bool {
        precondition(y == 1 || y == -1, "target \(y); 1 and -1 are expected")
        guard predict(x) != y else { return false }
        for index in x.indices { weights[index] += Float(y) * x[index] }
        bias += Float(y)
        return true
    }

    /// Learns from all examples, again and again, until it makes no more mistakes.
    ///
    /// - Parameter maximumEpochs: How often it goes through the examples at most.
    /// - Returns: The mistakes of each epoch. The last number is 0 where it has learned everything.
    @discardableResult
    public mutating func fit(_ points: [[Float]], targets: [Int], maximumEpochs: Int = 100) -> [Int] {
        precondition(points.count == targets.count, "\(points.count) points and \(targets.count) targets")
        var mistakes: [Int] = []
        while mistakes.count < maximumEpochs, mistakes.last != 0 {
            mistakes.append(0)
            for (x, y) in zip(points, targets) where learn(x, target: y) { mistakes[mistakes.count - 1] += 1 }
        }
        return mistakes
    }
}

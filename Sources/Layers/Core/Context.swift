import Kernels
import Synchronization
import Tensors

/// What a forward computation runs in: on which tape, for training or not, and with which random numbers.
///
/// One context serves one replica for one step. A layer asks it for its parameters, so that one set of weights serves
/// all replicas at a time while each collects gradients of its own.
public struct Context {
    /// Where gradients will be computed; nil for prediction.
    public let tape: Tape?
    /// Whether dropout drops.
    public let isTraining: Bool
    package let gradients: Gradients?
    /// Whether recurrent layers run in their plain version, which tests compare the other with.
    package var usesPlainSteps = false
    /// Whether layers prepare their weights for more calls than this one.
    private(set) var isServing = false
    private let random: RandomSource
    private let prepared = PreparedParameters()

    private final class RandomSource {
        let seed: UInt64
        var drawn: UInt64 = 0
        init(seed: UInt64) { self.seed = seed }
    }

    /// What layers have made of their parameters, for all calls in this context, on whatever thread.
    private final class PreparedParameters {
        private let lock = Mutex(())
        private var byParameter: [ObjectIdentifier: AnyObject] = [:]

        /// The object that stands under a parameter, or one that is made.
        func object(for parameter: Parameter, _ make: () -> AnyObject) -> AnyObject {
            var result: AnyObject?
            lock.withLock { _ in
                let key = ObjectIdentifier(parameter)
                result = byParameter[key] ?? make()
                byParameter[key] = result
            }
            return result!
        }
    }

    private init(tape: Tape?, isTraining: Bool, gradients: Gradients?, seed: UInt64) {
        self.tape = tape
        self.isTraining = isTraining
        self.gradients = gradients
        random = RandomSource(seed: seed)
    }

    /// A context for prediction, by the same operations as in training.
    public static var inference: Context { Context(tape: nil, isTraining: false, gradients: nil, seed: 0) }

    /// A context for many predictions of a few rows each, on any threads, as long as the weights do not change: linear
    /// maps and convolutions pack theirs at the first call, and a single row goes through linear maps as they stand.
    /// Their sums then have another order than in `inference`, so that results may differ in their last bits.
    public static var serving: Context {
        var context = inference
        context.isServing = true
        return context
    }

    /// A context for one step of training, whose gradients are added to `gradients`.
    public static func training(tape: Tape, gradients: Gradients, seed: UInt64) -> Context {
        Context(tape: tape, isTraining: true, gradients: gradients, seed: seed)
    }

    /// A parameter's weights, on the tape where a gradient is wanted.
    public func callAsFunction(_ parameter: Parameter) -> Tensor {
        gradients?.observer?(parameter)
        guard let tape, let gradients, !parameter.isFrozen else { return parameter.value }
        precondition(parameter.gradientKind == .dense, "\(parameter.name) collects its gradient by rows")
        return tape.watch(parameter.value, addingTo: gradients.target(parameter))
    }

    /// Runs operations that no observer of the tape is shown: those between layers that are no layer's own, as what
    /// cuts up the output of one for several others.
    package func unobserved<Result>(_ body: () -> Result) -> Result {
        guard let tape, let observer = tape.observer else { return body() }
        tape.observer = nil
        defer { tape.observer = observer }
        return body()
    }

    /// What a layer makes of its parameters once for all of its calls in this context, under the name of one of them.
    func shared<Value: AnyObject>(for parameter: Parameter, _ make: () -> Value) -> Value {
        prepared.object(for: parameter, make) as! Value
    }

    /// A seed that no other call of this step gets.
    public func nextSeed() -> UInt64 {
        random.drawn += 1
        return SeededGenerator.derive(random.seed, [random.drawn])
    }
}

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

        /// Puts what `change` makes of the object that stands under a parameter in its place.
        func update(_ parameter: Parameter, _ change: (AnyObject?) -> AnyObject) -> AnyObject {
            var result: AnyObject?
            lock.withLock { _ in
                let key = ObjectIdentifier(parameter)
                result = change(byParameter[key])
                byParameter[key] = result
            }
            return result!
        }
    }

    /// Stands for a parameter that was used once.
    private final class FirstUse {}

    private init(tape: Tape?, isTraining: Bool, gradients: Gradients?, seed: UInt64) {
        self.tape = tape
        self.isTraining = isTraining
        self.gradients = gradients
        random = RandomSource(seed: seed)
    }

    /// A context for prediction.
    ///
    /// Layers prepare their weights for all calls in it: who predicts again and again is faster with one context than
    /// with one a call, as long as the weights do not change. It may serve several threads.
    public static var inference: Context { Context(tape: nil, isTraining: false, gradients: nil, seed: 0) }

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

    /// What a layer makes of its parameters once for all of its calls in this context, under the name of one of them.
    func shared<Value: AnyObject>(for parameter: Parameter, _ make: () -> Value) -> Value {
        prepared.update(parameter) { $0 ?? make() } as! Value
    }

    /// The same from the second call in this context on; nil in the first, for which it may not pay.
    func sharedIfUsedAgain<Value: AnyObject>(for parameter: Parameter, _ make: () -> Value) -> Value? {
        prepared.update(parameter) { before in
            guard let before else { return FirstUse() }
            return before is FirstUse ? make() : before
        } as? Value
    }

    /// A seed that no other call of this step gets.
    public func nextSeed() -> UInt64 {
        random.drawn += 1
        return SeededGenerator.derive(random.seed, [random.drawn])
    }
}

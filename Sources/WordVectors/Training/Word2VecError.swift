/// Why a training of word vectors ended early.
public enum Word2VecError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Someone asked it to stop.
    case interrupted
    /// The loss is no longer a finite number.
    case diverged(epoch: Int)

    public var description: String {
        switch self {
        case .interrupted: "training was interrupted"
        case .diverged(let epoch):
            "training stopped in epoch \(epoch): the loss is not a finite number; a lower learning rate usually helps"
        }
    }
}

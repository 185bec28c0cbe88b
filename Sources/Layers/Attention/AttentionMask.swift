/// Which keys a query may see, among those within the rows' lengths.
public enum AttentionMask: Hashable, Sendable {
    /// All of them.
    case none
    /// Query t sees keys 0...t alone: no step sees a later one.
    case causal
}

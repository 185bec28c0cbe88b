/// Which end of a row a recurrent layer starts from.
public enum TimeDirection: Hashable, Sendable {
    case forward
    /// From the last valid step to the first; the output of a step stays at the step's place.
    case reverse
}

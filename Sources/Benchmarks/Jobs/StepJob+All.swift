extension StepJob {
    /// All jobs, small ones first within a family.
    public static let all: [StepJob] = recurrent + convolution + language
}

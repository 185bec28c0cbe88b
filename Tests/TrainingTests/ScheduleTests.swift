import FoundationEssentials
import TestSupport
import Tensors
import Testing
import Training

@Suite struct ScheduleTests {
    /// The learning rates of a training of some epochs of one step each, with a learning rate of 1.
    private func rates(
        _ schedule: LearningRateSchedule, steps: Int, warmUp: Double = 0, scores: [Float] = []
    ) -> [Double] {
        let options = TrainingOptions(
            epochs: steps, batchSize: 1, learningRate: 1, schedule: schedule, warmUpEpochs: warmUp)
        return (0..<steps).map { step in
            options.learningRate(
                at: TrainingProgress(step: step, of: steps, scores: scores.prefix(step).map(Double.init)))
        }
    }

    private func expectCourse(
        _ name: String, _ rates: [Double], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let expected = try Fixture("layers/schedules")[name].elements.map(Double.init)
        let error = relativeError(rates, expected)
        #expect(error < 1e-6, "\(name): \(error)", sourceLocation: sourceLocation)
    }

    @Test func followPyTorch() throws {
        try expectCourse("step", rates(.step(.init(everyEpochs: 7, factor: 0.3)), steps: 30))
        try expectCourse("exponential", rates(.exponential(.init(factor: 0.9)), steps: 30))
        try expectCourse("polynomial", rates(.polynomial(.init(power: 2)), steps: 30))
        try expectCourse("cosine", rates(.cosine(.init(end: 0.1)), steps: 30))
        try expectCourse("restarts", rates(.cosine(.init(cycles: 3, growth: 2)), steps: 70))
        try expectCourse("one_cycle", rates(.oneCycle(), steps: 30))
        try expectCourse("warm_up", rates(.cosine(), steps: 30, warmUp: 5))
    }

    @Test func plateauFollowsPyTorch() throws {
        let scores = try Fixture("layers/schedules")["scores"].elements
        let plateau = PlateauReduction(factor: 0.5, patience: 2, minimumImprovement: 0.1, minimum: 0.2)
        let found = rates(.plateau(plateau), steps: 20, scores: scores)
        try expectCourse("plateau", found)
        #expect(Set(found) == [1, 0.5, 0.25, 0.2])
    }

    @Test func closedForms() {
        #expect(rates(.constant, steps: 3) == [1, 1, 1])
        #expect(relativeError(rates(.linear, steps: 10), (0..<10).map { 1 - Double($0) / 10 }) < 1e-15)
        #expect(relativeError(rates(.polynomial(.init(power: 1, end: 0.5)), steps: 4), [1, 0.875, 0.75, 0.625]) < 1e-15)
        #expect(rates(.linear, steps: 6, warmUp: 2) == [1.0 / 3, 2.0 / 3, 1, 0.75, 0.5, 0.25])
        // Past the planned end, and of nothing planned.
        #expect(LearningRateSchedule.linear.factor(at: TrainingProgress(step: 12, of: 10)) == 0)
        #expect(LearningRateSchedule.linear.factor(at: TrainingProgress(step: 0, of: 0)) == 1)
        for kind in LearningRateSchedule.Kind.allCases {
            for step in [0, 1, 5] {
                let factor = LearningRateSchedule(kind).factor(at: TrainingProgress(step: step, of: 1))
                #expect((0...1).contains(factor), "\(kind) at \(step)")
            }
        }
    }

    /// Steps within an epoch: some schedules count them, others whole epochs.
    @Test func epochsOfSeveralSteps() {
        func factors(_ schedule: LearningRateSchedule) -> [Double] {
            (0..<6).map { schedule.factor(at: TrainingProgress(step: $0, of: 6, stepsPerEpoch: 2)) }
        }
        #expect(factors(.step(.init(everyEpochs: 2, factor: 0.5))) == [1, 1, 1, 1, 0.5, 0.5])
        let falling = factors(.exponential(.init(factor: 0.25)))
        #expect(relativeError(falling, [1, 0.5, 0.25, 0.125, 0.0625, 0.03125]) < 1e-12)
        let options = TrainingOptions(
            epochs: 3, batchSize: 1, learningRate: 2, schedule: .constant, warmUpEpochs: 1.5)
        let rates = (0..<6).map { options.learningRate(at: TrainingProgress(step: $0, of: 6, stepsPerEpoch: 2)) }
        #expect(rates == [0.5, 1, 1.5, 2, 2, 2])
    }

    /// Cycles whose ends fall between steps: every one starts at the top and comes near the end.
    @Test func cyclesFillTheSteps() {
        let factors = rates(.cosine(.init(cycles: 3)), steps: 100)
        let starts = factors.indices.dropFirst().filter { factors[$0] > factors[$0 - 1] }
        #expect(starts == [34, 67] && factors[0] == 1)
        #expect(starts.allSatisfy { factors[$0] > 0.995 && factors[$0 - 1] < 0.01 } && factors[99] < 0.01)
        #expect(rates(.cosine(.init(cycles: 7)), steps: 49).enumerated().allSatisfy { ($0 % 7 == 0) == ($1 > 0.99) })
    }

    @Test(arguments: LearningRateSchedule.Kind.allCases) func jsonComesBack(kind: LearningRateSchedule.Kind) throws {
        let schedule = LearningRateSchedule(kind)
        let json = try JSONEncoder().encode(schedule)
        #expect(try JSONDecoder().decode(LearningRateSchedule.self, from: json) == schedule && schedule.kind == kind)
    }
}

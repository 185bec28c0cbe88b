import Audio
import Files
import Kernels
import Testing

@Suite struct ClipSplitTests {
    /// Clips of some classes and groups, not the same number of each.
    private func list(_ count: Int, labels: Int, groups: Int, seed: UInt64) -> ClipList {
        var generator = SeededGenerator(seed: seed)
        let clips = (0..<count).map { place in
            ClipList.Clip(
                path: "clip\(place).wav", label: place < 3 * labels ? place % labels : generator.index(below: labels),
                group: "g\(place < groups ? place : generator.index(below: groups))", fold: "\(place % 4)")
        }
        return ClipList(path: "data", labels: (0..<labels).map { "c\($0)" }, clips: clips)
    }

    private func expectParts(_ split: ClipSplit, of list: ClipList) {
        #expect((split.training + split.test).sorted() == Array(list.clips.indices))
        #expect(!split.training.isEmpty && !split.test.isEmpty)
        #expect(split.training == split.training.sorted() && split.test == split.test.sorted())
    }

    /// Whatever the data: no clip on both sides, no group on both sides where groups are asked for, and folds that test
    /// every clip once.
    @Test func partsNeverOverlap() throws {
        for seed in 0..<60 as Range<UInt64> {
            let list = list(40 + Int(seed) * 3, labels: 2 + Int(seed % 4), groups: 5 + Int(seed % 6), seed: seed)
            let files = try list.split(.files(testShare: 0.2), seed: seed)
            expectParts(files, of: list)
            // Every class is on both sides.
            #expect(Set(files.test.map { list.clips[$0].label }).count == list.labels.count)
            for folding in [ClipFolding.files(5), .groups(3), .eachGroup, .eachFold] {
                guard let folds = try? list.folds(folding, seed: seed) else { continue }
                #expect(folds.flatMap(\.test).sorted() == Array(list.clips.indices))
                for fold in folds {
                    expectParts(fold, of: list)
                    let trained = Set(fold.training.map { list.clips[$0].group! })
                    let tested = Set(fold.test.map { list.clips[$0].group! })
                    switch folding {
                    case .groups, .eachGroup: #expect(trained.isDisjoint(with: tested))
                    default: break
                    }
                }
            }
            if let groups = try? list.split(.groups(testShare: 0.3), seed: seed) {
                let trained = Set(groups.training.map { list.clips[$0].group! })
                #expect(trained.isDisjoint(with: groups.test.map { list.clips[$0].group! }))
            }
            let held = list.holdOut(0.1, of: files.training, byGroup: seed % 2 == 0, seed: seed)
            #expect((held.training + held.test).sorted() == files.training)
            #expect(Set(held.training).isDisjoint(with: files.test))
            if seed % 2 == 0 {
                let kept = Set(held.training.map { list.clips[$0].group! })
                #expect(kept.isDisjoint(with: held.test.map { list.clips[$0].group! }))
            }
        }
    }

    @Test func namedPartsAreTaken() throws {
        let list = list(60, labels: 2, groups: 4, seed: 1)
        let group = try list.split(.testGroup("g2"), seed: 1)
        #expect(group.test.allSatisfy { list.clips[$0].group == "g2" })
        #expect(group.training.allSatisfy { list.clips[$0].group != "g2" })
        let fold = try list.split(.testFold("3"), seed: 1)
        #expect(fold.test == list.clips.indices.filter { $0 % 4 == 3 })
        let pattern = try list.split(.testPattern(Wildcard("clip[0-9].wav")), seed: 1)
        #expect(pattern.test == Array(0..<10))
        #expect(fileError { try list.split(.testGroup("g22"), seed: 1) }?.message.contains("\"g2\"") == true)
        #expect(fileError { try list.split(.testPattern(Wildcard("x")), seed: 1) }?.message.contains("no clip") == true)
    }

    @Test func seedsDecide() throws {
        let list = list(80, labels: 2, groups: 6, seed: 1)
        #expect(try list.split(.files(testShare: 0.3), seed: 5) == list.split(.files(testShare: 0.3), seed: 5))
        #expect(try list.split(.files(testShare: 0.3), seed: 5) != list.split(.files(testShare: 0.3), seed: 6))
        #expect(try list.folds(.files(4), seed: 5) == list.folds(.files(4), seed: 5))
    }

    @Test func classesWithOneClipAreTrainedOn() throws {
        let clips = (0..<9).map { ClipList.Clip(path: "\($0).wav", label: $0 == 8 ? 1 : 0) }
        let list = ClipList(path: "data", labels: ["many", "one"], clips: clips)
        let split = try list.split(.files(testShare: 0.9), seed: 1)
        #expect(split.training.contains(8))
        #expect(split.training.count == 2)
        // In a cross-validation its turn to be tested comes, and then nothing is left to learn it from.
        #expect(fileError { try list.folds(.files(3), seed: 1) }?.message.contains("\"one\"") == true)
        // Without groups there is no split by group.
        #expect(fileError { try list.split(.groups(testShare: 0.5), seed: 1) }?.message.contains("no group") == true)
        #expect(fileError { try list.folds(.eachFold, seed: 1) }?.message.contains("no fold") == true)
        let single = ClipList(
            path: "data", labels: ["a", "b"], clips: [.init(path: "0", label: 0), .init(path: "1", label: 1)])
        let error = fileError { try single.split(.files(testShare: 0.5), seed: 1) }
        #expect(error?.message.contains("no clip is left") == true)
        #expect(single.holdOut(0.5, of: [0, 1], byGroup: false, seed: 1).test == [])
    }

    @Test func aClassOfOneGroupCannotBeLeftOut() {
        let clips = [("a", 0), ("a", 0), ("b", 1), ("b", 1)].enumerated().map {
            ClipList.Clip(path: "\($0.offset).wav", label: $0.element.1, group: $0.element.0)
        }
        let list = ClipList(path: "data", labels: ["x", "y"], clips: clips)
        #expect(fileError { try list.folds(.eachGroup, seed: 1) }?.message.contains("\"x\"") == true)
    }
}

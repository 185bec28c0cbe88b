import Cantus
import Testing

@Suite struct SummaryTableTests {
    @Test func ofAChain() {
        let parameters = Parameters(.seed(1))
        let words = Embedding(entries: 500, width: 3, scope: parameters.scope["words"])
        words.weight.isFrozen = true
        let model = Sequential(scope: parameters.scope["net"]) {
            Child { Linear(inputs: 3, outputs: 4, scope: $0) }
            Activation.relu
            LastStep()
        }
        #expect(
            model.summary(of: parameters, input: [2, 5, 3]).table().rendered() == """
                  layer  type      output     weights                 parameters  trainable  memory  output memory
                  ────────────────────────────────────────────────────────────────────────────────────────────────
                  words                       weight [500, 3] frozen       1,500          0  6.0 kB
                  net.0  Linear    [2, 5, 4]  weight [4, 3]                   16         16    64 B          160 B
                                              bias [4]
                  net.1  relu      [2, 5, 4]                                   0          0     0 B          160 B
                  net.2  LastStep  [2, 4]                                      0          0     0 B           32 B
                * all                                                      1,516         16  6.1 kB          352 B

                """)
    }

    @Test func ofParametersAlone() {
        let parameters = Parameters(.seed(1))
        _ = parameters.scope.parameter("scale", [], .zeros)
        _ = Linear(inputs: 3, outputs: 4, scope: parameters.scope["head"])
        #expect(
            parameters.summary().table().rendered() == """
                  layer    weights        parameters  trainable  memory
                  ─────────────────────────────────────────────────────
                  (model)  scale []                1          1     4 B
                  head     weight [4, 3]          16         16    64 B
                           bias [4]
                * all                             17         17    68 B

                """)
    }
}

import Foundation
import Testing

/// Arguments that make no sense.
@Suite struct BadUsageTests {
    private static let train = ["tag", "train", "--data", "questions.tsv", "--output", "other"]
    private static let predict = ["tag", "predict", "model.safetensors", "text"]

    private static let wrong: [([String], [String])] = [
        (["tog"], ["tog"]),
        (["tag", "trian"], ["trian"]),
        (["--bogus"], ["--bogus"]),
        (train + ["--bogus"], ["--bogus"]),
        (["tag", "train", "--data", "questions.tsv"], ["--output"]),
        (["tag", "train", "--output", "other"], ["--data"]),
        (train + ["extra"], ["extra"]),
        (train + ["--epochs", "many"], ["many", "--epochs"]),
        (train + ["--epochs=-1"], ["training.epochs is -1, a whole number from 0 on expected"]),
        (train + ["--seed=-1"], ["-1", "--seed"]),
        (train + ["--seed", "18446744073709551615"], ["seed is \"18446744073709551615\""]),
        (train + ["--epochs", "2000000"], ["training.epochs is 2000000, at most 1048576 expected"]),
        (train + ["--set", "training.epochs=2.5"], ["training.epochs is \"2.5\", a whole number from 0 on expected"]),
        (train + ["--set", "training.epochs=1000000000000000000"], ["at most 1048576 expected"]),
        (train + ["--set", "training.batchSize=1000000000000000000"], ["at most 1048576 expected"]),
        (train + ["--set", "training.replicas=1000000000"], ["at most 256 expected"]),
        (train + ["--model", "lstn"], ["--model", "\"lstn\"", "bilstm", "average expected"]),
        (train + ["--threads", "0"], ["--threads is 0, a number from 1 to 1024 expected"]),
        (train + ["--threads", "1025"], ["--threads is 1025, a number from 1 to 1024 expected"]),
        (train + ["--set", "training.epoch=3"], ["\"training.epoch\"; the nearest is \"training.epochs\""]),
        (train + ["--set", "hidden=3"], ["\"hidden\"; the nearest is \"model.hidden\""]),
        (train + ["--set", "entirely.else=3"], ["unknown key \"entirely.else\""]),
        (train + ["--set", "training.epochs"], ["\"training.epochs\" found, key=value expected"]),
        (train + ["--set", "=3"], ["key=value expected"]),
        (train + ["--set", "training.learningRate=fast"], ["training.learningRate is \"fast\", a number expected"]),
        (train + ["--set", "training.learningRate=nan"], ["training.learningRate is \"nan\", a number expected"]),
        (train + ["--set", "training.learningRate=0"], ["training.learningRate is 0", "a number above 0 expected"]),
        (train + ["--set", "training.optimizer=sdg"], ["training.optimizer.kind is \"sdg\"", "adam, adamw"]),
        (train + ["--set", "training.optimizer.momentum=0.9"], ["unknown key \"training.optimizer.momentum\""]),
        (train + ["--set", "training.schedule=fast"], ["training.schedule.kind is \"fast\"", "oneCycle, plateau"]),
        (train + ["--set", "training.frozen=encodr.*"], ["no parameter has a name like \"encodr.*\"", "encoder.bias_"]),
        (train + ["--set", "training.frozen=*"], ["training.frozen: every parameter is frozen"]),
        (train + ["--set", "training.learningRateFactors=head.*"], ["a pattern and a factor above 0 expected"]),
        (train + ["--set", "model.dropout=1"], ["model.dropout is 1", "from 0 to below 1 expected"]),
        (train + ["--set", "embeddings.frozen=yes"], ["embeddings.frozen is \"yes\", true or false expected"]),
        (train + ["--set", "model.bidirectional=true"], ["unknown key", "a matter of model.kind: lstm or bilstm"]),
        (
            train + ["--model", "average", "--set", "model.hidden=8"],
            ["unknown key \"model.hidden\"; the model average does not have it, but ", "bilstm"]
        ),
        (train + ["--model", "all", "--set", "model.hiden=8"], ["\"model.hiden\"; the nearest is \"model.hidden\""]),
        (train + ["--model", "all", "--set", "model.hidden=0"], ["--set: model.hidden is 0, a whole number from 1 on"]),
        (train + ["--set", "model=lstm"], ["model is \"lstm\", one of the keys within it expected"]),
        (train + ["--set", "text.tokenizer=letters"], ["text.tokenizer is \"letters\"", "whitespace"]),
        (train + ["--set", "text.cleaning=thorough"], ["text.cleaning", "thorough", "technical"]),
        (train + ["--set", "split.validation=0.97"], ["split.validation", "a sum below 1 expected"]),
        (train + ["--set", "subwords.minimumLength=9"], ["subwords.maximumLength"]),
        (predict + ["--top", "0"], ["--top is 0, a number from 1 on expected"]),
        (predict + ["--top=-3"], ["--top is -3"]),
        (predict + ["--threshold", "1.5"], ["--threshold is 1.5, a probability from 0 to 1 expected"]),
        (predict + ["--threshold", "nan"], ["--threshold is nan"]),
        (predict + ["--explain-by", "attention"], ["--explain-by goes with --explain"]),
        (predict + ["--explain", "--explain-by", "words"], ["--explain-by", "gradients", "attention"]),
        (predict + ["--explain", "--explain-by", "attention"], ["needs a model of the kind attention; this one is of"]),
        (predict + ["--top", "1", "--threshold", "0.5"], ["--top and --threshold exclude each other"]),
        (["tag", "predict"], ["<model>"]),
        (["tag", "evaluate", "model.safetensors"], ["--data"]),
        (["inspect"], ["<model>"]),
        (["run"], ["<recipe>"]),
    ]

    @Test(arguments: wrong) func itIsRefusedWithWhatWasExpected(arguments: [String], messages: [String]) throws {
        let folder = try SharedModel.folder()
        let names = folder.names
        let outcome = try Cantus.run(arguments, in: folder)
        expectFailure(outcome, 64)
        for message in messages { #expect(outcome.error.contains(message), "\(message) in: \(outcome.error)") }
        #expect(folder.names == names)
    }

    @Test func theDataAreNeverTheOutput() throws {
        let folder = try TemporaryFolder()
        let table = QuestionGrammar(40).tsv
        try folder.write(table, to: "q.tsv")
        try FileManager.default.createSymbolicLink(atPath: folder["link.tsv"], withDestinationPath: folder["q.tsv"])
        for output in ["q.tsv", "./q.tsv", "link.tsv"] {
            let outcome = try Cantus.run("tag", "train", "--data", "q.tsv", "--output", output, "--force", in: folder)
            expectFailure(outcome, 73, saying: output, "this is the input q.tsv")
        }
        #expect(try folder.text("q.tsv") == table)
    }
}

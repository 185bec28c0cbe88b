import Glibc
import TestSupport
import Testing

/// The text commands as parts of a pipe.
@Suite struct TextPipeTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func stagesPipeIntoEachOther() throws {
        try folder.write(
            "The <b>Cat</b> sat; the cat's 9 lives.\r\n\r\nA dog & a CAT: naïve, http://a.b/c @you", to: "in.txt")
        let script = """
            set -e
            "$0" text clean in.txt | "$0" text tokens | "$0" text vocabulary >piped.tsv
            "$0" text vocabulary in.txt --preset prose >direct.tsv
            "$0" text one-hot in.txt --preset prose --form dense >made.txt
            "$0" text one-hot in.txt --preset prose --form dense --vocabulary direct.tsv >given.txt
            "$0" text vocabulary in.txt --preset prose | "$0" text one-hot in.txt --preset prose --vocabulary - >s.tsv
            """
        #expect(try TextShell.run(script, in: folder) == 0)
        let vocabulary = """
            id\ttoken\tcount
            0\t<pad>\t0
            1\t<unk>\t0
            2\ta\t2
            3\tcat\t2
            4\tthe\t2
            5\tcat's\t1
            6\tdog\t1
            7\tlives\t1
            8\tnaïve\t1
            9\tsat\t1

            """
        #expect(try folder.text("direct.tsv") == vocabulary)
        #expect(try folder.text("piped.tsv") == vocabulary)
        let dense = try folder.text("made.txt")
        #expect(try folder.text("given.txt") == dense)
        // The sparse form is the places of the ones of the dense form.
        var sparse = "line\tstep\tcolumn\n"
        var (line, step) = (1, 0)
        for row in dense.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if row.isEmpty {
                (line, step) = (line + 1, 0)
            } else {
                let columns = row.split(separator: " ")
                #expect(columns.count == 10)
                #expect(columns.filter { $0 == "1" }.count == 1)
                sparse += "\(line)\t\(step)\t\(try #require(columns.firstIndex(of: "1")))\n"
                step += 1
            }
        }
        #expect(line == 4)
        #expect(try folder.text("s.tsv") == sparse)
    }

    private static let titles = "questions/stackoverflow_titles.tsv"

    @Test(.enabled(if: PackageRoot.hasSharedData(titles), "The real questions are not beside the checkout."))
    func realTitlesPipeAsTheyComeDirectly() throws {
        let path = PackageRoot.sharedData(Self.titles)
        let script = """
            set -e
            "$0" text clean --preset technical '\(path)' | "$0" text tokens --tokenizer whitespace |
                "$0" text vocabulary --tokenizer whitespace >piped.tsv
            cat '\(path)' | "$0" text vocabulary --preset technical >direct.tsv
            """
        #expect(try TextShell.run(script, in: folder) == 0)
        let piped = try folder.text("piped.tsv")
        #expect(piped == (try folder.text("direct.tsv")))
        #expect(piped.contains("\tc#\t"))
    }

    /// A caller may have the process ignore SIGPIPE; writing then fails instead.
    @Test(arguments: ["", "trap '' PIPE; "])
    func aReaderThatStopsIsNoError(setting: String) throws {
        try folder.write(String(repeating: "Some words of a long text.\n", count: 100_000), to: "in.txt")
        #expect(try TextShell.run("(\(setting)\"$0\" text clean in.txt) 2>err | head -n 1 >out", in: folder) == 0)
        #expect(try folder.text("out") == "some words of a long text\n")
        #expect(try folder.text("err") == "")
    }

    @Test(.enabled(if: access("/dev/full", W_OK) == 0, "There is no /dev/full here."))
    func aFullDiskIsAnError() throws {
        try folder.write("word\n", to: "in.txt")
        #expect(try TextShell.run("\"$0\" text clean in.txt >/dev/full 2>err", in: folder) == 74)
        #expect(try folder.text("err").hasPrefix("cantus: standard output: writing failed"))
    }

    @Test func aMissingFolderForTheSpooledTokensIsNamed() throws {
        try folder.write("word\n", to: "in.txt")
        #expect(try TextShell.run("TMPDIR=/none \"$0\" text one-hot in.txt 2>err >out", in: folder) == 73)
        #expect(try folder.text("err").hasPrefix("cantus: /none/cantus."))
        #expect(try folder.text("out") == "")
    }

    /// Lines are passed on as they come: whoever types them sees their tokens at once.
    @Test func linesArePassedOnBeforeTheInputEnds() throws {
        let script = """
            mkfifo in out
            "$0" text tokens <in >out &
            exec 3>in 4<out
            echo 'one two' >&3
            read -r line <&4
            echo "$line" >seen
            exec 3>&-
            wait
            """
        #expect(try TextShell.run("timeout 20 sh -c '\(script.replacing("'", with: "'\\''"))' \"$0\"", in: folder) == 0)
        #expect(try folder.text("seen") == "one two\n")
    }

    /// Ctrl-C ends what feeds the pipe too; what came until then must not pass for the whole.
    @Test func aStoppedRunLeavesNoOutput() throws {
        let script = """
            mkfifo in
            "$0" text clean --output out.txt <in 2>err &
            exec 3>in
            echo 'one two' >&3
            until ls out.txt.partial >/dev/null 2>&1; do sleep 0.05; done
            kill -INT $!
            exec 3>&-
            wait $!
            """
        let code = try TextShell.run(
            "timeout 20 sh -c '\(script.replacing("'", with: "'\\''"))' \"$0\"", in: folder)
        #expect(code == 130)
        #expect(folder.names == ["err", "in"])
        #expect(try folder.text("err") == "")
    }
}

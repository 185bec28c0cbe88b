import Audio
import CSndFile
import Files
import Testing

@Suite struct ClipListTests {
    @Test func patternsReadNames() throws {
        let digits = try NamePattern("{label}_{group}_{index}.wav")
        #expect(digits.fields(of: "a/b/7_ann_32.wav") == ["label": "7", "group": "ann", "index": "32"])
        #expect(digits.fields(of: "7_ann.wav") == nil)
        #expect(digits.fields(of: "7_ann_32.flac") == nil)
        #expect(digits.fields(of: "_ann_32.wav") == nil)
        let folders = try NamePattern("{group}/{label}-{}.flac")
        #expect(folders.fields(of: "x/anna/yes-1-2.flac")?["group"] == "anna")
        #expect(folders.fields(of: "yes-1.flac") == nil)
        // A field takes as little as will do.
        #expect(try NamePattern("{label}-{group}").fields(of: "a-b-c") == ["label": "a", "group": "b-c"])
    }

    @Test(arguments: ["{group}_x", "{label", "label}", "{label}{group}", "{label}_{label}", "plain"])
    func patternsWithoutSenseAreRefused(pattern: String) {
        #expect(throws: NamePattern.Invalid.self) { try NamePattern(pattern) }
    }

    @Test func wildcardsMatchNames() {
        let test = Wildcard("*_[0-4].wav")
        #expect(test.matches("data/7_ann_4.wav"))
        #expect(!test.matches("data/7_ann_14.wav"))
        #expect(!test.matches("data/7_ann_5.wav"))
        #expect(Wildcard("test/*").matches("data/test/a.wav"))
        #expect(!Wildcard("test/*").matches("data/train/a.wav"))
    }

    private func folder(_ names: [String]) throws -> SoundFolder {
        let folder = try SoundFolder()
        for name in names { try folder.write("", to: name) }
        return folder
    }

    @Test func aFolderAClass() throws {
        let folder = try folder([
            "dog/b.wav", "dog/a.flac", "cat/c.WAV", "10/x.ogg", "2/deep/er/x.ogg", "dog/notes.txt", ".hidden/x.wav",
        ])
        let list = try ClipList.read(path: folder.path)
        #expect(list.labels == ["2", "10", "cat", "dog"])
        let files = ["10/x.ogg", "2/deep/er/x.ogg", "cat/c.WAV", "dog/a.flac", "dog/b.wav"]
        #expect(list.clips.map(\.path) == files.map { folder[$0] })
        #expect(list.clips.map { list.labels[$0.label] } == ["10", "2", "cat", "dog", "dog"])
        #expect(list.labelCounts == [1, 1, 1, 2])
        #expect(list.groups == [] && list.folds == [])
    }

    @Test func foldersThatAreNoDataSetAreRefused() throws {
        #expect(fileError { try ClipList.read(path: "/nowhere/at/all") }?.kind == .missing)
        let empty = try folder(["dog/readme.txt"])
        #expect(fileError { try ClipList.read(path: empty.path) }?.message.contains("no sound file") == true)
        let mixed = try folder(["dog/a.wav", "b.wav"])
        #expect(fileError { try ClipList.read(path: mixed.path) }?.path == mixed["b.wav"])
        let dogs = try folder(["dog/a.wav", "dog/b.wav"])
        let single = try ClipList.read(path: dogs.path)
        #expect(fileError { try single.requireClasses() }?.message.contains("one class") == true)
        let pattern = try NamePattern("{label}_{group}.wav")
        let misnamed = try folder(["a_b.wav", "c.wav"])
        #expect(fileError { try ClipList.read(path: misnamed.path, pattern: pattern) }?.path == misnamed["c.wav"])
        #expect(fileError { try ClipList.read(path: misnamed["c.wav"]) }?.kind == .malformed)
    }

    @Test func manifestsAreRead() throws {
        let folder = try folder(["audio/1.wav", "audio/2.wav", "3.wav"])
        try folder.write(
            "filename,fold,target,category,speaker\n1.wav,1,0,dog,\"x, y\"\n2.wav,2,1,rain,z\n3.wav,1,0,dog,\n",
            to: "esc.csv")
        let list = try ClipList.read(path: folder["esc.csv"])
        #expect(list.labels == ["dog", "rain"])
        #expect(list.clips.map(\.path) == [folder["audio/1.wav"], folder["audio/2.wav"], folder["3.wav"]])
        #expect(list.clips.map(\.fold) == ["1", "2", "1"])
        #expect(list.clips.map(\.group) == ["x, y", "z", nil])
        #expect(list.clips[1].attributes == ["target": "1"])
    }

    /// ESC-50's own layout: the table in one folder, the sounds in another beside it.
    @Test func soundsMayLieBesideTheFolderOfTheTable() throws {
        let folder = try folder(["audio/1-100032-A-0.wav", "audio/1-100038-A-14.wav"])
        try folder.write(
            "filename,fold,target,category,esc10,src_file,take\n1-100032-A-0.wav,1,0,dog,True,100032,A\n"
                + "1-100038-A-14.wav,1,14,chirping_birds,False,100038,A\n", to: "meta/esc50.csv")
        let list = try ClipList.read(path: folder["meta/esc50.csv"])
        #expect(list.labels == ["chirping_birds", "dog"])
        #expect(list.clips.map(\.label) == [1, 0])
        #expect(list.folds == ["1"])
    }

    @Test(arguments: [
        ("filename,label\nmissing.wav,dog\n", 2, "no file"), ("filename,label\n1.wav,\n", 2, "no label"),
        ("filename,label\n1.wav,a\n1.wav,b\n", 3, "line 2"), ("filename,label\n,a\n", 2, "no file name"),
        ("file_name,label\n1.wav,a\n", 1, "\"filename\""), ("filename,kind\n1.wav,a\n", 1, "\"category\""),
        ("filename,label\n1.wav,a,b\n", 2, "3 fields"),
    ])
    func manifestsThatAreWrongAreRefusedByLine(text: String, line: Int, words: String) throws {
        let folder = try folder(["1.wav"])
        try folder.write(text, to: "list.csv")
        let error = try #require(fileError { try ClipList.read(path: folder["list.csv"]) })
        #expect(error.place == .line(line))
        #expect(error.message.contains(words), "\(error)")
    }

    @Test func relabellingKeepsTheModelsOrder() throws {
        let folder = try folder(["dog/a.wav", "cat/a.wav"])
        let list = try ClipList.read(path: folder.path)
        let relabelled = try list.relabelled(["wolf", "dog", "cat"])
        #expect(relabelled.clips.map(\.label) == [2, 1])
        #expect(fileError { try list.relabelled(["dog", "cats"]) }?.message.contains("\"cats\"") == true)
    }
}

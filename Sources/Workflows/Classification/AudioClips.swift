import Audio
import Files
import Kernels

/// Labelled sounds at one rate, cut into chunks; what memory should not hold stands in a temporary file.
package struct AudioClips: Sendable {
    /// One sound file.
    struct File: Sendable {
        let path: String
        let label: Int32
        let sound: StoredSound
        /// The samples of each chunk; silence that fills the last one up is not among them.
        let chunks: [Range<Int>]
    }

    let list: ClipList
    let files: [File]
    let sampleRate: Int
    /// Where the samples are.
    let store = SampleStore()

    var labels: [String] { list.labels }
    var chunkCount: Int { files.reduce(0) { $0 + $1.chunks.count } }

    /// Reads what a recipe says of a folder or manifest.
    ///
    /// - Throws: `FileError` where a file cannot be read, or there is nothing to tell apart; `RecipeError` for a
    ///   pattern that cannot be.
    package init(path: String, recipe: AudioRecipe, pool: WorkerPool) throws {
        let list = try ClipList.read(path: path, pattern: recipe.namePattern)
        try list.requireClasses()
        try self.init(list, recipe: recipe, pool: pool)
    }

    /// Reads the files of a list.
    init(_ list: ClipList, recipe: AudioRecipe, pool: WorkerPool) throws {
        let rate = try recipe.clips.sampleRate > 0 ? recipe.clips.sampleRate : Self.usualRate(list, pool: pool)
        let read = Slots<Result<File, any Error>>(count: list.clips.count)
        let store = store
        pool.run(list.clips.count) { place in
            read[place] = Result {
                let clip = list.clips[place]
                let sound = try store.keep(SampleStream(file: clip.path, sampleRate: rate))
                guard sound.sampleCount > 0 else {
                    throw FileError.malformed(
                        clip.path, .file, "too few frames to make one sample at \(rate) Hz were found")
                }
                return File(
                    path: clip.path, label: Int32(clip.label), sound: sound,
                    chunks: recipe.chunking.ranges(sampleCount: sound.sampleCount, sampleRate: rate))
            }
        }
        files = try list.clips.indices.map { try read[$0]!.get() }
        (self.list, sampleRate) = (list, rate)
    }

    /// What a reader of the report should know about the data.
    var remarks: [String] {
        switch files.count(where: \.sound.isSilent) {
        case 0: []
        case 1: ["1 file is wholly silent; it is kept."]
        case let count: ["\(count) files are wholly silent; they are kept."]
        }
    }

    /// Sounds at higher rates are brought down to this one where the recipe does not say otherwise.
    private static let highestUsualRate = 16_000

    /// The rate that most files have, the lowest of several, and no more than `highestUsualRate`.
    private static func usualRate(_ list: ClipList, pool: WorkerPool) throws -> Int {
        let read = Slots<Result<Int, any Error>>(count: list.clips.count)
        pool.run(list.clips.count) { place in
            read[place] = Result { try AudioInfo.read(path: list.clips[place].path).sampleRate }
        }
        let rates = try list.clips.indices.map { try read[$0]!.get() }
        let counts = Dictionary(rates.map { ($0, 1) }, uniquingKeysWith: +)
        let usual = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? highestUsualRate
        return min(usual, highestUsualRate)
    }
}

extension AudioRecipe {
    /// The pattern of file names; nil where there is none.
    ///
    /// - Throws: `RecipeError` for one that cannot be.
    var namePattern: NamePattern? {
        get throws {
            guard !clips.pattern.isEmpty else { return nil }
            do {
                return try NamePattern(clips.pattern)
            } catch {
                throw RecipeError("clips.pattern: \(error)", keys: ["clips.pattern"])
            }
        }
    }
}

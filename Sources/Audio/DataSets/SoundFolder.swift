import Files
import Glibc

/// The sound files in a folder and the folders below it.
enum SoundFolder {
    /// Paths relative to the folder, in the order of their bytes. Links to folders are followed once.
    ///
    /// - Throws: `FileError` where a folder cannot be read.
    static func files(in folder: String) throws -> [String] {
        var files: [String] = []
        var seen: Set<[UInt64]> = []
        try collect(folder, "", &files, &seen)
        return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func collect(
        _ folder: String, _ prefix: String, _ files: inout [String], _ seen: inout Set<[UInt64]>
    ) throws {
        guard let stream = opendir(folder) else {
            throw FileError(.missing, path: folder, "the folder cannot be read: \(InputFile.systemMessage())")
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix(".") else { continue }
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                guard seen.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted else { continue }
                try collect("\(folder)/\(name)", "\(prefix)\(name)/", &files, &seen)
            } else if let dot = name.lastIndex(of: "."),
                ClipList.extensions.contains(name[name.index(after: dot)...].lowercased())
            {
                files.append(prefix + name)
            }
        }
    }
}

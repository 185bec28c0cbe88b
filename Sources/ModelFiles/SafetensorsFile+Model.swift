import Files

/// What the file of a model, of whatever job, says of itself in its metadata.
package enum ModelMetadata {
    /// The version of the layout; a reader refuses one that it does not know.
    package static let formatKey = "cantus.format"
    package static let jobKey = "cantus.job"
    /// The layout that this version writes.
    package static let format = "1"
}

extension SafetensorsFile {
    /// The job that the model in this file does.
    ///
    /// - Parameter writer: The command that writes such files and its verb, for the message: "`cantus` trained".
    /// - Throws: `FileError` of kind `.malformed` where the file is not a model of this project, or one of a layout that
    ///   this version does not know.
    package func modelJob(writer: String) throws -> String {
        guard let job = metadata[ModelMetadata.jobKey], let format = metadata[ModelMetadata.formatKey] else {
            throw FileError.malformed(
                path, .file,
                "a safetensors file without the metadata of a Cantus model found; a file that "
                    + "\(writer) is expected")
        }
        guard format == ModelMetadata.format else {
            throw FileError.malformed(path, .file, "format \(format) found, format \(ModelMetadata.format) expected")
        }
        return job
    }

    /// The error where a model does another job than the one that is wanted.
    package func wrongJob(_ job: String, expected: String) -> FileError {
        .malformed(path, .file, "a model of the job \"\(job)\" found, one of \"\(expected)\" expected")
    }

    /// Says in the metadata what this file is.
    package mutating func describeModel(job: String) {
        metadata[ModelMetadata.formatKey] = ModelMetadata.format
        metadata[ModelMetadata.jobKey] = job
    }
}

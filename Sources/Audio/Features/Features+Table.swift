extension Features {
    /// Writes the line of CSV that names the columns of `writeTable`.
    public static func writeTableHeader(channelCount: Int, to write: (String) throws -> Void) throws {
        try write("seconds" + (0..<channelCount).map { ",channel_\($0)" }.joined() + "\n")
    }

    /// Writes the features as CSV, a line a frame: its time in seconds, then its channels.
    ///
    /// - Parameter firstFrame: The number of the first frame here, counted from the start of the sound.
    public func writeTable(frameSeconds: Double, firstFrame: Int, to write: (String) throws -> Void) throws {
        for frame in 0..<frameCount {
            // Counted in microseconds, so that no digits of rounding show.
            let microseconds = (Double(firstFrame + frame) * frameSeconds * 1e6).rounded()
            try write("\(microseconds / 1e6)" + self.frame(frame).map { ",\($0)" }.joined() + "\n")
        }
    }
}

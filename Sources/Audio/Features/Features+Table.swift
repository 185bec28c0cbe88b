extension Features {
    /// Writes the features as CSV, a line a frame: its time in seconds, then its channels.
    public func writeTable(frameSeconds: Double, to write: (String) throws -> Void) throws {
        try write("seconds" + (0..<channelCount).map { ",channel_\($0)" }.joined() + "\n")
        for frame in 0..<frameCount {
            // Counted in microseconds, so that no digits of rounding show.
            let microseconds = (Double(frame) * frameSeconds * 1e6).rounded()
            try write("\(microseconds / 1e6)" + self.frame(frame).map { ",\($0)" }.joined() + "\n")
        }
    }
}

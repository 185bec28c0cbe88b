import CSampleRate

/// Changes the rate of a mono stream by band-limited interpolation (libsamplerate's medium sinc converter: 121 dB
/// between signal and noise, 90 % of the bandwidth kept). Output is in time with the input.
public final class Resampler {
    /// Output samples for each input sample.
    public let ratio: Double
    private let state: OpaquePointer
    private var block = [Float](repeating: 0, count: 4096)

    /// The rates that can be told apart by a ratio that libsamplerate takes: 1/256 to 256.
    public static let maximumRatio = 256.0

    public init(from inputRate: Int, to outputRate: Int) {
        ratio = Double(outputRate) / Double(inputRate)
        precondition(
            inputRate > 0 && outputRate > 0 && src_is_valid_ratio(ratio) != 0,
            "resampling from \(inputRate) to \(outputRate) Hz")
        var status: Int32 = 0
        guard let state = src_new(Int32(SRC_SINC_MEDIUM_QUALITY), 1, &status) else {
            preconditionFailure("no resampler: \(String(cString: src_strerror(status)))")
        }
        self.state = state
    }

    deinit { src_delete(state) }

    /// Appends what can be said of the output by now.
    ///
    /// - Parameter isLast: Whether no input follows; the tail is then given out, too.
    public func process(_ input: UnsafeBufferPointer<Float>, isLast: Bool, appendingTo output: inout [Float]) {
        var used = 0
        while true {
            let (taken, made) = block.withUnsafeMutableBufferPointer { block in
                var data = SRC_DATA()
                data.data_in = input.baseAddress.map { $0 + used }
                data.input_frames = input.count - used
                data.data_out = block.baseAddress
                data.output_frames = block.count
                data.end_of_input = isLast ? 1 : 0
                data.src_ratio = ratio
                let status = src_process(state, &data)
                precondition(status == 0, "resampling failed: \(String(cString: src_strerror(status)))")
                return (data.input_frames_used, data.output_frames_gen)
            }
            used += taken
            output.append(contentsOf: block[..<made])
            if made == 0 || (used == input.count && made < block.count) { return }
        }
    }
}

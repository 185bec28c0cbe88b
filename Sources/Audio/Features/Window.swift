import Glibc

/// What a frame is multiplied by before its transform, so that its ends do not count as steps.
///
/// Periodic windows: of length N they are the first N values of a symmetric one of length N + 1.
public enum Window: String, Codable, CaseIterable, Sendable {
    /// 0.5 - 0.5 cos(2 pi n / N)
    case hann
    /// 0.54 - 0.46 cos(2 pi n / N)
    case hamming
    /// 0.42 - 0.5 cos(2 pi n / N) + 0.08 cos(4 pi n / N)
    case blackman
    /// 1
    case rectangular

    public func values(count: Int) -> [Float] {
        (0..<count).map { n in
            let angle = 2 * Double.pi * Double(n) / Double(count)
            switch self {
            case .hann: return Float(0.5 - 0.5 * cos(angle))
            case .hamming: return Float(0.54 - 0.46 * cos(angle))
            case .blackman: return Float(0.42 - 0.5 * cos(angle) + 0.08 * cos(2 * angle))
            case .rectangular: return 1
            }
        }
    }
}

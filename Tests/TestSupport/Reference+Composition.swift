extension Reference {
    /// Row n's step that `source` tells of (step, length), for each valid step; zeros behind. x `[rows, steps, width]`.
    public static func steps(
        _ x: [Double], steps: Int, lengths: [Int], from source: (_ step: Int, _ length: Int) -> Int
    ) -> [Double] {
        let width = x.count / (steps * lengths.count)
        return lengths.enumerated().flatMap { row, length in
            (0..<steps).flatMap { step in
                (0..<width).map { feature in
                    step < length ? x[(row * steps + source(step, length)) * width + feature] : 0
                }
            }
        }
    }

    /// Each row's last valid step; zeros where there is none.
    public static func lastStep(_ x: [Double], steps: Int, lengths: [Int]) -> [Double] {
        let width = x.count / (steps * lengths.count)
        return lengths.enumerated().flatMap { row, length in
            (0..<width).map { length == 0 ? 0 : x[(row * steps + length - 1) * width + $0] }
        }
    }
}

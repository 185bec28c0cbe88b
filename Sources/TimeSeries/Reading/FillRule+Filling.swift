extension FillRule {
    /// Fills what is missing. Returns how many values were filled.
    func fill(_ values: inout [Double]) -> Int {
        switch self {
        case .none: return 0
        case .zero:
            var filled = 0
            for step in values.indices where values[step].isNaN {
                values[step] = 0
                filled += 1
            }
            return filled
        case .linear, .previous:
            guard var last = values.firstIndex(where: { !$0.isNaN }) else { return 0 }
            var filled = 0
            for step in values.indices[(last + 1)...] where !values[step].isNaN {
                let slope = self == .linear ? (values[step] - values[last]) / Double(step - last) : 0
                for missing in values.indices[(last + 1)..<step] {
                    values[missing] = values[last] + slope * Double(missing - last)
                    filled += 1
                }
                last = step
            }
            guard self == .previous else { return filled }
            for missing in values.indices[(last + 1)...] {
                values[missing] = values[last]
                filled += 1
            }
            return filled
        }
    }
}

extension SafetensorsFile {
    /// The element types of the format that are recognised; the raw value is the name in the header.
    public enum DataType: String, Hashable, Sendable, CaseIterable {
        case float64 = "F64"
        case float32 = "F32"
        case float16 = "F16"
        case bfloat16 = "BF16"
        case int64 = "I64"
        case int32 = "I32"
        case int16 = "I16"
        case int8 = "I8"
        case uint8 = "U8"
        case bool = "BOOL"

        /// The size of one element in bytes.
        public var byteCount: Int {
            switch self {
            case .float64, .int64: 8
            case .float32, .int32: 4
            case .float16, .bfloat16, .int16: 2
            case .int8, .uint8, .bool: 1
            }
        }

        /// `F64, F32 or F16`, for messages.
        static func list(_ types: some Collection<DataType>) -> String {
            let names = types.map(\.rawValue)
            guard let last = names.last, names.count > 1 else { return names.first ?? "none" }
            return names.dropLast().joined(separator: ", ") + " or " + last
        }
    }

    /// The number of elements of a shape, nil where it exceeds `Int.max`; 1 for the shape of a scalar, `[]`.
    static func elementCount(_ shape: [Int]) -> Int? {
        var count = 1
        for extent in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }
}

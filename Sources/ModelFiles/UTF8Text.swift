/// Text from bytes that need not be valid UTF-8.
enum UTF8Text {
    /// The first byte that is not valid UTF-8, counted from the start of the bytes.
    struct Invalid: Error {
        let offset: Int
    }

    /// The bytes as text.
    static func decoded(_ bytes: UnsafeRawBufferPointer) throws(Invalid) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        throw Invalid(offset: firstInvalidOffset(bytes))
    }

    private static func firstInvalidOffset(_ bytes: UnsafeRawBufferPointer) -> Int {
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var offset = 0
        while true {
            switch parser.parseScalar(from: &rest) {
            case .valid(let scalar): offset += scalar.count
            case .error, .emptyInput: return offset
            }
        }
    }
}

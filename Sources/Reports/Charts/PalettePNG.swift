/// A picture of points whose colours come from `ColourMap`, as a PNG file (ISO/IEC 15948) of eight bits a point.
///
/// Its data stand in deflate's stored blocks (RFC 1951, 3.2.4), uncompressed: nothing but two checksums is computed,
/// and pictures within a page are small anyway.
enum PalettePNG {
    /// - Parameter points: `[height, width]`, indices of `ColourMap.palette`, the top row first.
    static func bytes(width: Int, height: Int, points: [UInt8]) -> [UInt8] {
        precondition(points.count == width * height, "\(points.count) points of \(width) by \(height)")
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        // Eight bits, by a palette, deflated, without filter selection, not interlaced.
        append(&file, "IHDR", bigEndian(width) + bigEndian(height) + [8, 3, 0, 0, 0])
        append(&file, "PLTE", ColourMap.palette.flatMap { [$0.0, $0.1, $0.2] })
        var rows: [UInt8] = []
        rows.reserveCapacity((width + 1) * height)
        for row in 0..<height {
            rows.append(0)  // no filter
            rows.append(contentsOf: points[row * width..<(row + 1) * width])
        }
        append(&file, "IDAT", stored(rows))
        append(&file, "IEND", [])
        return file
    }

    private static func append(_ file: inout [UInt8], _ type: String, _ data: [UInt8]) {
        let body = Array(type.utf8) + data
        file += bigEndian(data.count) + body + bigEndian(Int(checksum(body)))
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// zlib's wrapping (RFC 1950) of stored blocks.
    private static func stored(_ data: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        let largest = 65_535
        var start = 0
        repeat {
            let count = min(largest, data.count - start)
            stream.append(start + count == data.count ? 1 : 0)
            stream += [UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8 & 255)]
            stream += data[start..<start + count]
            start += count
        } while start < data.count
        // Adler's checksum.
        var (low, high) = (1, 0)
        for byte in data {
            low = (low + Int(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return stream + bigEndian(high << 16 | low)
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    /// The cyclic redundancy check of 32 bits.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { table[Int(($0 ^ UInt32($1)) & 255)] ^ ($0 >> 8) }
    }

    /// RFC 4648.
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let three = (0..<3).map { start + $0 < bytes.count ? Int(bytes[start + $0]) : 0 }
            let value = three[0] << 16 | three[1] << 8 | three[2]
            let present = min(3, bytes.count - start)
            for place in 0..<4 {
                text.append(place <= present ? alphabet[value >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

import Glibc

/// Colours for numbers from 0 to 1, from deep blue over red and orange to light yellow.
///
/// Lightness rises evenly in the OKLab space (Ottosson 2020, "A perceptual color space for image processing"), so that
/// equal steps look equal, also without colour.
enum ColourMap {
    /// 256 colours, as red, green and blue.
    static let palette: [(UInt8, UInt8, UInt8)] = (0..<256).map { colour(Double($0) / 255) }

    /// The colour of a number, which is brought into 0...1, as `#rrggbb`.
    static func hexadecimal(_ value: Double) -> String {
        let colour = palette[index(value)]
        return "#" + [colour.0, colour.1, colour.2].map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    static func index(_ value: Double) -> Int { Int((min(max(value, 0), 1) * 255).rounded()) }

    private static func colour(_ value: Double) -> (UInt8, UInt8, UInt8) {
        let lightness = 0.16 + 0.79 * value
        let hue = (280 + 180 * value) * .pi / 180
        // Less colour at both ends, where screens have less to give: all of these they can show.
        let chroma = 0.08 + 0.06 * sin(.pi * value)
        let (a, b) = (chroma * cos(hue), chroma * sin(hue))
        let l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b)
        let m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b)
        let s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b)
        return (
            byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            byte(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s))
    }

    private static func cube(_ value: Double) -> Double { value * value * value }

    /// From linear light to a byte of sRGB.
    private static func byte(_ linear: Double) -> UInt8 {
        let light = min(max(linear, 0), 1)
        let encoded = light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
        return UInt8((encoded * 255).rounded())
    }
}

import Foundation

/// A blurred placeholder of a picture as a short text.
///
/// Spec: the Blurhash algorithm description, https://github.com/woltapp/blurhash/blob/master/Algorithm.md.
enum Blurhash {
    private static let digits = Array(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
    )
    private static let (across, down) = (4, 3)

    private struct Colour {
        var (r, g, b) = (0.0, 0.0, 0.0)
        var largest: Double { max(abs(r), abs(g), abs(b)) }
    }

    /// Encodes pixels of three bytes each, row by row; nil when there are fewer than the sides say.
    static func encode(_ pixels: [UInt8], width: Int, height: Int) -> String? {
        guard width > 0, height > 0, width <= 1_024, height <= 1_024, pixels.count >= width * height * 3
        else { return nil }
        let linear = (0...255).map { linearize(Double($0) / 255) }
        var factors: [Colour] = []
        for y in 0..<down {
            for x in 0..<across { factors.append(factor(x, y, pixels, width, height, linear)) }
        }
        let (average, rest) = (factors[0], factors.dropFirst())
        let largest = rest.map(\.largest).max() ?? 0
        let scale = min(max(Int((largest * 166 - 0.5).rounded(.down)), 0), 82)
        let maximum = Double(scale + 1) / 166
        var text = number(across - 1 + (down - 1) * 9, 1) + number(scale, 1)
        text += number(byte(average.r) << 16 | byte(average.g) << 8 | byte(average.b), 4)
        for colour in rest {
            let parts = [colour.r, colour.g, colour.b].map { quantize($0 / maximum) }
            text += number(parts[0] * 361 + parts[1] * 19 + parts[2], 2)
        }
        return text
    }

    private static func factor(
        _ x: Int,
        _ y: Int,
        _ pixels: [UInt8],
        _ width: Int,
        _ height: Int,
        _ linear: [Double]
    ) -> Colour {
        var sum = Colour()
        for row in 0..<height {
            let vertical = cos(.pi * Double(y) * Double(row) / Double(height))
            for column in 0..<width {
                let basis = vertical * cos(.pi * Double(x) * Double(column) / Double(width))
                let start = (row * width + column) * 3
                sum.r += basis * linear[Int(pixels[start])]
                sum.g += basis * linear[Int(pixels[start + 1])]
                sum.b += basis * linear[Int(pixels[start + 2])]
            }
        }
        let scale = (x == 0 && y == 0 ? 1.0 : 2.0) / Double(width * height)
        return Colour(r: sum.r * scale, g: sum.g * scale, b: sum.b * scale)
    }

    private static func quantize(_ value: Double) -> Int {
        let root = pow(abs(value), 0.5) * (value < 0 ? -1 : 1)
        return min(max(Int((root * 9 + 9.5).rounded(.down)), 0), 18)
    }

    private static func linearize(_ value: Double) -> Double {
        value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }

    private static func byte(_ linear: Double) -> Int {
        let value = min(max(linear, 0), 1)
        let encoded = value <= 0.0031308 ? value * 12.92 : 1.055 * pow(value, 1 / 2.4) - 0.055
        return Int(encoded * 255 + 0.5)
    }

    private static func number(_ value: Int, _ length: Int) -> String {
        var (rest, text) = (value, "")
        for _ in 0..<length {
            text = String(digits[rest % 83]) + text
            rest /= 83
        }
        return text
    }
}

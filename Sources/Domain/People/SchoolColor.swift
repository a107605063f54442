import Foundation

/// A school's colour, and the shades of it that can be read.
public struct SchoolColor: Sendable, Hashable, CustomStringConvertible {
    private let red: UInt8
    private let green: UInt8
    private let blue: UInt8

    /// Reads `#0b5c8a`, with or without the sign, in either case; anything else is nil.
    public init?(_ text: String) {
        let digits = Array(text.utf8.first == UInt8(ascii: "#") ? text.utf8.dropFirst() : text.utf8[...])
        guard digits.count == 6 else { return nil }
        func byte(_ place: Int) -> UInt8? {
            UInt8(String(decoding: digits[place..<(place + 2)], as: UTF8.self), radix: 16)
        }
        // A number may have a sign; a colour may not.
        guard digits.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }), let red = byte(0),
            let green = byte(2), let blue = byte(4)
        else { return nil }
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    private init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// White.
    public static let white = SchoolColor(255, 255, 255)
    /// Black.
    public static let black = SchoolColor(0, 0, 0)

    /// The colour as CSS and forms write it, such as `#0b5c8a`.
    public var description: String {
        "#"
            + [red, green, blue].map { byte in
                let text = String(byte, radix: 16)
                return text.utf8.count == 1 ? "0\(text)" : text
            }.joined()
    }

    /// How much two colours differ in lightness, from 1 to 21.
    ///
    /// Spec: WCAG 2.1, contrast ratio.
    public func contrast(with other: SchoolColor) -> Double {
        let (light, dark) = (max(luminance, other.luminance), min(luminance, other.luminance))
        return (light + 0.05) / (dark + 0.05)
    }

    /// The colour itself, or the nearest shade of it that text on all of some backgrounds can have.
    ///
    /// Lighter on dark ones, darker on light ones; the contrast is 4.5 at least, as WCAG 2.1 AA asks (1.4.3).
    public func readable(on backgrounds: [SchoolColor]) -> SchoolColor {
        let isDark = backgrounds.allSatisfy { $0.contrast(with: .white) > $0.contrast(with: .black) }
        let end = isDark ? SchoolColor.white : .black
        for step in 0..<20 {
            let shade = mixed(with: end, Double(step) / 20)
            if backgrounds.allSatisfy({ shade.contrast(with: $0) >= 4.5 }) { return shade }
        }
        return end
    }

    /// White or black, whichever is read better on this colour.
    public var ink: SchoolColor { contrast(with: .white) >= contrast(with: .black) ? .white : .black }

    private func mixed(with other: SchoolColor, _ share: Double) -> SchoolColor {
        func mix(_ own: UInt8, _ other: UInt8) -> UInt8 {
            UInt8((Double(own) * (1 - share) + Double(other) * share).rounded())
        }
        return SchoolColor(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }

    private var luminance: Double {
        func linear(_ byte: UInt8) -> Double {
            let part = Double(byte) / 255
            return part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }
}

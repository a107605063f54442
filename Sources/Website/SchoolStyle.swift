import Domain

/// A school's colour as a stylesheet: shades of it that can be read on light and on dark pages.
enum SchoolStyle {
    /// The paper and the card of the stylesheet, in both kinds of light.
    private static let light = ["#fbfaf7", "#ffffff"].compactMap { SchoolColor($0) }
    private static let dark = ["#15181d", "#1d2128"].compactMap { SchoolColor($0) }

    static func text(_ color: SchoolColor?) -> String {
        guard let color else { return "" }
        let (bright, dim) = (color.readable(on: light), color.readable(on: dark))
        return """
            :root { --accent: \(bright); --on-accent: \(bright.ink); }
            @media (prefers-color-scheme: dark) { :root { --accent: \(dim); --on-accent: \(dim.ink); } }

            """
    }
}

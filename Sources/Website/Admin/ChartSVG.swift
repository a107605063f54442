import Content

/// Draws small charts as SVG, on the server: no script, no style of their own, and the numbers in words besides.
///
/// Colours are the stylesheet's, by class. A chart is one picture to whoever hears the page: its name says what it shows,
/// and the table under it has each number.
enum ChartSVG {
    /// One bar, or one place of bars that stand on each other.
    struct Bar {
        /// What it stands for, such as `14:00`.
        let label: String
        /// The lower part.
        let value: Int
        /// What stands on it, in the colour of what went wrong.
        var failed = 0
        /// How the number is told; nil: as it is.
        var shown: String?

        var sum: Int { value + failed }
    }

    private static let (width, height) = (340, 120)

    /// Upright bars, such as one for each hour; every `step`th is named below.
    static func columns(_ name: String, _ bars: [Bar], step: Int) -> String {
        let (top, bottom) = (18, 22)
        let room = height - top - bottom
        let most = max(bars.map(\.sum).max() ?? 0, 1)
        let slot = Double(width) / Double(max(bars.count, 1))
        var svg = open(name, bars, height: height)
        svg += "<text class=\"tick\" x=\"0\" y=\"12\">\(most)</text>"
        svg +=
            "<line class=\"axis\" x1=\"0\" x2=\"\(width)\" y1=\"\(height - bottom)\" y2=\"\(height - bottom)\"/>"
        for (number, bar) in bars.enumerated() {
            let x = Double(number) * slot
            let whole = length(bar.sum, of: most, in: room)
            let failed = bar.failed == 0 ? 0 : min(whole, max(length(bar.failed, of: most, in: room), 2))
            let foot = Double(height - bottom)
            if whole > failed {
                svg += rect("bar", x + slot * 0.1, foot - whole + failed, slot * 0.8, whole - failed)
            }
            if failed > 0 {
                // What failed stands on top.
                svg += rect("bar failed", x + slot * 0.1, foot - whole, slot * 0.8, failed)
            }
            if number % step == 0 {
                svg += """
                    <text class="tick" x="\(one(x + slot * 0.1))" y="\(height - 6)">\(HTMLEscape.text(bar.label))</text>
                    """
            }
        }
        return svg + "</svg>"
    }

    /// Lying bars with their names over them, such as one for each host.
    static func rows(_ name: String, _ bars: [Bar]) -> String {
        let line = 34
        let most = max(bars.map(\.sum).max() ?? 0, 1)
        var svg = open(name, bars, height: max(bars.count, 1) * line)
        for (number, bar) in bars.enumerated() {
            let y = number * line
            svg += "<text class=\"name\" x=\"0\" y=\"\(y + 13)\">\(HTMLEscape.text(bar.label))</text>"
            svg += """
                <text class="number" x="\(width)" y="\(y + 13)" text-anchor="end">\
                \(HTMLEscape.text(bar.shown ?? "\(bar.sum)"))</text>
                """
            svg += rect("track", 0, Double(y + 18), Double(width), 8)
            svg += rect("bar", 0, Double(y + 18), length(bar.sum, of: most, in: width), 8)
        }
        return svg + "</svg>"
    }

    /// A line of small columns without words, for a list; its name says the sums.
    static func spark(_ name: String, _ bars: [Bar]) -> String {
        let (wide, high) = (240, 28)
        let most = max(bars.map(\.sum).max() ?? 0, 1)
        let slot = Double(wide) / Double(max(bars.count, 1))
        var svg = """
            <svg class="spark" viewBox="0 0 \(wide) \(high)" role="img" aria-label="\(HTMLEscape.attribute(name))">\
            <line class="axis" x1="0" x2="\(wide)" y1="\(high - 1)" y2="\(high - 1)"/>
            """
        for (number, bar) in bars.enumerated() where bar.sum > 0 {
            let whole = max(length(bar.sum, of: most, in: high - 2), 2)
            let failed = bar.failed == 0 ? 0 : min(whole, max(length(bar.failed, of: most, in: high - 2), 2))
            let x = Double(number) * slot + slot * 0.1
            let foot = Double(high - 1)
            if whole > failed { svg += rect("bar", x, foot - whole + failed, slot * 0.8, whole - failed) }
            if failed > 0 { svg += rect("bar failed", x, foot - whole, slot * 0.8, failed) }
        }
        return svg + "</svg>"
    }

    private static func open(_ name: String, _ bars: [Bar], height: Int) -> String {
        """
        <svg class="chart" viewBox="0 0 \(width) \(height)" role="img" aria-label="\(HTMLEscape.attribute(name))">
        """
    }

    private static func length(_ value: Int, of most: Int, in room: Int) -> Double {
        value <= 0 ? 0 : max(Double(value) / Double(most) * Double(room), 1)
    }

    private static func rect(_ kind: String, _ x: Double, _ y: Double, _ wide: Double, _ high: Double)
        -> String
    {
        """
        <rect class="\(kind)" x="\(one(x))" y="\(one(y))" width="\(one(wide))" height="\(one(high))" rx="2"/>
        """
    }

    /// A number with one digit after the point.
    private static func one(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}

import Domain
import Testing

@Suite("A school's colour")
struct SchoolColorTests {
    @Test("is six digits, with or without the sign; anything else is none")
    func parsing() {
        #expect(SchoolColor("#0B5c8a")?.description == "#0b5c8a")
        #expect(SchoolColor("0b5c8a")?.description == "#0b5c8a")
        for text in [
            "", "#", "#fff", "#0b5c8", "#0b5c8ag", "#gggggg", "red", "+1+2+3", "#-1-2-3", "#0b5c8a;}",
            "##0b5c8a",
        ] {
            #expect(SchoolColor(text) == nil, "\(text)")
        }
    }

    @Test("contrast is that of WCAG 2.1")
    func contrast() throws {
        #expect(abs(SchoolColor.white.contrast(with: .black) - 21) < 0.001)
        let gray = try #require(SchoolColor("#767676"))
        #expect(abs(gray.contrast(with: .white) - 4.54) < 0.01)
        #expect(gray.contrast(with: .white) == SchoolColor.white.contrast(with: gray))
    }

    @Test(
        "every colour has a shade that can be read on light pages, one for dark ones, and ink that can be read on it"
    )
    func shades() throws {
        let light = ["#fbfaf7", "#ffffff"].compactMap { SchoolColor($0) }
        let dark = ["#15181d", "#1d2128"].compactMap { SchoolColor($0) }
        let steps = stride(from: 0, through: 255, by: 51).map { step in
            step < 16 ? "0" + String(step, radix: 16) : String(step, radix: 16)
        }
        for red in steps {
            for green in steps {
                for blue in steps {
                    let color = try #require(SchoolColor("#\(red)\(green)\(blue)"))
                    for pages in [light, dark] {
                        let shade = color.readable(on: pages)
                        #expect(pages.allSatisfy { shade.contrast(with: $0) >= 4.5 }, "\(color)")
                        #expect(shade.contrast(with: shade.ink) >= 4.5, "\(color)")
                    }
                }
            }
        }
        // What can be read already stays as it was chosen.
        let blue = try #require(SchoolColor("#0b5c8a"))
        #expect(blue.readable(on: light) == blue)
    }
}

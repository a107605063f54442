import Testing

@testable import Content

/// Texts made of tags, pieces of tags and traps, always the same ones for a seed.
struct HTMLTextGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func number(below limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int((state >> 20) % UInt64(limit))
    }

    mutating func text() -> [UInt8] {
        let names = number(below: 2) == 0 ? Self.names : Self.commonNames
        var bytes: [UInt8] = []
        for _ in 0...number(below: 60) {
            switch number(below: 10) {
            case 0..<5:
                bytes += Array("<\(names[number(below: names.count)])".utf8)
                if number(below: 6) == 0 { bytes += Array(" href=https://e.example/".utf8) }
                if number(below: 6) == 0 { bytes += Array(" class='invisible mention'".utf8) }
                if number(below: 8) == 0 { bytes += Array("/".utf8) }
                if number(below: 12) != 0 { bytes += Array(">".utf8) }
            case 5..<7:
                bytes += Array("</\(names[number(below: names.count)])".utf8)
                if number(below: 12) != 0 { bytes += Array(">".utf8) }
            default: bytes += Self.pieces[number(below: Self.pieces.count)]
            }
        }
        return bytes
    }

    private static let commonNames = words(
        "p a b i code span pre blockquote ul ol li h1 ruby rt rp br div script td"
    )

    private static let names = words(
        """
        p a b i u s em strong code span del pre blockquote ul ol li h1 h2 ruby rt rp rb rtc br hr img image \
        isindex table tbody thead tfoot tr td th caption colgroup col select option optgroup svg math mi mo \
        mtext annotation-xml foreignObject desc title mglyph malignmark template script style noscript iframe \
        object embed applet marquee form input button textarea html head body frameset frame noframes noembed \
        xmp plaintext listing dd dt dl nobr font div section x-foo base link meta keygen param nav video
        """
    )

    private static let pieces: [[UInt8]] =
        [
            "text", "\n", " ", "&amp;", "&#0;", "&#x80;", "&#xD800;", "&nGt;", "&notit;", "\r", "\r\n",
            "<!--",
            "-->", "--!>", "<!-", "<!doctype html>", "<!DOCTYPE", "PUBLIC \"", "<![CDATA[", "]]>", "<?xml",
            "</",
            "<", ">", "\"", "'", "=", "/", "&", "&#", "&#x", "x=", "<a href=javascript:1>", "bank.example",
            "<a href=https://e.example/>", " [e.example]", "<span class=invisible>", "<svg><style><", "</p",
            "</br>", "</script", "\u{a0}", "\u{202e}", "&#13;", "&lt;b>",
            "<a href='https://x.example/?a=\"<b>'>",
            "<ol start=3 reversed>", "<li value=-4>", "@a@b.example", "&#8238;", "&#10;", "\u{1F600}",
        ].map { Array($0.utf8) } + [[0], [0x80], [0xFF], [0xF4, 0x90, 0x80, 0x80], [0xED, 0xA0, 0x80]]

    private static func words(_ text: String) -> [String] {
        text.split(separator: " ").map(String.init)
    }
}

@Suite struct HTMLFuzzTests {
    /// Attribute text that the allow-list can write, per element.
    private static let allowedAttributes: [String: Set<String>] = [
        "a": ["href", "class", "rel"], "span": ["class"], "p": ["class"], "ol": ["start", "reversed"],
        "li": ["value"],
    ]

    @Test(arguments: 1...8)
    func `any text comes out the same when sanitised twice, within its limits`(seed: UInt64) {
        var generator = HTMLTextGenerator(seed: seed)
        for _ in 0..<500 {
            let text = generator.text()
            let limits =
                generator.number(below: 3) == 0
                ? HTMLLimits(
                    maximumBytes: 1 + generator.number(below: 400),
                    maximumTags: 1 + generator.number(below: 60),
                    maximumDepth: 1 + generator.number(below: 6)
                ) : .standard
            let once = HTMLSanitizer.sanitize(utf8: text, limits: limits)
            let twice = HTMLSanitizer.sanitize(once.html, limits: limits)
            let source = String(decoding: text, as: UTF8.self)
            #expect(Array(once.html.utf8) == Array(twice.html.utf8), "\(source.debugDescription)")
            #expect(!twice.isShortened)
            #expect(once.html.utf8.count <= limits.maximumBytes)
        }
    }

    @Test(arguments: 101...104)
    func `any text comes out with allowed elements and attributes only, each closed`(seed: UInt64) {
        let allowed = Set(BlockTag.allCases.map(\.rawValue) + InlineTag.allCases.map(\.rawValue) + ["br"])
        var generator = HTMLTextGenerator(seed: seed)
        for _ in 0..<500 {
            let result = HTMLSanitizer.sanitize(utf8: generator.text())
            var open: [String] = []
            for token in HTMLTokens(result) {
                switch token {
                case .text(let text): #expect(!text.contains(UInt8(ascii: ">")))
                case .start(let name, let source):
                    #expect(allowed.contains(name), "\(result.html)")
                    #expect(attributeNames(source).isSubset(of: Self.allowedAttributes[name] ?? []))
                    if name != "br" { open.append(name) }
                case .end(let name, _): #expect(open.popLast() == name, "\(result.html)")
                }
            }
            #expect(open.isEmpty, "\(result.html)")
        }
    }

    /// The names before `="`; every value is quoted.
    private func attributeNames(_ source: ArraySlice<UInt8>) -> Set<String> {
        let parts = String(decoding: source, as: UTF8.self).split(
            separator: "\"",
            omittingEmptySubsequences: false
        )
        let names = parts.enumerated().filter { $0.offset.isMultiple(of: 2) && $0.element.hasSuffix("=") }
        return Set(names.map { String($0.element.dropLast().drop { $0 != " " }.dropFirst()) })
    }
}

import Testing

@testable import Content

@Suite struct HTMLLimitsTests {
    private func sanitized(_ html: String, _ limits: HTMLLimits = .standard) -> (SanitizedHTML, Int) {
        let run = HTMLSanitizer.run(html.utf8, limits: limits)
        return (run.html, run.nodesVisited)
    }

    @Test func `a megabyte of text is cut to 100,000 bytes at a whole character`() {
        let (result, _) = sanitized(String(repeating: "ü€👩", count: 120_000))
        #expect(result.isShortened)
        #expect((99_990...100_000).contains(result.html.utf8.count))
        #expect(!result.html.contains("\u{FFFD}"))
    }

    @Test func `text of just the limit is not cut`() {
        let (result, _) = sanitized(String(repeating: "a", count: 100_000))
        #expect(!result.isShortened)
        #expect(result.html.utf8.count == 100_000)
    }

    @Test(arguments: [
        "b", "div", "blockquote", "span", "ul><li", "svg", "table><tr><td", "a href=https://e.example/",
    ])
    func `10,000 nested elements are walked no further than the tag limit`(_ tag: String) {
        let html = String(repeating: "<\(tag)>", count: 10_000) + "deep"
        let (result, nodes) = sanitized(html)
        #expect(result.isShortened)
        #expect(nodes <= 8_000)
    }

    @Test func `elements nested too deep are dropped and their text kept`() {
        let limits = HTMLLimits(maximumDepth: 2)
        #expect(sanitized("<b><i><u>x</u></i></b>", limits).0.html == "<b><i>x</i></b>")
        let quotes = "<blockquote><blockquote><blockquote>x</blockquote></blockquote></blockquote>"
        #expect(sanitized(quotes, limits).0.html == "<blockquote><blockquote>x</blockquote></blockquote>")
        #expect(!sanitized(quotes, limits).0.isShortened)
    }

    @Test func `unclosed formatting that would be cloned into every paragraph comes out empty or cut`() {
        let open = (0..<3_000).map { "<b a\($0)>" }.joined()
        let (result, nodes) = sanitized(open + String(repeating: "<p>x", count: 5_000))
        #expect(result.isShortened)
        #expect(nodes <= 32_000)
        #expect(result.html.utf8.count <= 100_000)
    }

    @Test func `thousands of attributes on one tag are not compared with each other`() {
        let many = (0..<20_000).map { "a\($0)" }.joined(separator: " ")
        #expect(sanitized("<p \(many)>x</p>").0.html.isEmpty)
        let few = (0..<200).map { "a\($0)" }.joined(separator: " ")
        #expect(sanitized("<p \(few)>x</p>").0.html == "<p>x</p>")
    }

    @Test func `a long link repeated into many blocks does not grow without bound`() {
        let link = "<a href=\"https://e.example/\(String(repeating: "x", count: 1_900))\">"
        let (result, _) = sanitized(link + String(repeating: "<p>x</p>", count: 3_000))
        #expect(result.html.utf8.count <= 100_000)
    }

    @Test func `what is cut is still well-formed`() {
        let html = "<blockquote><p>some <b>bold <a href=\"https://e.example/\">text</a></b></p></blockquote>"
        for bytes in 1..<150 {
            let limits = HTMLLimits(maximumBytes: bytes)
            let once = HTMLSanitizer.sanitize(html, limits: limits).html
            #expect(once.utf8.count <= bytes)
            #expect(Array(HTMLSanitizer.sanitize(once, limits: limits).html.utf8) == Array(once.utf8))
        }
    }
}

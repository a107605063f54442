import Testing

@testable import Content

@Suite struct HTMLSanitizerTests {
    private static let rel = "rel=\"nofollow noopener noreferrer\""

    @Test(arguments: HTMLCase.all(in: "attacks.txt"))
    func `hostile HTML comes out as written in the fixture, and stays so (HTM-01)`(_ example: HTMLCase) {
        let once = HTMLSanitizer.sanitize(example.source).html
        #expect(Array(once.utf8) == Array(example.shown.utf8))
        #expect(Array(HTMLSanitizer.sanitize(once).html.utf8) == Array(once.utf8))
    }

    @Test(arguments: HTMLCase.all(in: "peers.txt"))
    func `posts of other servers keep what they mean, their links safely (HTM-12)`(_ example: HTMLCase) {
        let result = HTMLSanitizer.sanitize(example.source)
        #expect(Array(result.html.utf8) == Array(example.shown.utf8))
        #expect(Array(HTMLSanitizer.sanitize(result.html).html.utf8) == Array(result.html.utf8))
        #expect(!result.isShortened)
    }

    @Test func `the fixtures are there`() {
        #expect(HTMLCase.all(in: "attacks.txt").count == 54)
        #expect(HTMLCase.all(in: "peers.txt").count == 8)
    }

    @Test(arguments: [
        "<p>a</p>", "<a href=\"https://e.example/\" \(rel)>a</a>", "<h1>a</h1><h6>b</h6>",
        "<blockquote><p>a</p><ul><li>b<ol start=\"2\" reversed=\"\"><li value=\"7\">c</li></ol></li></ul></blockquote>",
        "<p><b>a</b><strong>b</strong><i>c</i><em>d</em><u>e</u><s>f</s><del>g</del><code>h</code><br></p>",
        "<pre><code>a\n  b</code></pre>", "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
        "<p class=\"quote-inline\">a &amp; b &lt; c</p>", "a\u{a0}b 👩‍🏫 مرحبا",
    ])
    func `allowed HTML passes unchanged`(_ html: String) {
        #expect(Array(HTMLSanitizer.sanitize(html).html.utf8) == Array(html.utf8))
    }

    @Test func `bytes that are not UTF-8 become replacement characters`() {
        let html = HTMLSanitizer.sanitize(utf8: [0x61, 0xFF, 0x62, 0xE2, 0x80]).html
        #expect(html.hasPrefix("a\u{FFFD}b"))
        #expect(HTMLSanitizer.sanitize("").html.isEmpty)
    }

    @Test func `white space and empty elements survive sanitising twice`() {
        for html in [
            " a ", "<p> a <b> </b></p>\n<p></p>", "<a href=https://e.example/> </a>", "<pre>\n\n\n</pre>",
        ] {
            let once = HTMLSanitizer.sanitize(html).html
            #expect(Array(HTMLSanitizer.sanitize(once).html.utf8) == Array(once.utf8))
        }
    }
}

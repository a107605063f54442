import Content
import Testing

@Suite struct PlainTextTests {
    @Test(arguments: [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"), ("  a \n b  ", "a b"),
        ("a<br><br><br>b", "a\n\nb"),
        (
            "<p>To do</p><ul><li>a</li><li><p>b</p><ul><li>c</li></ul></li></ul><p>end</p>",
            "To do\n\n• a\n• b\n  • c\n\nend"
        ),
        ("<ol start=\"3\"><li>a</li><li value=\"9\">b</li><li>c</li></ol>", "3. a\n9. b\n10. c"),
        ("<pre>\na\n  b</pre>c", "a\n  b\n\nc"), ("a &amp;lt; &lt;b&gt; &quot;'", "a &lt; <b> \"'"),
        ("<p>a <b>b</b>c</p>", "a bc"), ("<script>x</script>", ""), ("<h1>T</h1>x", "T\n\nx"),
        ("<table><tr><td>1<td>2</table>", "1 2"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"),
    ])
    func `HTML reads as text`(_ html: String, _ text: String) {
        #expect(Array(PlainText.from(html: html).utf8) == Array(text.utf8))
    }

    @Test func `shortened links read in full`() {
        let html =
            "<a href=\"https://e.example/abc\"><span class=\"invisible\">https://</span>e.example/abc</a>"
        #expect(PlainText.from(html: html) == "https://e.example/abc")
    }

    @Test func `a limit cuts at whole characters and says so`() {
        #expect(PlainText.limit("hello", characters: 5) == "hello")
        #expect(PlainText.limit("hello", characters: 4) == "hel…")
        #expect(PlainText.limit("👩‍🏫👩‍🏫👩‍🏫", characters: 2) == "👩‍🏫…")
        #expect(PlainText.limit("hello", characters: 0) == "")
        let piled = "a" + String(repeating: "\u{301}", count: 10_000)
        #expect(PlainText.limit(piled + "b", characters: 10) == "…")
        #expect(PlainText.limit("ok" + piled, characters: 10) == "ok…")
    }

    @Test func `escaping keeps text text`() {
        #expect(HTMLEscape.text("<b>&\"'") == "&lt;b&gt;&amp;\"'")
        #expect(HTMLEscape.attribute("<b>&\"'") == "&lt;b&gt;&amp;&quot;&#39;")
    }
}

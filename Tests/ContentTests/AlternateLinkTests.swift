import Content
import Testing

@Suite("Alternate links")
struct AlternateLinkTests {
    private static let type = "application/activity+json"

    @Test(
        "of header fields the first alternate of the type counts",
        arguments: [
            (#"<https://a.test/1>; rel="alternate"; type="application/activity+json""#, "https://a.test/1"),
            (
                #"</x,y>; rel=next, <https://a.test/2>; type=application/activity+json; rel=alternate"#,
                "https://a.test/2"
            ),
            (#"<https://a.test/3>; rel="alternate"; type="application/rss+xml""#, nil),
            (#"<https://a.test/4>; rel="next"; type="application/activity+json""#, nil),
            ("<https://a.test/5", nil), ("", nil), (">;<;>", nil),
        ] as [(String, String?)]
    )
    func fields(_ field: String, _ expected: String?) {
        #expect(AlternateLink.find(inFields: [field], type: Self.type) == expected)
    }

    @Test("of a page the first link element of the type counts; a comment is none, and a long page is cut")
    func page() {
        let link = #"<link rel="alternate" type="application/activity+json" href="/a?b&amp;c">"#
        func found(_ html: String) -> String? {
            AlternateLink.find(inPage: Array(html.utf8), type: Self.type)
        }
        #expect(found("<!doctype html><html><head><title>x</title>\(link)</head><body>") == "/a?b&c")
        #expect(found("<html><head><!-- \(link) --></head>") == nil)
        #expect(found("<p>\(String(repeating: "x", count: AlternateLink.longestHead))</p>\(link)") == nil)
        #expect(found(String(repeating: "<b>", count: 100_000) + link) == nil)
        #expect(found("") == nil)
    }
}

import Content
import Testing

@Suite("Links of hashtags")
struct HashtagLinksTests {
    private func relinked(_ html: String) -> String {
        HashtagLinks.relinked(HTMLSanitizer.sanitize(html)) { "/tags/\($0.name)" }.html
    }

    @Test("a hashtag's link leads to our page, whoever wrote it")
    func links() {
        let html = relinked(
            "<p>A <a href=\"https://far.example/tags/Mathe\" class=\"mention hashtag\" rel=\"tag\">#<span>Mathe</span></a> & "
                + "<a class=\"hashtag\" href=\"https://far.example/t/b\">#B</a></p>"
        )
        #expect(html.contains("href=\"/tags/mathe\"") && html.contains("href=\"/tags/b\""))
        #expect(
            !html.contains("far.example") && html.contains("#<span>Mathe</span>") && html.contains("&amp;")
        )
    }

    @Test(
        "other links stay as they are",
        arguments: [
            "<a href=\"https://far.example/tags/a\">#a</a>",
            "<a href=\"https://far.example/@a\" class=\"u-url mention\">@a</a>",
            "<a href=\"https://far.example/\" class=\"hashtag\">no hashtag at all</a>",
            "<a href=\"https://far.example/\" class=\"hashtag\">#\(String(repeating: "a", count: 101))</a>",
            "no link",
        ]
    )
    func others(html: String) {
        #expect(relinked(html) == HTMLSanitizer.sanitize(html).html)
    }

    @Test("an address is written so that it ends nothing")
    func escaping() {
        let html = HTMLSanitizer.sanitize("<a class=\"hashtag\" href=\"https://far.example/\">#a</a>")
        let out = HashtagLinks.relinked(html) { _ in "/\"><script>" }.html
        #expect(!out.contains("<script") && out.contains("&quot;"))
    }
}

import Content
import Testing

@Suite("Markdown")
struct MarkdownTests {
    private func post(_ text: String) throws -> PostText {
        try PostText(
            markdown: text,
            tagPage: { "https://north.example/tags/\($0.name)" },
            mention: { name in
                name.name == "ada"
                    ? PostText.MentionTarget(href: "https://north.example/@ada", display: "ada") : nil
            }
        )
    }

    @Test(
        "its marks become elements",
        arguments: [
            (
                "# What we tried\n\nExit *tickets*, **daily**.",
                "<h1>What we tried</h1><p>Exit <em>tickets</em>, <strong>daily</strong>.</p>"
            ),
            ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
            ("3. three\n4. four", "<ol start=\"3\"><li>three</li><li>four</li></ol>"),
            ("> quoted", "<blockquote><p>quoted</p></blockquote>"),
            ("`code` and ~~gone~~", "<p><code>code</code> and <del>gone</del></p>"),
            ("```swift\nlet a = 1 < 2\n```", "<pre><code>let a = 1 &lt; 2\n</code></pre>"),
            ("", ""),
        ]
    )
    func elements(text: String, html: String) throws {
        #expect(try post(text).html.html.replacing(">\n", with: ">") == html.replacing(">\n", with: ">"))
    }

    @Test("mentions, hashtags and addresses become links, but not in code or links")
    func links() throws {
        let post = try post(
            """
            Thanks @ada and @nobody for #ExitTickets, see https://south.example/a_b_c.

            `@ada #code https://code.example` [#tag @ada](https://link.example/x)
            """
        )
        #expect(post.mentions.map(\.name.name) == ["ada"])
        #expect(post.hashtags.map(\.name) == ["exittickets"])
        #expect(Set(post.links) == ["https://south.example/a_b_c", "https://link.example/x"])
        #expect(post.html.html.contains("<a href=\"https://north.example/tags/exittickets\""))
        #expect(post.html.html.contains("@nobody"))
        #expect(post.html.html.contains("<code>@ada #code https://code.example</code>"))
        #expect(
            try PostText.mentionNames(inMarkdown: "*@ada* `@ben` [@cleo](https://x.example)").map(\.name) == [
                "ada"
            ]
        )
    }

    @Test("underscores in hashtags and handles are part of them")
    func underscores() throws {
        let post = try post("#exit_tickets_daily by @ada")
        #expect(post.hashtags.map(\.display) == ["exit_tickets_daily"])
        #expect(!post.html.html.contains("<em>"))
    }

    @Test("raw HTML stays text; addresses that are none lead nowhere; images become links")
    func hostile() throws {
        let post = try post(
            """
            <script>alert(1)</script>

            a <b onclick="x()">bold</b> [click](javascript:alert(1)) ![A graph](https://north.example/g.png)
            ![x](javascript:alert(2))

            <div>
            kept
            </div>
            """
        )
        let html = post.html.html
        #expect(!html.contains("<script") && !html.contains("javascript:") && !html.contains("<b onclick"))
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && html.contains("kept"))
        #expect(
            html.contains(
                "<a href=\"https://north.example/g.png\" rel=\"nofollow noopener noreferrer\">A graph</a>"
            )
        )
        #expect(!html.contains("<img"))
        #expect(HTMLSanitizer.sanitize(html).html == html)
    }

    @Test("the plain text is what is read, without marks")
    func plainText() throws {
        #expect(
            try post("# Title\n\nSome *words* and [a link](https://x.example).").plainText
                == "Title\n\nSome words and a link."
        )
    }

    @Test("too long is refused, the longest is not")
    func length() throws {
        #expect(throws: PostTextRefusal.tooLong(limit: 60_000)) {
            try post(String(repeating: "a", count: 60_001))
        }
        #expect(try post(String(repeating: "a", count: 60_000)).plainText.count == 60_000)
    }

    @Test(
        "what nests without end stays bounded",
        arguments: ["[", "> ", "*", "`", "![", "- ", "_a", "[a](", "<", "~~", "**a ", "&", "\\", "a\u{0}"]
    )
    func pathological(piece: String) throws {
        let text = String(repeating: piece, count: 60_000 / piece.count)
        let post = try post(text)
        #expect(post.html.html.utf8.count < 4_000_000)
        #expect(
            HTMLSanitizer.sanitize(
                post.html.html,
                limits: HTMLLimits(maximumBytes: 4_000_000, maximumTags: 200_000)
            ).html == post.html.html
        )
    }
}

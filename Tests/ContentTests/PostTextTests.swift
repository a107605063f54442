import Content
import Testing

@Suite struct PostTextTests {
    private func post(_ text: String, limits: PostTextLimits = .standard) throws -> PostText {
        try PostText(text, limits: limits, tagPage: { "https://north.example/tags/\($0.name)" }) { name in
            if name.name == "nobody" { return nil }
            return .init(href: "https://\(name.host ?? "north.example")/@\(name.name)", display: name.name)
        }
    }

    private let rel = "rel=\"nofollow noopener noreferrer\""

    @Test func `blank lines part paragraphs and line ends break lines`() throws {
        #expect(try post("a\r\nb\n \n\n  c\rd").html.html == "<p>a<br>b</p><p>  c<br>d</p>")
        #expect(try post(" \n\n").html.html == "")
        #expect(try post(" a \n").plainText == "a")
    }

    @Test func `markup that an author types is text`() throws {
        let result = try post("<script>alert(1)</script> & \u{202E}x")
        #expect(result.html.html == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; x</p>")
        #expect(result.plainText == "<script>alert(1)</script> & x")
    }

    @Test func `mentions that are found become links, others stay text`() throws {
        let result = try post("Hi @ben, @ben@South.example. @nobody a@b.example @BEN")
        let local =
            "<span class=\"h-card\"><a href=\"https://north.example/@ben\" class=\"u-url mention\" \(rel)>@<span>ben</span></a></span>"
        let remote = local.replacing("north", with: "south")
        #expect(result.html.html == "<p>Hi \(local), \(remote). @nobody a@b.example \(local)</p>")
        #expect(result.mentions.map(\.name.description) == ["@ben", "@ben@south.example"])
        #expect(result.mentions.first?.target.href == "https://north.example/@ben")
    }

    @Test func `hashtags link to their page and are compared folded`() throws {
        let result = try post("#Mathe #MATHE #2024 #ｍａｔｈｅ, #Ｋlasse_7b! x#no &#no /#no ## #日本語")
        #expect(result.hashtags.map(\.name) == ["mathe", "klasse_7b", "日本語"])
        let link =
            "<a href=\"https://north.example/tags/mathe\" class=\"mention hashtag\" rel=\"tag nofollow noopener noreferrer\">#<span>Mathe</span></a>"
        #expect(result.html.html.hasPrefix("<p>\(link) "))
        #expect(result.html.html.contains("#2024 "))
        #expect(result.html.html.contains("x#no &amp;#no /#no ## "))
    }

    @Test func `addresses become links without the punctuation around them`() throws {
        let result = try post(
            "(https://e.example/a_(b)). HTTPS://E.example/x, xhttps://no.example https:// http://a@b.example/"
        )
        #expect(result.links == ["https://e.example/a_(b)", "https://e.example/x"])
        let link =
            "<a href=\"https://e.example/a_(b)\" \(rel)><span class=\"invisible\">https://</span>e.example/a_(b)</a>"
        #expect(result.html.html.hasPrefix("<p>(\(link)). "))
        #expect(result.html.html.hasSuffix(", xhttps://no.example https:// http://a@b.example/</p>"))
    }

    @Test func `a long address shows its whole host`() throws {
        let host = String(repeating: "very-long-name.", count: 5) + "example"
        let html = try post("https://\(host)/a/path https://e.example/\(String(repeating: "x", count: 60))")
            .html.html
        #expect(
            html.contains("<span class=\"ellipsis\">\(host)</span><span class=\"invisible\">/a/path</span>")
        )
        #expect(
            html.contains("<span class=\"ellipsis\">e.example/\(String(repeating: "x", count: 30))</span>")
        )
    }

    @Test func `what is published is what the sanitiser would write`() throws {
        for text in ["a\n\nb", "@ben #x https://bücher.example/ä", "<b>\u{7}", "http://a.example/?q=\"<>&'"] {
            let html = try post(text).html.html
            #expect(Array(HTMLSanitizer.sanitize(html).html.utf8) == Array(html.utf8))
        }
    }

    @Test func `50 people may be mentioned, 51 may not (RES-08)`() throws {
        let fifty = (1...50).map { "@u\($0)" }.joined(separator: " ")
        #expect(try post(fifty + " @u1").mentions.count == 50)
        #expect(throws: PostTextRefusal.tooManyMentions(limit: 50)) { try post(fifty + " @u51") }
        #expect(throws: PostTextRefusal.tooManyMentions(limit: 50)) {
            try PostText.mentionNames(in: fifty + " @u51")
        }
        #expect(
            try PostText.mentionNames(in: "@a @b@c.example @A").map(\.description) == ["@a", "@b@c.example"]
        )
    }

    @Test func `5,000 characters may be written, 5,001 may not`() throws {
        #expect(try post(String(repeating: "é", count: 5_000)).plainText.count == 5_000)
        #expect(throws: PostTextRefusal.tooLong(limit: 5_000)) {
            try post(String(repeating: "a", count: 5_001))
        }
        #expect(throws: PostTextRefusal.tooLong(limit: 3)) {
            try post(
                "a" + String(repeating: "\u{301}", count: 100),
                limits: PostTextLimits(maximumCharacters: 3)
            )
        }
    }

    @Test func `further hashtags than 100 stay text`() throws {
        let html = try post((1...150).map { "#t\($0)" }.joined(separator: " ")).html.html
        #expect(html.split(separator: "<a ").count == 101)
        #expect(html.hasSuffix(" #t150</p>"))
    }

    @Test(arguments: ["ben", "@", "@.ben", "@ben@", "@ben@a..b", "@ben x", "@ä"])
    func `what is no handle is no mention`(_ text: String) {
        #expect(MentionName(text) == nil)
    }

    @Test func `a handle has a name, a host and a port`() throws {
        let name = try #require(MentionName("@Ben.K@North.LOCALHOST:8081"))
        #expect(name.name == "Ben.K")
        #expect(name.host == "north.localhost:8081")
        #expect(name == MentionName("@ben.k@north.localhost:8081"))
        #expect(MentionName("@ben@bücher.example")?.host == "xn--bcher-kva.example")
    }

    @Test func `a hashtag is one word with a letter in it`() {
        #expect(Hashtag("#Straße")?.name == "straße")
        #expect(Hashtag("Ａ１") == Hashtag("a1"))
        #expect(Hashtag("हिन्दी") != nil)
        #expect(Hashtag("123") == nil && Hashtag("__") == nil && Hashtag("a b") == nil && Hashtag("") == nil)
        #expect(Hashtag(String(repeating: "a", count: 101)) == nil)
    }
}

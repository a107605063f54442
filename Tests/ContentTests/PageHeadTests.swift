import Content
import Testing

@Suite("What pages say of themselves, and what posts link to")
struct PageHeadTests {
    private func head(_ html: String, charset: String? = nil) -> PageHead {
        PageHead(Array(html.utf8), charset: charset)
    }

    @Test("Open Graph comes first, then Twitter's names, then title and description")
    func names() {
        let whole = head(
            """
            <!doctype html><html><head><title>Plain &amp; simple</title><meta name="description" content="About">
            <meta property="og:title" content="Graph"><meta property="og:description" content="Summary">
            <meta property="og:site_name" content="Site"><meta name="author" content="Ben">
            <meta property="og:image" content="/i.png"><meta property="og:image:alt" content="A tree"></head><body>Text
            """
        )
        #expect(whole.title == "Graph" && whole.summary == "Summary" && whole.site == "Site")
        #expect(whole.author == "Ben" && whole.image == "/i.png" && whole.imageText == "A tree")
        let twitter = head(#"<title>T</title><meta name="twitter:title" content="Bird">"#)
        #expect(twitter.title == "Bird")
        let plain = head("<title>Plain &amp; simple</title><meta name=description content=About>")
        #expect(plain.title == "Plain & simple" && plain.summary == "About" && plain.image == nil)
        #expect(head("<p>Hello</p>").title.isEmpty)
    }

    @Test("texts are plain lines of bounded length; markup, line ends and turned directions are none of them")
    func clean() {
        let long = String(repeating: "x", count: 2_000)
        let page = head(
            "<title>a\n<b>b</b>\u{202E}c</title><meta property='og:description' content='\(long)'>"
                + "<meta property='og:title' content=''>"
        )
        #expect(page.title == "a <b>b</b>c")
        #expect(page.summary.count == 500)
    }

    @Test("a drawing's title is not the page's; the first of two counts")
    func titles() {
        #expect(head("<svg><title>Logo</title></svg><title>Page</title><title>Other</title>").title == "Page")
    }

    @Test("older Latin letters are read, named by the field or the page")
    func charset() {
        let bytes = Array("<meta charset=iso-8859-1><title>Sch".utf8) + [0xFC] + Array("ler</title>".utf8)
        #expect(PageHead(bytes).title == "Schüler")
        let bare = Array("<title>Sch".utf8) + [0xFC] + Array("ler</title>".utf8)
        #expect(PageHead(bare, charset: "windows-1252").title == "Schüler")
        #expect(head("<title>Schüler</title>", charset: "utf-8").title == "Schüler")
    }

    @Test(
        "FET-26: a hostile page takes bounded work and says nothing wrong",
        arguments: [
            String(repeating: "<div>", count: 200_000), String(repeating: "<meta a", count: 150_000),
            String(repeating: "<b><i>", count: 170_000), "<title>" + String(repeating: "<", count: 1_000_000),
            "<meta " + String(repeating: "a=b ", count: 250_000) + ">",
            String(repeating: "\0", count: 1_000_000),
        ]
    )
    func hostile(html: String) {
        #expect(head(html).title.count <= 300)
        // The twin: what stands before it is read all the same, where the parser takes the page.
        #expect(head("<title>Page</title>" + String(html.prefix(1_000))).title == "Page")
    }

    @Test("the first link is no mention, no hashtag and no line for a quote; its address is unescaped")
    func firstLink() {
        func find(_ html: String, not unwanted: String = "") -> String? {
            FirstLink.find(in: HTMLSanitizer.sanitize(html)) { $0 != unwanted }
        }
        let text = """
            <p class="quote-inline">RE: <a href="https://a.test/quoted">a</a></p>
            <p><a href="https://a.test/@ben" class="u-url mention">@ben</a>
            <a href="https://a.test/tags/x" class="mention hashtag" rel="tag">#x</a>
            <a href="https://b.test/?a=1&amp;b=2">b</a> <a href="https://c.test/">c</a></p>
            """
        #expect(find(text) == "https://b.test/?a=1&b=2")
        #expect(find(text, not: "https://b.test/?a=1&b=2") == "https://c.test/")
        #expect(find("<p>No link &lt;a href=\"https://d.test\"&gt;</p>") == nil)
    }
}

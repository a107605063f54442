import Testing

@testable import Content

@Suite struct LinkTests {
    private func shown(_ link: String) -> String {
        HTMLSanitizer.sanitize(link).html.replacing(" rel=\"nofollow noopener noreferrer\"", with: "")
    }

    @Test(arguments: [
        "bank.example", "https://bank.example/login", "www.bank.example", "see bank.example now",
        "bank.exa\u{200B}mple", "ｂａｎｋ．ｅｘａｍｐｌｅ", "bank。example", "bank.example…", "BANK.EXAMPLE",
        "(bank.example)", "ben@bank.example", "//bank", "http://localhost/", "192.0.2.1", "bücher.example",
        "bank.example:443", "bank.example/evil.example", "bank.example/[evil.example]x",
        "<span class=\"invisible\">https://evil.example/</span>bank.example",
        "<span class=\"ellipsis\">bank.example</span><span class=\"invisible\">.evil.example/</span>",
        "bank<span class=\"invisible\">x</span>.example", "bank<b>.exam</b>ple",
    ])
    func `a link whose text looks like another host shows where it goes (HTM-04)`(_ text: String) {
        #expect(shown("<a href=\"https://evil.example/\">\(text)</a>").hasSuffix(" [evil.example]</a>"))
    }

    @Test(arguments: ["", "<span class=\"invisible\">x</span>", "&#8203;", "<b>\u{2060}</b>"])
    func `a link never shows nothing (HTM-04)`(_ text: String) {
        let html = shown("<a href=\"https://evil.example/\">\(text)</a>")
        #expect(html.isEmpty || html.hasSuffix("[evil.example]</a>"))
    }

    @Test(arguments: [
        "our timetable", "evil.example", "https://evil.example/a?b=https://bank.example/", "www.evil.example",
        "@ben@bank.example", "@bank", "#bank.example", "version 6.3", "e.g. this", "and/or", "wait...what",
        "12:30",
        "<span class=\"invisible\">https://</span><span class=\"ellipsis\">evil.example/lon</span>",
        "bank.example [evil.example]",
    ])
    func `a link whose text is honest, or words, is left alone`(_ text: String) {
        #expect(!shown("<a href=\"https://evil.example/\">\(text)</a>").contains("example [evil.example] ["))
        let isMarked = shown("<a href=\"https://evil.example/\">\(text)</a>").hasSuffix(" [evil.example]</a>")
        #expect(isMarked == text.hasSuffix(" [evil.example]"))
    }

    @Test func `a link's host is the same in Unicode and in Punycode`() {
        let html = shown("<a href=\"https://Bücher.example/ä\">bücher.example</a>")
        #expect(html == "<a href=\"https://xn--bcher-kva.example/%C3%A4\">bücher.example</a>")
    }

    @Test(arguments: [
        ("HTTPS://E.Example", "https://e.example"), (" https://e.example/ ", "https://e.example/"),
        ("http://e.example:8081/a?b#c", "http://e.example:8081/a?b#c"),
        ("https://[2001:DB8::1]/", "https://[2001:db8::1]/"),
        ("https://e.example/a'b\"c", "https://e.example/a%27b%22c"),
        ("https://e.example?x", "https://e.example?x"),
    ])
    func `an absolute web address is kept in one form`(_ text: String, _ href: String) {
        #expect(WebLink(text.utf8)?.href == href)
        #expect(WebLink(href.utf8)?.href == href)
    }

    @Test(
        arguments: [
            "", "e.example", "/a", "//e.example/", "https:e.example", "https:/e.example", "https:///",
            "https://",
            "ftp://e.example/", "https://a@e.example/", "https://e.example:99999/", "https://e.example:/",
            "https://e..example/",
            "https://e.example\\@f.example/", "https://e.exa mple/",
            "https://e%2eexample/",
            "https://e.example\u{0}/", "https://\u{202E}e.example/", "java\tscript:alert(1)", "https://[::1/",
            "https://[e]x/",
            "https://e.example／f.example/", "https://e\u{200D}.example/",
            "https://\(String(repeating: "a", count: 64)).example/",
        ]
    )
    func `an address that a browser would have to repair is no link`(_ text: String) {
        #expect(WebLink(text.utf8) == nil)
    }

    @Test func `an address longer than 2,048 bytes is no link`() {
        let base = "https://e.example/"
        #expect(WebLink((base + String(repeating: "a", count: 2_030)).utf8) != nil)
        #expect(WebLink((base + String(repeating: "a", count: 2_031)).utf8) == nil)
    }

    @Test(arguments: [
        ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"), ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
        ("Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"),
        ("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"),
        ("なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
    ])
    func `labels are written as in RFC 3492 section 7.1`(_ label: String, _ code: String) {
        #expect(Punycode.encoded(label: label) == "xn--" + code)
    }
}

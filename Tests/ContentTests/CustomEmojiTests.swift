import Content
import Testing

@Suite struct CustomEmojiTests {
    private func inserted(_ html: String) -> String {
        CustomEmoji.inserted(into: HTMLSanitizer.sanitize(html)) { name in
            switch name {
            case "owl": "https://e.example/owl.png"
            case "quote": "https://e.example/\"onerror=\"alert(1)"
            case "script": "javascript:alert(1)"
            default: nil
            }
        }
    }

    private let owl = "<img class=\"emoji\" src=\"https://e.example/owl.png\" alt=\":owl:\" title=\":owl:\">"

    @Test func `a known shortcode in text becomes a picture`() {
        #expect(
            inserted("<p>An :owl: and :unknown: at 12:30:45</p>")
                == "<p>An \(owl) and :unknown: at 12:30:45</p>"
        )
        #expect(inserted("::owl::") == ":\(owl):")
    }

    @Test func `a shortcode in an attribute, in code or made of markup stays (HTM-06)`() {
        let link = "<a href=\"https://e.example/:owl:\" rel=\"nofollow noopener noreferrer\">x</a>"
        #expect(inserted(link) == link)
        #expect(inserted("<code>:owl:</code> :owl:") == "<code>:owl:</code> \(owl)")
        #expect(inserted(":\"><img src=x onerror=alert(1)>:") == ":\"&gt;:")
        #expect(inserted(":o<b>w</b>l:") == ":o<b>w</b>l:")
    }

    @Test func `a picture's address is escaped or refused (HTM-06)`() {
        #expect(inserted(":quote:").contains("src=\"https://e.example/%22onerror=%22alert(1)\""))
        #expect(inserted(":script:") == ":script:")
    }

    @Test func `shortcodes are short, and pictures few (HTM-06)`() {
        #expect(CustomEmoji.isShortcode(String(repeating: "a", count: 64)))
        #expect(!CustomEmoji.isShortcode(String(repeating: "a", count: 65)))
        #expect(
            !CustomEmoji.isShortcode("") && !CustomEmoji.isShortcode("a b") && !CustomEmoji.isShortcode("ä")
        )
        let many = inserted(String(repeating: ":owl:", count: 150))
        #expect(many.components(separatedBy: "<img").count == CustomEmoji.maximumImages + 1)
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}

import Domain
import Testing

@Suite("The emoji of reactions")
struct ReactionEmojiTests {
    @Test(
        "one emoji of Unicode's is taken, whatever it is made of",
        arguments: [
            "👍", "👍🏽", "❤️", "☕", "🇩🇪", "1️⃣", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "©️", "🏳️‍🌈",
        ]
    )
    func one(_ text: String) {
        let emoji = ReactionEmoji(unicode: text)
        #expect(emoji?.text.utf8.elementsEqual(text.utf8) == true)
        #expect(emoji?.wireText == text && emoji?.image == nil)
    }

    @Test("with and without its variation selector it is the same emoji")
    func variation() {
        #expect(ReactionEmoji(unicode: "\u{2764}") == ReactionEmoji(unicode: "\u{2764}\u{FE0F}"))
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "a", "1", "#", "©", "👍👍", "👍 ", ":owl:", "\u{200D}", "\u{FE0F}", "<b>", "e\u{301}",
            "👍\u{301}",
            "👍" + String(repeating: "\u{FE0F}", count: 40),
        ]
    )
    func none(_ text: String) { #expect(ReactionEmoji(unicode: text) == nil) }

    @Test("a picture has a name, a host and an https address")
    func picture() throws {
        let host = try Host("south.test")
        let image = try URI("https://south.test/owl.png")
        let owl = try #require(ReactionEmoji(name: "owl", host: host, image: image))
        #expect(owl.text == ":owl@south.test:" && owl.wireText == ":owl:" && owl.name == "owl")
        for name in ["", "o wl", "ö", "o@l", String(repeating: "o", count: 65)] {
            #expect(ReactionEmoji(name: name, host: host, image: image) == nil, "\(name)")
        }
        let plain = try URI("http://south.test/owl.png")
        #expect(ReactionEmoji(name: "owl", host: host, image: plain) == nil)
    }
}

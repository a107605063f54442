import Domain
import Testing

@Suite("Filters")
struct FilterSetTests {
    private func matches(_ keyword: String, wholeWord: Bool, _ text: String) throws -> Bool {
        let account = Account.ID(rawValue: 1)
        let filter = PostFilter(
            id: .init(rawValue: 1),
            account: account,
            title: "T",
            contexts: [.home],
            keywords: [
                .init(
                    id: .init(rawValue: 1),
                    filter: .init(rawValue: 1),
                    text: keyword,
                    isWholeWord: wholeWord
                )
            ]
        )
        let post = Post(
            id: .init(rawValue: 5),
            uri: try URI("https://a.example/5"),
            author: account,
            audience: .public,
            body: Post.Body(html: "", text: text),
            publishedAt: Timestamp(milliseconds: 0)
        )
        return !FilterSet([filter], now: Timestamp(milliseconds: 0)).matches(post).isEmpty
    }

    @Test(
        "words match without regard to case and accents; parts of words only where that is wished",
        arguments: [
            ("exam", true, "The EXAM, at last", true), ("exam", true, "examination", false),
            ("exam", false, "examination", true), ("école", true, "Ecole!", true),
            ("state test", true, "the State-Test is near", true), ("state test", true, "test state", false),
            ("😱", true, "oh 😱", true), ("😱", true, "oh", false), ("#art", true, "#art", true),
        ]
    )
    func words(_ keyword: String, _ wholeWord: Bool, _ text: String, _ expected: Bool) throws {
        #expect(try matches(keyword, wholeWord: wholeWord, text) == expected)
    }
}

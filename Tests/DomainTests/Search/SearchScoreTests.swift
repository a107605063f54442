import Domain
import Testing

@Suite("Ranking what a search finds")
struct SearchScoreTests {
    private let now = Timestamp(milliseconds: 1_795_000_000_000)

    private func score(
        _ text: String,
        for query: String = "tickets",
        daysAgo: Int64 = 0,
        reactions: Int = 0,
        isFollowed: Bool = false
    ) throws -> Double {
        let post = Post(
            id: .lowest(at: now),
            uri: try URI("https://north.example/ap/posts/1"),
            author: .init(rawValue: 1),
            audience: .public,
            body: Post.Body(html: "", text: text),
            publishedAt: now - .days(daysAgo)
        )
        return SearchScore(SearchQuery(query).terms, now: now)
            .score(of: post, reactions: reactions, isFollowed: isFollowed)
    }

    @Test("more of the words, shorter, newer, better liked and by somebody followed come first")
    func order() throws {
        let plain = try score("exit tickets in maths today")
        #expect(try score("tickets, tickets: exit tickets in maths") > plain)
        #expect(try score("exit tickets in maths today " + String(repeating: "and more ", count: 60)) < plain)
        #expect(try score("exit tickets in maths today", daysAgo: 90) < plain)
        #expect(try score("exit tickets in maths today", reactions: 12) > plain)
        #expect(try score("exit tickets in maths today", isFollowed: true) > plain)
    }

    @Test("a phrase counts where its words stand together")
    func phrases() throws {
        let apart = try score("tickets to exit the maths room", for: "\"exit tickets\"")
        #expect(try score("exit tickets in the maths room", for: "\"exit tickets\"") > apart)
    }

    @Test("numbers out of range do no harm")
    func extremes() throws {
        #expect(try score("tickets", daysAgo: -400_000, reactions: -7).isFinite)
        #expect(try score("", daysAgo: .max / 2_000_000_000, reactions: .max - 1).isFinite)
    }
}

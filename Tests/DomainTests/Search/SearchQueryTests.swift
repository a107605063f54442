import Domain
import Testing

@Suite("Search queries")
struct SearchQueryTests {
    @Test(
        "words are the same for what is searched and for what is asked",
        arguments: [
            ("Exit tickets, again!", ["exit", "tickets", "again"]),
            ("Élèves à l’école", ["eleves", "a", "l", "ecole"]),
            ("E\u{301}le\u{300}ves", ["eleves"]),
            ("Große STRASSE", ["grosse", "strasse"]),
            ("ﬁne １２３", ["fine", "123"]),
            ("#exit_tickets", ["exit", "tickets"]),
            ("授業の工夫", ["授", "業", "の", "工", "夫"]),
            ("درسٌ جديد", ["درس", "جديد"]),
            ("K\u{212A}elvin", ["kkelvin"]),
            ("'); DROP TABLE post; --\u{0}", ["drop", "table", "post"]),
            ("", []),
        ]
    )
    func words(text: String, words: [String]) {
        #expect(SearchWords.words(of: text) == words)
    }

    @Test("long words and long texts are cut")
    func limits() {
        #expect(
            SearchWords.words(of: String(repeating: "a", count: 1_000)).map(\.count) == [
                SearchWords.maximumLength
            ]
        )
        let many = String(repeating: "a ", count: SearchWords.maximumCount + 5)
        #expect(SearchWords.words(of: many).count == SearchWords.maximumCount)
    }

    @Test("phrases, exclusions and operators are read")
    func operators() throws {
        let query = SearchQuery(
            "spelling \"exit tickets\" -quiz -\"pop quiz\" from:@ada from:me has:image -has:link is:reply"
        )
        let phrases = query.terms.phrases
        #expect(
            phrases.filter { !$0.isExcluded }.map(\.words) == [
                ["spelling"], ["exit", "tickets"], ["xhasximage"], ["xisxreply"],
            ]
        )
        #expect(phrases.filter(\.isExcluded).map(\.words) == [["quiz"], ["pop", "quiz"], ["xhasxlink"]])
        #expect(query.authors == ["ada", "me"])
    }

    @Test("days are bounds in UTC; the tighter of two counts")
    func days() throws {
        let query = SearchQuery("x before:2026-11-25 after:2026-01-01 before:2026-06-01 after:2025-01-01")
        #expect(query.until == (try #require(CalendarDay("2026-06-01"))).start)
        #expect(query.since == (try #require(CalendarDay("2026-01-02"))).start)
        let day = SearchQuery("x during:2024-02-29")
        #expect(day.since == Timestamp(milliseconds: 1_709_164_800_000))
        #expect(day.until == Timestamp(milliseconds: 1_709_251_200_000))
    }

    @Test("what only looks like an operator is text")
    func noOperators() {
        let query = SearchQuery("see:this has:cheese before:2026-02-30 is:late - \" from:")
        #expect(
            query.terms.phrases.map(\.words) == [
                ["see", "this"], ["has", "cheese"], ["before", "2026", "02", "30"], ["is", "late"], ["from"],
            ]
        )
        #expect(query.authors.isEmpty && query.since == nil && query.until == nil)
    }

    @Test(
        "a query that wants nothing is empty",
        arguments: ["", "   ", "-quiz", "\"\"", "!!!", "before:2026-01-01"]
    )
    func empty(text: String) {
        #expect(SearchQuery(text).isEmpty)
        #expect(!SearchQuery(text + " word").isEmpty)
    }

    @Test("phrases are bounded")
    func bounds() {
        let query = SearchQuery((1...500).map { "w\($0)" }.joined(separator: " "))
        #expect(query.terms.phrases.count == 20)
    }

    @Test(
        "days there are",
        arguments: [
            ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-11-25", 20_782),
            ("0001-01-01", -719_162),
        ]
    )
    func calendar(text: String, number: Int64) throws {
        let day = try #require(CalendarDay(text))
        #expect(day.number == number && day.description == text)
        #expect(
            CalendarDay(of: day.start) == day && CalendarDay(of: day.start + Span(milliseconds: -1)) != day
        )
    }

    @Test(
        "days there are not",
        arguments: [
            "", "2026-11", "2026-13-01", "2025-02-29", "1900-02-29", "2026-00-10", "2026-1-1", "20261125",
            "2026-11-+1", "२०२६-११-२५",
        ]
    )
    func noDays(text: String) {
        #expect(CalendarDay(text) == nil)
    }
}

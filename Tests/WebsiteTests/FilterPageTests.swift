import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing

extension WebsiteTests {
    @Suite("Filters on pages")
    struct FilterPageTests {
        private func filters(_ visitor: Visitor) async throws -> [PostFilter] {
            try await visitor.instance.database.read { try $0.filters.all(of: visitor.cleo.id) }
        }

        @Test("a filter is made with words, places, an end and what it does; it is changed and deleted")
        func form() async throws {
            try await Visitor.use { visitor async throws in
                let cleo = try await Reader(visitor, "Cleo")
                let list = try await cleo.go(
                    "/filters",
                    "title=Film+%3C3&words=finale%0D%0A%0D%0A+spoilers&whole=yes&in-home=yes&in-public=yes&action=hide&end=3600"
                )
                #expect(list.contains("<bdi>Film &lt;3</bdi>") && list.contains("Leave it out"))
                #expect(list.contains("Home and lists, The school's feed and hashtags; until "))
                let made = try #require(try await filters(visitor).first)
                #expect(made.contexts == [.home, .public] && made.action == .hide)
                #expect(made.expiresAt == visitor.instance.clock.now() + .hours(1))
                #expect(made.keywords.map(\.text) == ["finale", " spoilers"])
                #expect(made.keywords.map(\.isWholeWord) == [true, true])
                let (first, second) = (made.keywords[0].id, made.keywords[1].id)
                let page = try await cleo.page("/filters/\(made.id)")
                #expect(page.contains("name=\"word-\(first)\"") && page.contains("value=\"finale\""))
                #expect(page.contains("name=\"in-public\" value=\"yes\" checked"))
                #expect(page.contains("name=\"in-thread\" value=\"yes\">"))
                #expect(page.contains("<option value=\"hide\" selected>"))
                _ = try await cleo.go(
                    "/filters/\(made.id)",
                    "title=Film&word-\(first)=ending&word-\(second)=&words=twist&in-home=yes&action=warn&end="
                )
                let changed = try #require(try await filters(visitor).first)
                #expect(changed.title == "Film" && changed.contexts == [.home] && changed.action == .warn)
                #expect(changed.expiresAt == made.expiresAt)
                #expect(changed.keywords.map(\.text) == ["ending", "twist"])
                #expect(changed.keywords.map(\.isWholeWord) == [false, false])
                _ = try await cleo.go(
                    "/filters/\(made.id)",
                    "title=Film&in-home=yes&action=warn&end=never"
                )
                let endless = try #require(try await filters(visitor).first)
                #expect(endless.expiresAt == nil && endless.keywords == changed.keywords)
                for wrong in ["title=&in-home=yes", "title=T"] {
                    #expect(try await cleo.send("/filters", wrong).status == 422, "\(wrong)")
                }
                #expect(try await cleo.go("/filters/\(made.id)/delete").contains("A filter covers posts"))
                #expect(try await cleo.send("/filters/\(made.id)/delete").status == 404)
            }
        }

        @Test("nobody else sees, changes or deletes a filter")
        func others() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let post = try await publisher.publish(PostDraft(text: "Hi"), as: visitor.ada.id)
                let filter = try await publisher.addFilter("Rosebud", in: [.home], as: visitor.cleo.id)
                let entry = try await publisher.addEntry(of: post.id, to: filter.id, as: visitor.cleo.id)
                let (ada, cleo) = (try await Reader(visitor, "Ada"), try await Reader(visitor, "Cleo"))
                let path = "/filters/\(filter.id)"
                #expect(try await cleo.page(path).contains("Rosebud"))
                #expect(try await !ada.page(path).contains("Rosebud"))
                for (form, fields) in [
                    ("", "title=Mine&in-home=yes"), ("/delete", ""), ("/release", "entry=\(entry.id)"),
                ] {
                    #expect(try await ada.send(path + form, fields).status == 404, "\(form)")
                }
                let left = try #require(try await filters(visitor).first)
                #expect(left.title == "Rosebud" && left.entries == [entry])
                #expect(try await cleo.send(path + "/release", "entry=\(entry.id)").status == 303)
                #expect(try await filters(visitor).first?.entries == [])
            }
        }

        @Test(
            "where a filter holds it covers a post behind its title, or leaves it out; elsewhere it does nothing",
            arguments: PostFilter.Context.allCases.filter { $0 != .notifications }
        )
        func effects(_ place: PostFilter.Context) async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                _ = try await publisher.follow(visitor.ada.id, as: visitor.cleo.id)
                let parent = try await publisher.publish(PostDraft(text: "Well?"), as: visitor.cleo.id)
                for text in ["The finale #art", "A pond #art"] {
                    _ = try await publisher.publish(PostDraft(text: text), as: visitor.ada.id)
                    var answer = PostDraft(text: text)
                    answer.inReplyTo = parent.id
                    _ = try await publisher.publish(answer, as: visitor.ada.id)
                }
                let list = try await publisher.addList("L", as: visitor.cleo.id)
                try await publisher.add([visitor.ada.id], to: list.id, as: visitor.cleo.id)
                let cleo = try await Reader(visitor, "Cleo")
                let pages: [(PostFilter.Context, String)] = [
                    (.home, "/home"), (.home, "/lists/\(list.id)"), (.public, "/"), (.public, "/tags/art"),
                    (.account, "/@ada"), (.thread, "/posts/\(parent.id)"),
                ]
                let title = "<details class=\"filtered\"><summary>Filtered: <bdi>Film</bdi></summary>"
                let filter = try await publisher.addFilter(
                    "Film",
                    in: [place],
                    .warn,
                    keywords: [.init(text: "finale")],
                    as: visitor.cleo.id
                )
                for (context, path) in pages {
                    let page = try await cleo.page(path)
                    #expect(page.contains("The finale") && page.contains("A pond"), "\(path)")
                    #expect(page.contains(title) == (context == place), "\(path)")
                }
                _ = try await publisher.changeFilter(filter.id, .hide, as: visitor.cleo.id)
                for (context, path) in pages {
                    let page = try await cleo.page(path)
                    #expect(page.contains("The finale") == (context != place), "\(path)")
                    #expect(page.contains("A pond") && !page.contains(title), "\(path)")
                }
                // Nobody else's pages, nor one's own once it has ended.
                let ada = try await Reader(visitor, "Ada")
                #expect(try await ada.page("/@ada").contains("The finale"))
                _ = try await publisher.changeFilter(filter.id, ends: .after(.hours(1)), as: visitor.cleo.id)
                visitor.instance.clock.advance(by: .hours(1))
                for (_, path) in pages {
                    #expect(try await cleo.page(path).contains("The finale"), "\(path)")
                }
            }
        }

        @Test("a notice about a post that a filter leaves out of notices is left out; others are not")
        func notices() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let own = try await publisher.publish(PostDraft(text: "My finale"), as: visitor.cleo.id)
                try await publisher.react(.like, to: own.id, as: visitor.ada.id)
                let spoiler = try await publisher.publish(PostDraft(text: "@cleo finale"), as: visitor.ada.id)
                let other = try await publisher.publish(PostDraft(text: "@cleo a pond"), as: visitor.ada.id)
                let cleo = try await Reader(visitor, "Cleo")
                func told() async throws -> [Bool] {
                    let page = try await cleo.page("/notifications")
                    return [own, spoiler, other].map { page.contains("/posts/\($0.id)") }
                }
                let filter = try await publisher.addFilter(
                    "Film",
                    in: [.home],
                    .hide,
                    keywords: [.init(text: "finale")],
                    as: visitor.cleo.id
                )
                #expect(try await told() == [true, true, true])
                _ = try await publisher.changeFilter(filter.id, in: [.notifications], as: visitor.cleo.id)
                #expect(try await told() == [true, false, true])
            }
        }

        @Test(
            "a filter that covers files leaves the text; older posts are found behind a page that is all hidden"
        )
        func veil() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                _ = try await publisher.follow(visitor.ada.id, as: visitor.cleo.id)
                _ = try await publisher.publish(PostDraft(text: "The first"), as: visitor.ada.id)
                let ada = try await Reader(visitor, "Ada")
                let film =
                    Array("\0\0\0\u{18}ftypisom\0\0\0\0isommp42".utf8) + [UInt8](repeating: 7, count: 500)
                let bytes = UploadTests.form(
                    "picture",
                    film,
                    [("csrf", ada.csrf), ("text", "A finale"), ("audience", "public")]
                )
                let sent = try await visitor.send(
                    .post,
                    "/posts",
                    bytes: bytes,
                    type: UploadTests.type,
                    cookie: ada.cookie
                )
                #expect(sent.status == 303)
                let filter = try await publisher.addFilter(
                    "Film",
                    in: [.home],
                    .blur,
                    keywords: [.init(text: "finale")],
                    as: visitor.cleo.id
                )
                let cleo = try await Reader(visitor, "Cleo")
                let home = try await cleo.page("/home")
                #expect(home.contains("A finale") && !home.contains("class=\"filtered\""))
                #expect(
                    home.contains(
                        "<summary>Filtered: <bdi>Film</bdi>. Show its files</summary><div class=\"media\">"
                    )
                )
                #expect(try await !cleo.page("/@ada").contains("class=\"veil\""))
                for number in 0..<30 {
                    _ = try await publisher.publish(PostDraft(text: "Finale \(number)"), as: visitor.ada.id)
                }
                _ = try await publisher.changeFilter(filter.id, .hide, as: visitor.cleo.id)
                let hidden = try await cleo.page("/home")
                #expect(hidden.contains("Your filters leave out all of this page."))
                let link = try #require(hidden.firstRange(of: "/home?before="))
                let next = "/home?before=" + hidden[link.upperBound...].prefix { $0.isNumber }
                let older = try await cleo.page(next)
                #expect(
                    older.contains("The first") && !older.contains("A finale")
                        && !older.contains("Older posts")
                )
            }
        }
    }
}

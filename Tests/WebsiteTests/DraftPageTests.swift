import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing

extension WebsiteTests {
    @Suite("Drafts and scheduled posts on pages")
    struct DraftPageTests {
        private struct Writer {
            let visitor: Visitor
            let cookie: String
            let csrf: String

            init(_ visitor: Visitor, _ name: String = "Ada") async throws {
                self.visitor = visitor
                (cookie, csrf) = try await visitor.signIn(as: name)
            }

            func page(_ path: String) async throws -> Visitor.Answer {
                try await visitor.send(.get, path, cookie: cookie)
            }

            func send(_ path: String, _ form: String = "") async throws -> Visitor.Answer {
                try await visitor.send(.post, path, form: "csrf=\(csrf)&\(form)", cookie: cookie)
            }

            /// The drafts and scheduled posts, the newest first.
            func saved() async throws -> [SavedDraft] {
                try await visitor.instance.database.read { db in
                    let (ada, cleo) = (visitor.ada.id, visitor.cleo.id)
                    return try [DraftStore.Kind.drafts, .scheduled].flatMap { kind in
                        try db.drafts.page(kind, of: ada, limit: 50)
                            + db.drafts.page(kind, of: cleo, limit: 50)
                    }
                }
            }

            func posts() async throws -> [Post] {
                try await visitor.instance.database.read { db in
                    try db.profiles.posts(
                        of: visitor.ada.id,
                        for: .account(visitor.ada.id, school: visitor.school.id)
                    )
                    .map(\.post)
                }
            }

            /// Sets the school's clocks to those of Berlin.
            func moveToBerlin() async throws {
                var school = visitor.school
                school.timeZone = try #require(ZoneName("Europe/Berlin"))
                try await visitor.instance.admin.update(school, by: "test")
            }

            /// What the school's clock shows after a while, as a form has it.
            func clock(in span: Span) throws -> String {
                let zone = try #require(ZoneName("Europe/Berlin"))
                return zone.clock(at: visitor.instance.clock.now() + span)
            }
        }

        @Test("what is written is kept as a draft, found again, changed, and posted once")
        func draft() async throws {
            try await Visitor.use { visitor async throws in
                let ada = try await Writer(visitor)
                let home = try await ada.page("/home")
                #expect(
                    home.text.contains("name=\"do\" value=\"draft\"")
                        && home.text.contains("href=\"/drafts\"")
                )
                let answer = try await ada.send(
                    "/posts",
                    "do=draft&text=Half+%3Ca+thought&audience=school&replies=followers&quotes=nobody&kind=trying&what=We"
                )
                #expect(answer.status == 303 && answer.headers[.location] == "/drafts")
                #expect(try await ada.posts().isEmpty)
                let list = try await ada.page("/drafts")
                #expect(list.text.contains("Half &lt;a thought") && list.text.contains("For: My school"))
                let id = try #require(try await ada.saved().first?.id)
                let form = try await ada.page("/drafts/\(id)")
                #expect(form.text.contains("Half &lt;a thought</textarea>"))
                for option in ["school", "followers", "trying"] {
                    #expect(form.text.contains("<option value=\"\(option)\" selected>"), "\(option)")
                }
                let kept = try await ada.send("/drafts/\(id)", "do=draft&text=A+thought&audience=public")
                #expect(kept.headers[.location] == "/drafts")
                #expect(try await ada.saved().map(\.id) == [id])
                let posted = try await ada.send(
                    "/drafts/\(id)",
                    "do=post&text=A+whole+thought&audience=public"
                )
                #expect(posted.headers[.location] == "/home")
                #expect(try await ada.posts().map(\.body.text) == ["A whole thought"])
                #expect(try await ada.saved().isEmpty)
                for path in ["/drafts/\(id)", "/drafts/\(id)/publish", "/drafts/\(id)/delete"] {
                    #expect(try await ada.send(path, "do=post&text=Again").status == 404)
                }
                #expect(try await ada.posts().count == 1)
                #expect(try await ada.page("/drafts").text.contains("No drafts."))
            }
        }

        @Test("a post waits for its time by the school's clock; the time is changed, and it is posted then")
        func scheduled() async throws {
            try await Visitor.use { visitor async throws in
                let ada = try await Writer(visitor)
                try await ada.moveToBerlin()
                let home = try await ada.page("/home")
                #expect(
                    home.text.contains("type=\"datetime-local\"") && home.text.contains("(Europe/Berlin)")
                )
                let at = try ada.clock(in: .hours(2))
                let answer = try await ada.send("/posts", "do=schedule&text=Later&at=\(at)")
                #expect(answer.headers[.location] == "/scheduled")
                let saved = try #require(try await ada.saved().first)
                let minute = visitor.instance.clock.now().milliseconds / 60_000 * 60_000
                #expect(saved.dueAt == Timestamp(milliseconds: minute) + .hours(2))
                let list = try await ada.page("/scheduled")
                #expect(list.text.contains("Later") && list.text.contains(at.replacing("T", with: " ")))
                #expect(list.text.contains("value=\"\(at)\""))
                #expect(!(try await ada.page("/drafts").text.contains("Later")))
                let soon = try ada.clock(in: .hours(1))
                #expect(try await ada.send("/drafts/\(saved.id)/reschedule", "at=\(soon)").status == 303)
                visitor.instance.clock.advance(by: .minutes(59))
                let before = try await visitor.instance.publisher.publishDue()
                visitor.instance.clock.advance(by: .minutes(1))
                let after = try await visitor.instance.publisher.publishDue()
                #expect((before, after) == (0, 1))
                #expect(try await ada.posts().map(\.body.text) == ["Later"])
            }
        }

        @Test("a time that is none, near or past is refused with a word, and nothing is kept")
        func badTimes() async throws {
            try await Visitor.use { visitor async throws in
                let ada = try await Writer(visitor)
                try await ada.moveToBerlin()
                for at in ["", "soon", try ada.clock(in: .minutes(2)), try ada.clock(in: .hours(-1))] {
                    let answer = try await ada.send("/posts", "do=schedule&text=Later&at=\(at)")
                    #expect(answer.status == 422 && answer.text.contains("time"), "\(at)")
                }
                #expect(try await ada.saved().isEmpty)
                let good = try ada.clock(in: .hours(1))
                #expect(try await ada.send("/posts", "do=schedule&text=Later&at=\(good)").status == 303)
                let id = try #require(try await ada.saved().first?.id)
                #expect(try await ada.send("/drafts/\(id)/reschedule", "at=never").status == 422)
                #expect(try await ada.saved().first?.dueAt != nil)
            }
        }

        @Test("what waits goes back among the drafts, and a draft is given a time, with its form")
        func changes() async throws {
            try await Visitor.use { visitor async throws in
                let ada = try await Writer(visitor)
                try await ada.moveToBerlin()
                let at = try ada.clock(in: .hours(1))
                _ = try await ada.send("/posts", "do=schedule&text=One&at=\(at)")
                let id = try #require(try await ada.saved().first?.id)
                let form = try await ada.page("/drafts/\(id)")
                #expect(form.text.contains("<details open><summary>Post it later") && form.text.contains(at))
                _ = try await ada.send("/drafts/\(id)", "do=draft&text=Two&audience=public")
                #expect(try await ada.saved().map(\.dueAt) == [nil])
                _ = try await ada.send("/drafts/\(id)", "do=schedule&text=Three&audience=public&at=\(at)")
                #expect(try await ada.saved().first?.dueAt != nil)
                let now = try await ada.send("/drafts/\(id)/publish")
                #expect(now.headers[.location] == "/home")
                #expect(try await ada.posts().map(\.body.text) == ["Three"])
                _ = try await ada.send("/posts", "do=draft&text=Four")
                let other = try #require(try await ada.saved().first?.id)
                #expect(try await ada.send("/drafts/\(other)/delete").headers[.location] == "/drafts")
                #expect(try await ada.saved().isEmpty)
            }
        }

        @Test("a draft keeps what it answers and quotes, its poll, and its files until they are taken off")
        func parts() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let parent = try await publisher.publish(PostDraft(text: "Well?"), as: visitor.cleo.id)
                let ada = try await Writer(visitor)
                let bytes = UploadTests.form(
                    "picture",
                    Array("\0\0\0\u{18}ftypisom\0\0\0\0isommp42".utf8) + [UInt8](repeating: 7, count: 500),
                    [
                        ("csrf", ada.csrf), ("text", "Yes"), ("reply", "\(parent.id)"), ("do", "draft"),
                        ("picture-text", "A pond"),
                    ]
                )
                let sent = try await visitor.send(
                    .post,
                    "/posts",
                    bytes: bytes,
                    type: UploadTests.type,
                    cookie: ada.cookie
                )
                #expect(sent.headers[.location] == "/drafts")
                let saved = try #require(try await ada.saved().first)
                let upload = try #require(saved.uploads.first)
                let form = try await ada.page("/drafts/\(saved.id)")
                #expect(form.text.contains("name=\"keep-\(upload)\"") && form.text.contains("Keep: A pond"))
                #expect(form.text.contains("Answers <a href=\"/posts/\(parent.id)\">"))
                _ = try await ada.send("/drafts/\(saved.id)", "do=draft&text=Yes&keep-\(upload)=yes")
                #expect(try await ada.saved().first?.uploads == [upload])
                let posted = try await ada.send("/drafts/\(saved.id)", "do=post&text=Yes!&keep-\(upload)=yes")
                #expect(posted.headers[.location] == "/posts/\(parent.id)")
                let post = try #require(try await ada.posts().first)
                #expect(post.inReplyTo == parent.uri)

                var draft = PostDraft(
                    text: "See",
                    poll: PollDraft(options: ["a", "b"], lasts: .days(1))
                )
                draft.quotes = parent.id
                let quoting = try await publisher.save(draft, as: visitor.ada.id)
                _ = try await ada.send("/drafts/\(quoting.id)", "do=post&text=See+this&audience=public")
                let found = try await visitor.instance.database.read { db in
                    try db.profiles.posts(of: visitor.ada.id, for: .anonymous).first
                }
                let shown = try #require(found)
                #expect(shown.post.type == .question && shown.post.body.quotes == parent.uri)
                #expect(shown.poll?.poll.options.map(\.title) == ["a", "b"])
            }
        }

        @Test("an article that has no title yet is saved as one, and posted with its title")
        func article() async throws {
            try await Visitor.use { visitor async throws in
                let ada = try await Writer(visitor)
                _ = try await ada.send(
                    "/posts",
                    "do=draft&title=&text=%23+Boats&markdown=yes&audience=public"
                )
                let id = try #require(try await ada.saved().first?.id)
                #expect(try await ada.page("/drafts/\(id)").text.contains("name=\"title\""))
                let posted = try await ada.send(
                    "/drafts/\(id)",
                    "do=post&title=Folding&text=%23+Boats&markdown=yes&audience=public"
                )
                let post = try #require(try await ada.posts().first)
                #expect(post.type == .article && posted.headers[.location] == "/posts/\(post.id)")
            }
        }

        @Test(
            "nobody else sees, changes, posts or deletes what somebody has saved, nor does a form of another page"
        )
        func others() async throws {
            try await Visitor.use { visitor async throws in
                let (ada, cleo) = (try await Writer(visitor), try await Writer(visitor, "Cleo"))
                let saved = try await visitor.instance.publisher.save(
                    PostDraft(text: "rosebud"),
                    as: visitor.ada.id
                )
                let path = "/drafts/\(saved.id)"
                #expect(try await cleo.page(path).status == 404)
                #expect(!(try await cleo.page("/drafts").text.contains("rosebud")))
                for (verb, form) in [
                    ("", "do=draft&text=x"), ("/publish", ""), ("/delete", ""),
                    ("/reschedule", "at=\(try ada.clock(in: .hours(3)))"),
                ] {
                    #expect(try await cleo.send(path + verb, form).status == 404, "\(verb)")
                    let forged = try await visitor.send(.post, path + verb, form: form, cookie: ada.cookie)
                    #expect(forged.status == 403, "\(verb)")
                }
                for page in [path, "/drafts", "/scheduled"] {
                    #expect(try await visitor.send(.get, page).headers[.location] == "/sign-in")
                }
                #expect(try await ada.page(path).text.contains("rosebud"))
                #expect(try await ada.saved().map(\.document) == [saved.document])
                #expect(try await ada.send(path + "/publish").status == 303)
            }
        }

        @Test("what was refused at its time is a draft that says why, and its author's notice leads there")
        func refused() async throws {
            try await Visitor.use { visitor async throws in
                let ada = try await Writer(visitor)
                let publisher = visitor.instance.publisher
                let parent = try await publisher.publish(PostDraft(text: "Well?"), as: visitor.cleo.id)
                var draft = PostDraft(text: "Yes")
                draft.inReplyTo = parent.id
                let time = visitor.instance.clock.now() + .hours(1)
                try await publisher.schedule(draft, at: time, as: visitor.ada.id)
                try await publisher.delete(parent.id, as: visitor.cleo.id)
                visitor.instance.clock.advance(by: .hours(1))
                #expect(try await publisher.publishDue() == 1)
                let list = try await ada.page("/drafts")
                #expect(list.text.contains("It was not posted at its time:"))
                #expect(
                    try await ada.page("/notifications").text.contains("href=\"/drafts\">See your drafts")
                )
            }
        }
    }
}

import Domain
import Logging
import Outbox
import Peers
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

@Suite("Previews of what posts link to")
struct LinkPreviewTests {
    /// A site that answers, and what asks it.
    private struct Stage {
        let stage: InboxStage
        let site: FakePeer
        let previewer: LinkPreviewer

        static func use(
            federation: School.Federation = .partners,
            _ body: (Stage) async throws -> Void
        ) async throws {
            let loopback = try AddressRange("127.0.0.0/8")
            try await InboxStage.use(reaching: [loopback], federation: federation) { stage async throws in
                let previewer = LinkPreviewer(
                    database: stage.instance.database,
                    client: stage.instance.client,
                    clock: stage.instance.clock,
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                )
                try await body(
                    Stage(stage: stage, site: try FakePeer(address: "127.0.0.4"), previewer: previewer)
                )
            }
        }

        func page(_ target: String, _ title: String, on site: FakePeer? = nil) {
            let html = "<title>\(title)</title><meta property=\"og:image\" content=\"/tree.png\">"
            (site ?? self.site).reply(
                target,
                .response(200, html, fields: ["Content-Type: text/html; charset=utf-8"])
            )
        }

        @discardableResult
        func post(_ text: String, _ audience: Audience = .public, isLocalOnly: Bool = false) async throws
            -> Post
        {
            var draft = PostDraft(text: text, audience: audience)
            draft.isLocalOnly = isLocalOnly
            return try await stage.instance.publisher.publish(draft, as: stage.ada.id)
        }

        /// A post of ben's with a link, as it comes in.
        func receive(_ name: String, _ url: String, to: [String] = [Wire.everybody]) async throws {
            let note = Wire.create(name, by: stage.ben, "Look: <a href=\"\(url)\">here</a>", to: to)
            #expect(try await stage.apply(note, by: stage.ben) == .applied)
        }

        /// Asks for all that is due within a minute and a half.
        func ask() async {
            for _ in 0..<45 {
                stage.instance.clock.advance(by: .seconds(2))
                while await previewer.proceed() {}
            }
        }

        func shown(_ post: Post) async throws -> String? {
            let viewer = Viewer.account(stage.ada.id, school: stage.school.id)
            return try await stage.instance.database.read {
                try $0.presenter.present([post], to: viewer).first?.preview?.title
            }
        }

        func preview(_ target: String) async throws -> LinkPreview? {
            let url = try site.uri(target)
            return try await stage.instance.database.read { try $0.linkPreviews.find(url) }
        }
    }

    @Test("FET-25: a page that many posts link to is asked once, after a while, and shown with each")
    func once() async throws {
        try await Stage.use { stage async throws in
            stage.page("/a", "Trees")
            let url = try stage.site.uri("/a").description
            let own = try await stage.post("See \(url)#part")
            for name in 1...20 { try await stage.receive("\(name)", url) }
            #expect(try await stage.shown(own) == nil)
            await stage.ask()
            #expect(stage.site.count() == 1)
            #expect(try await stage.shown(own) == "Trees")
            let posts = try await stage.stage.count("post_preview")
            #expect(posts == 21)
            // A later one needs no asking.
            let later = try await stage.post("Again \(url)")
            await stage.ask()
            #expect(stage.site.count() == 1)
            #expect(try await stage.shown(later) == "Trees")
        }
    }

    @Test("a received link is asked within a minute, each at a moment of its own")
    func jitter() async throws {
        try await Stage.use { stage async throws in
            for name in 1...30 { try await stage.receive("\(name)", "https://site\(name).test/") }
            let now = stage.stage.instance.clock.now()
            let due = try await stage.stage.instance.database.read { db -> [Timestamp] in
                try db.run("SELECT due_at FROM link_preview").map { row throws(StorageError) in
                    try row["due_at"]
                }
            }
            #expect(due.count == 30 && Set(due).count > 20)
            #expect(due.allSatisfy { $0 >= now && $0 < now + .minutes(1) })
        }
    }

    @Test(
        "only posts for everybody, that leave the instance, are looked at",
        arguments: Audience.allCases,
        [true, false]
    )
    func audiences(audience: Audience, isLocalOnly: Bool) async throws {
        try await Stage.use { stage async throws in
            stage.page("/a", "Trees")
            let text = "See \(try stage.site.uri("/a")) @cleo"
            let post = try await stage.post(text, audience, isLocalOnly: isLocalOnly)
            await stage.ask()
            let isAsked = audience.isForEverybody && !isLocalOnly
            #expect(stage.site.count() == (isAsked ? 1 : 0))
            #expect(try await stage.shown(post) == (isAsked ? "Trees" : nil))
        }
    }

    @Test("a peer's post for followers is not looked at; its twin is")
    func received() async throws {
        try await Stage.use { stage async throws in
            stage.page("/few", "Few")
            stage.page("/all", "All")
            let followers = "\(stage.stage.ben.account.uri)/followers"
            try await stage.receive("few", "\(stage.site.origin)/few", to: [followers])
            try await stage.receive("all", "\(stage.site.origin)/all")
            await stage.ask()
            #expect(stage.site.count("/few") == 0 && stage.site.count("/all") == 1)
        }
    }

    @Test(
        "a stranger who mentions somebody here has no page asked; once somebody follows the stranger, it is"
    )
    func strangers() async throws {
        try await Stage.use(federation: .open) { stage async throws in
            let inbox = stage.stage
            for path in ["/1", "/2", "/3"] { stage.page(path, path) }
            func receive(_ path: String) async throws {
                let text = "Look: <a href=\"\(stage.site.origin)\(path)\">here</a>"
                let name = path.replacing("/", with: "")
                let cc = [inbox.ada.uri.description]
                let note = Wire.create(name, by: inbox.mallory, text, to: [Wire.everybody], cc: cc)
                #expect(try await inbox.apply(note, by: inbox.mallory) == .applied)
                await stage.ask()
            }
            try await receive("/1")
            #expect(stage.site.count() == 0)
            // What somebody here has linked to is shown with the stranger's post too.
            try await stage.post("See \(stage.site.origin)/2")
            await stage.ask()
            try await receive("/2")
            #expect(stage.site.count("/2") == 1)
            let shown = try #require(try await inbox.post("\(inbox.mallory.account.uri)/notes/2"))
            #expect(try await stage.shown(shown) == "/2")
            try await inbox.instance.addFollow(of: inbox.mallory.account, by: inbox.ada)
            try await receive("/3")
            #expect(stage.site.count("/1") == 0 && stage.site.count("/3") == 1)
        }
    }

    @Test(
        "redirects are followed three times, never to ourselves or a blocked host; what is no page shows nothing"
    )
    func redirects() async throws {
        try await Stage.use { stage async throws in
            let evil = try FakePeer(address: "127.0.0.5")
            try await stage.stage.instance.admin.setPartner(
                evil.host,
                .blocked,
                at: stage.stage.school,
                by: "test"
            )
            stage.page("/evil", "Evil", on: evil)
            stage.page("/page", "Page")
            stage.site.redirect("/1", to: "/2")
            stage.site.redirect("/2", to: "/3")
            stage.site.redirect("/3", to: "\(stage.site.origin)/page")
            stage.site.redirect("/0", to: "/1")
            stage.site.redirect("/own", to: "https://north.test/")
            stage.site.redirect("/away", to: "\(evil.origin)/evil")
            stage.site.redirect("/loop", to: "/loop")
            stage.site.reply(
                "/text",
                .response(200, "<title>T</title>", fields: ["Content-Type: text/plain"])
            )
            stage.site.reply("/bare", .response(200, "<p>Hi", fields: ["Content-Type: text/html"]))
            for name in ["1", "0", "own", "away", "loop", "text", "bare", "none"] {
                try await stage.receive(name, "\(stage.site.origin)/\(name)")
            }
            try await stage.receive("evil", "\(evil.origin)/evil")
            await stage.ask()
            #expect(try await stage.preview("/1")?.content?.title == "Page")
            #expect(try await stage.preview("/1")?.content?.image == (try stage.site.uri("/tree.png")))
            for name in ["0", "own", "away", "loop", "text", "bare", "none"] {
                let preview = try await stage.preview("/\(name)")
                #expect(preview?.state == .absent && preview?.content == nil, "\(name)")
            }
            #expect(evil.count() == 0 && stage.site.count("/loop") == 4)
        }
    }

    @Test("FET-12: of a page without end half a megabyte is read, and what stands at its head is shown")
    func endless() async throws {
        try await Stage.use { stage async throws in
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Long</title>"
            stage.site.reply(
                "/long",
                .endless(head: Array(head.utf8), chunk: [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16))
            )
            let post = try await stage.post("See \(stage.site.origin)/long")
            await stage.ask()
            #expect(try await stage.shown(post) == "Long")
        }
    }

    @Test(
        "a failure that may pass is tried again three times and remembered; what is not there is asked again a day later"
    )
    func failures() async throws {
        try await Stage.use { stage async throws in
            let clock = stage.stage.instance.clock
            stage.site.reply("/busy", .response(503))
            try await stage.receive("1", "\(stage.site.origin)/busy")
            for count in 1...4 {
                await stage.ask()
                #expect(stage.site.count("/busy") == count)
                clock.advance(by: .hours(7))
            }
            await stage.ask()
            #expect(stage.site.count("/busy") == 4)
            #expect(try await stage.preview("/busy")?.state == .absent)
            try await stage.receive("2", "\(stage.site.origin)/busy")
            await stage.ask()
            #expect(stage.site.count("/busy") == 4)
            stage.page("/busy", "Open")
            clock.advance(by: .hours(25))
            try await stage.receive("3", "\(stage.site.origin)/busy")
            await stage.ask()
            #expect(stage.site.count("/busy") == 5)
            #expect(try await stage.preview("/busy")?.content?.title == "Open")
        }
    }

    @Test("a host is asked for one page at a time, two seconds apart; another is not kept waiting")
    func politeness() async throws {
        try await Stage.use { stage async throws in
            let (database, clock) = (stage.stage.instance.database, stage.stage.instance.clock)
            for path in ["/1", "/2"] {
                stage.page(path, path)
                try await stage.receive(path.replacing("/", with: ""), "\(stage.site.origin)\(path)")
            }
            clock.advance(by: .minutes(1))
            let now = clock.now()
            let claim = { (time: Timestamp) in
                try await database.write { try $0.linkPreviews.claim(now: time, lease: time + .minutes(1)) }
            }
            let first = try #require(try await claim(now))
            #expect(try await claim(now) == nil)
            try await stage.receive("3", "https://other.test/")
            #expect(try await claim(now + .seconds(59))?.url.host.description == "other.test")
            // The process died over the first: both are due again when its lease has ended.
            let again = try #require(try await claim(now + .seconds(63)))
            #expect(again.url.host == first.url.host)
        }
    }

    @Test("an edit shows what is linked now, and a deleted post and a narrower audience show nothing")
    func edited() async throws {
        try await Stage.use { stage async throws in
            for path in ["/1", "/2"] { stage.page(path, path) }
            let post = try await stage.post("See \(stage.site.origin)/1")
            await stage.ask()
            #expect(try await stage.shown(post) == "/1")
            var draft = PostDraft(editing: post)
            draft.text = "See \(stage.site.origin)/2"
            _ = try await stage.stage.instance.publisher.edit(post.id, draft, as: stage.stage.ada.id)
            await stage.ask()
            #expect(try await stage.shown(post) == "/2")
            draft.text = "See https://north.test/@ada"
            _ = try await stage.stage.instance.publisher.edit(post.id, draft, as: stage.stage.ada.id)
            #expect(try await stage.shown(post) == nil)
            let gone = try await stage.post("See \(stage.site.origin)/2")
            #expect(try await stage.stage.count("post_preview") == 1)
            try await stage.stage.instance.publisher.delete(gone.id, as: stage.stage.ada.id)
            #expect(try await stage.stage.count("post_preview") == 0)
            let now = stage.stage.instance.clock.now() + .days(15)
            let removed = try await stage.stage.instance.database.write {
                try $0.linkPreviews.removeUnused(before: now, limit: 10)
            }
            #expect(removed == 2)
        }
    }
}

import Domain
import Foundation
import Media
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Archives

@Suite("Bringing along")
struct ImportTests {
    @Test("an archive of Mastodon's: posts come with their dates and pictures, and nobody is told")
    func mastodon() async throws {
        try await ArchiveStage.use { stage in
            let picture = try TestPicture.picture("png", width: 30, height: 20)
            let path = "media_attachments/files/109/001/original/abc.png"
            let items = [
                TestArchive.note(1, "The first <b>one</b><script>alert(1)</script>"),
                TestArchive.note(
                    2,
                    "An answer",
                    published: "2020-01-02T03:04:05Z",
                    more: ", \"updated\": \"2020-02-02T03:04:05Z\""
                ).replacing(
                    "\"attachment\": []",
                    with: """
                        "attachment": [{"type": "Document", "mediaType": "image/png", "url": "/\(path)",
                         "name": "A red board", "focalPoint": [0.5, -0.25]},
                         {"type": "Document", "mediaType": "image/png", "url": "/media_attachments/none.png"}]
                        """
                ),
                "{\"type\": \"Announce\", \"actor\": \"https://old.example/users/ada\", \"object\": \"https://a.example/1\"}",
            ]
            let bytes = try TestArchive.mastodon(items, [(path, picture)])
            let report = try await stage.bring(bytes)
            #expect(report.order.state == .finished)
            #expect((report.order.added, report.order.passed, report.order.refused) == (2, 1, 1))
            #expect(report.refusals.first?.reason.contains("none.png: the archive does not have it") == true)
            let posts = try await stage.posts()
            #expect(posts.map(\.body.text) == ["The first one", "An answer"])
            #expect(posts.map(\.audience) == [.public, .public])
            #expect(posts.map(\.publishedAt.milliseconds) == [1_556_964_000_000, 1_577_934_245_000])
            #expect(posts.last?.editedAt?.milliseconds == 1_580_612_645_000)
            #expect(posts.allSatisfy { $0.uri.host == stage.school.host })
            let second = try #require(posts.last)
            let attachment = try #require(
                try await stage.instance.database.read { try $0.postAttachments.find(of: second.id) }.first
            )
            #expect(attachment.description == "A red board")
            #expect(attachment.focus == Post.Attachment.Focus(x: 0.5, y: -0.25))
            #expect(attachment.width == 30 && attachment.url.host == stage.school.host)

            // A new post of ada's reaches cleo, who follows her; the old ones reached nobody.
            let live = try await stage.instance.publisher.publish(PostDraft(text: "New"), as: stage.ada.id)
            let (cleo, school) = (stage.cleo.id, stage.school.id)
            let (home, notices, lines, activities) = try await stage.instance.database.read { db in
                (
                    try db.homeTimelines.page(of: cleo, school: school, HomeTimelineView.Page(limit: 40)).map(
                        \.post.id
                    ),
                    try db.notices.page(of: cleo, before: nil, limit: 10).count,
                    try db.queue.deliveries(nil, host: nil).count,
                    try db.outboxActivities.countPublic(of: stage.ada.id)
                )
            }
            #expect(home == [live.id] && notices == 0 && lines == 0 && activities == 1)

            let again = try await stage.bring(bytes)
            #expect((again.order.added, again.order.passed, again.order.refused) == (0, 3, 0))
            #expect(try await stage.posts().count == 3)
        }
    }

    @Test("answers to oneself are kept together, answers to others here only where they may be answered")
    func answers() async throws {
        try await ArchiveStage.use { stage in
            var open = PostDraft(text: "Open")
            open.replyPolicy = .everyone
            var closed = PostDraft(text: "Closed")
            closed.replyPolicy = .nobody
            let (yes, no) = (
                try await stage.instance.publisher.publish(open, as: stage.cleo.id),
                try await stage.instance.publisher.publish(closed, as: stage.cleo.id)
            )
            func answer(_ number: Int, to uri: String) -> String {
                TestArchive.note(number, "Answer \(number)", published: "2020-01-0\(number)T00:00:00Z")
                    .replacing("\"inReplyTo\": null", with: "\"inReplyTo\": \"\(uri)\"")
            }
            let report = try await stage.bring(
                try TestArchive.mastodon([
                    TestArchive.note(1, "First"), answer(2, to: "https://old.example/users/ada/statuses/1"),
                    answer(3, to: yes.uri.description), answer(4, to: no.uri.description),
                    answer(5, to: "https://north.test/ap/posts/1"), answer(6, to: "https://far.example/1"),
                ])
            )
            #expect(report.order.added == 6 && report.order.refused == 0)
            let posts = try await stage.posts()
            #expect(
                posts.map { $0.inReplyTo?.description } == [
                    nil, posts[0].uri.description, yes.uri.description, nil, nil, "https://far.example/1",
                ]
            )
            #expect(posts[1].conversation == posts[0].conversation)
        }
    }

    @Test("an audience is never wider than it was: what was for some is the author's alone elsewhere")
    func audiences() async throws {
        try await ArchiveStage.use { stage in
            func to(_ number: Int, _ to: String, _ more: String = "") -> String {
                let text = TestArchive.note(
                    number,
                    "\(number)",
                    published: "2020-01-0\(number)T00:00:00Z",
                    more: more
                )
                // The object's own recipients count.
                guard let start = text.range(of: "\"object\"") else { return text }
                let object = text[start.lowerBound...].replacing(
                    "\"to\": [\"https://www.w3.org/ns/activitystreams#Public\"], \"cc\": [\"https://old.example/users/ada/followers\"]",
                    with: "\"to\": [\"\(to)\"], \"cc\": []"
                )
                return String(text[..<start.lowerBound]) + String(object)
            }
            let everybody = "https://www.w3.org/ns/activitystreams#Public"
            _ = try await stage.bring(
                try TestArchive.mastodon([
                    to(1, everybody), to(2, "https://old.example/users/ada/followers"),
                    to(3, stage.cleo.uri.description),
                    to(4, everybody, ", \"archivedAudience\": \"partners\""),
                    to(5, everybody, ", \"localOnly\": true"),
                ])
            )
            let posts = try await stage.posts()
            #expect(posts.map(\.audience) == [.public, .followers, .direct, .direct, .direct])
            let (cleo, school) = (stage.cleo.id, stage.school.id)
            let seen = try await stage.instance.database.read { db in
                try posts.filter { try db.sights.canSee(.account(cleo, school: school), $0) }.map(\.body.text)
            }
            #expect(seen == ["1", "2"])
        }
    }

    @Test(
        "an entry that cannot be taken is refused with its reason, and the one beside it is taken",
        arguments: [
            (
                "it was not written by the archive's owner",
                "\"attributedTo\": \"https://old.example/users/ada\"",
                "\"attributedTo\": \"https://old.example/users/ben\""
            ),
            (
                "it was not written by the archive's owner", "\"actor\": \"https://old.example/users/ada\"",
                "\"actor\": \"https://old.example/users/ben\""
            ),
            ("its date cannot be right", "2019-05-04T10:00:00Z", "9999-05-04T10:00:00Z"),
            ("its date cannot be right", "2019-05-04T10:00:00Z", "1919-05-04T10:00:00Z"),
            (
                "it does not say when it was published",
                "\"inReplyTo\": null, \"published\": \"2019-05-04T10:00:00Z\"",
                "\"inReplyTo\": null, \"published\": \"yesterday\""
            ),
            ("cannot be written here", "\"type\": \"Note\"", "\"type\": \"Event\""),
            (
                "it has no address", "\"object\": {\"id\": \"https://old.example/users/ada/statuses/1\"",
                "\"object\": {\"id\": \"javascript:1\""
            ),
        ]
    )
    func refusals(_ reason: String, _ from: String, _ to: String) async throws {
        try await ArchiveStage.use { stage in
            let good = TestArchive.note(1, "Fine")
            let bad = good.replacing(from, with: to)
            #expect(bad != good)
            let report = try await stage.bring(try TestArchive.mastodon([bad, TestArchive.note(2, "Fine")]))
            #expect(report.order.added == 1 && report.order.refused == 1)
            #expect(report.refusals.first?.reason.contains(reason) == true)
            let twin = try await stage.bring(try TestArchive.mastodon([good]))
            #expect(twin.order.added == 1 && twin.order.refused == 0)
        }
    }

    @Test("what is no archive of posts ends as not taken, with the reason; nothing is left of it")
    func failures() async throws {
        try await ArchiveStage.use { stage in
            let outbox = Array(TestArchive.outbox([TestArchive.note(1, "x")]).utf8)
            let cases: [([UInt8], String)] = [
                (Array("hello".utf8), "neither a ZIP nor a tar"),
                (try TestArchive.zip([("x", [1])]), "neither an outbox.json nor a table"),
                (try TestArchive.zip([("outbox.json", outbox)]), "actor.json cannot be read"),
                (
                    try TestArchive.zip([("outbox.json", outbox), ("actor.json", Array("{".utf8))]),
                    "actor.json"
                ),
                (
                    try TestArchive.zip([
                        ("outbox.json", Array("{}".utf8)), ("actor.json", Array(TestArchive.actor.utf8)),
                    ]),
                    "it has no orderedItems"
                ),
            ]
            for (bytes, reason) in cases {
                let report = try await stage.bring(bytes)
                #expect(report.order.state == .failed && report.order.file == nil)
                #expect(report.order.problem?.contains(reason) == true, "\(report.order.problem ?? "")")
            }
            #expect(try await stage.posts().isEmpty)
        }
    }

    @Test("an import that a crash broke off is begun anew, and no post is there twice")
    func crash() async throws {
        try await ArchiveStage.use { stage in
            let bytes = try TestArchive.mastodon([TestArchive.note(1, "One"), TestArchive.note(2, "Two")])
            let order = try await stage.desk.receive(for: stage.ada.id) { file in
                try await file.write(bytes)
                return .archive
            }
            let now = stage.instance.clock.now()
            // Somebody took it and died when a post was written.
            _ = try await stage.instance.database.write { db in
                try db.imports.claim(now: now, until: now + ArchiveDesk.held)
            }
            let (account, school) = try await stage.desk.person(stage.ada.id)
            guard
                case .post(let post) = ArchivedPost.read(
                    try JSONParser.parse(Array(TestArchive.note(1, "One").utf8)),
                    of: try owner(account),
                    isSameSchool: false,
                    now: now
                )
            else { return #expect(Bool(false), "not read") }
            let folder = try await stage.store.makeWorkFolder()
            let path = "\(folder)/a.zip"
            let upload = ArchiveUpload(path, limit: .max) {}
            try await upload.write(bytes)
            try upload.finish()
            let unpacked = try await UnpackedArchive(
                path,
                into: folder,
                limits: ArchiveLimits(),
                media: MediaLimits()
            ) {}
            let importer = PostImporter(
                database: stage.instance.database,
                media: stage.media,
                ids: stage.instance.ids,
                account: account,
                school: school,
                limits: ArchiveLimits()
            )
            #expect(try await importer.add(post, from: unpacked) == .added(without: []))
            // While it is held nobody else takes it; nor may there be a second one.
            #expect(try await !stage.desk.readNext())
            await #expect(throws: ArchiveError.underWay) {
                _ = try await stage.desk.receive(for: stage.ada.id) { _ in .archive }
            }
            stage.instance.clock.advance(by: ArchiveDesk.held)
            #expect(try await stage.desk.readNext())
            let report = try #require(try await stage.desk.imports(of: stage.ada.id).first)
            #expect(report.order.id == order.id && report.order.state == .finished)
            #expect(report.order.added == 1 && report.order.passed == 1)
            #expect(try await stage.posts().map(\.body.text) == ["One", "Two"])
        }
    }

    private func owner(_ account: Account) throws -> Account {
        Account(
            id: account.id,
            school: nil,
            uri: try URI("https://old.example/users/ada"),
            handle: account.handle,
            kind: .person,
            endpoints: Account.Endpoints(inbox: try URI("https://old.example/users/ada/inbox")),
            createdAt: account.createdAt
        )
    }
}

import Domain
import Foundation
import Media
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Archives

@Suite("Taking along")
struct ArchiveRoundTripTests {
    /// What a post is, wherever it is.
    private struct Told: Hashable {
        let type: PostType
        let title, text, html, summary, cover: String
        let source: Post.Body.Source?
        let audience: Audience
        let publishedAt: Timestamp
        let pictures: [String]
        let options: [String]
        let learning: Learning?
        let answers: String?
        let policies: [InteractionPolicy]
    }

    private func told(_ stage: ArchiveStage) async throws -> [Told] {
        let posts = try await stage.posts()
        return try await stage.instance.database.read { db in
            try posts.map { post in
                let parent = posts.first { $0.uri == post.inReplyTo }
                return Told(
                    type: post.type,
                    title: post.body.title,
                    text: post.body.text,
                    html: post.body.html,
                    summary: post.body.summary,
                    cover: post.body.picture?.description ?? "",
                    source: post.body.source,
                    audience: post.audience,
                    publishedAt: post.publishedAt,
                    pictures: try db.postAttachments.find(of: post.id).map {
                        "\($0.kind) \($0.description) \($0.width ?? 0)x\($0.height ?? 0)"
                    },
                    options: try db.polls.find(of: post)?.options.map(\.title) ?? [],
                    learning: post.body.learning,
                    answers: parent?.body.text,
                    policies: [
                        post.replyPolicy, post.audience.isForEverybody ? post.boostPolicy : .nobody,
                    ]
                )
            }
        }
    }

    /// Everything that one can write.
    private func write(_ stage: ArchiveStage) async throws {
        let publisher = stage.instance.publisher
        func publish(_ draft: PostDraft) async throws -> Post {
            stage.instance.clock.advance(by: .days(1))
            return try await publisher.publish(draft, as: stage.ada.id)
        }
        let first = try await publish(PostDraft(text: "Hello #maths & <friends> \"all\""))
        var picture = PostDraft(text: "Look", summary: "a picture", isSensitive: true)
        picture.uploads = [
            try await stage.upload(
                try TestPicture.picture("png", width: 60, height: 40),
                "A \"red\" board, é"
            ).id
        ]
        picture.boostPolicy = .followers
        _ = try await publish(picture)
        var article = PostDraft(text: "# Fractions\n\n*With* pizza.", summary: "What went well")
        article.title = "Fractions & pizza"
        article.format = .markdown
        let cover = try await stage.upload(try TestPicture.picture("jpg", width: 90, height: 60), "A pizza")
        (article.uploads, article.cover) = ([cover.id], cover.id)
        _ = try await publish(article)
        var answer = PostDraft(text: "And more", audience: .followers, inReplyTo: first.id)
        answer.replyPolicy = .nobody
        _ = try await publish(answer)
        var learned = PostDraft(text: "We tried")
        learned.learning = Learning(.celebration, whatWeDid: "Counted", why: "To see")
        _ = try await publish(learned)
        _ = try await publish(
            PostDraft(text: "Which?", poll: PollDraft(options: ["This", "That"], lasts: .days(1)))
        )
        _ = try await publish(PostDraft(text: "@cleo in private", audience: .direct))
    }

    @Test(
        "what is exported at one server and imported at another is the same: posts, pictures with alt text, dates"
    )
    func roundTrip() async throws {
        var (archive, before) = ([UInt8](), [Told]())
        try await ArchiveStage.use("north.test") { stage in
            try await write(stage)
            before = try await told(stage)
            archive = try await export(stage)
        }
        #expect(before.count == 7)
        try await ArchiveStage.use("south.test") { stage in
            stage.instance.clock.advance(by: .days(30))
            let report = try await stage.bring(archive)
            #expect(report.order.added == 7 && report.order.refused == 0, "\(report.refusals)")
            let after = try await told(stage)
            #expect(after.count == before.count)
            for (one, other) in zip(before, after) { #expect(one == other) }
            let again = try await stage.bring(archive)
            #expect(again.order.added == 0 && again.order.passed == 7)
        }
    }

    /// Orders an archive, makes it, and gives its bytes.
    private func export(_ stage: ArchiveStage) async throws -> [UInt8] {
        try await stage.desk.order(for: stage.ada.id)
        #expect(try await stage.desk.makeNext())
        let made = try #require(try await stage.desk.exports(of: stage.ada.id).first)
        #expect(made.state == .ready)
        let file = try #require(try await stage.desk.open(made.id, of: stage.ada.id))
        #expect(file.size == made.size.map(Int.init))
        return try await file.read(at: 0, count: file.size)
    }

    @Test("an archive has the shape of Mastodon's, all of one's own, and of others only what one may see")
    func shape() async throws {
        try await ArchiveStage.use { stage in
            let (ada, cleo, publisher) = (stage.ada.id, stage.cleo.id, stage.instance.publisher)
            for number in 1...250 {
                _ = try await publisher.publish(PostDraft(text: "Post \(number)"), as: ada)
            }
            let shown = try await publisher.publish(PostDraft(text: "Shown"), as: cleo)
            let hidden = try await publisher.publish(PostDraft(text: "Hidden"), as: cleo)
            for post in [shown, hidden] {
                try await publisher.react(.like, to: post.id, as: ada)
                try await publisher.bookmark(post.id, true, as: ada)
            }
            try await publisher.react(.boost, to: shown.id, as: ada)
            try await publisher.delete(hidden.id, as: cleo)
            _ = try await publisher.follow(cleo, as: ada)
            let maths = try await publisher.addList("Maths, and \"more\"", as: ada)
            try await publisher.add([cleo], to: maths.id, as: ada)
            let ben = try await stage.instance.addPerson("ben", at: stage.school)
            try await publisher.block(ben.id, as: ada)
            try await publisher.mute(cleo, hidesNotices: false, as: ada)
            try await publisher.followHashtag("maths", as: ada)
            let entries = try TestArchive.entries(try await export(stage))
            func text(_ name: String) -> String { String(decoding: entries[name] ?? [], as: UTF8.self) }
            func list(_ name: String) throws -> [JSONValue] {
                let document = try JSONParser.parse(entries[name] ?? []).object ?? [:]
                #expect(document["type"] == "OrderedCollection")
                let items = document["orderedItems"]?.array ?? []
                #expect(document["totalItems"] == .integer(Int64(items.count)))
                return items
            }
            let outbox = try list("outbox.json")
            #expect(outbox.count == 251)
            #expect(outbox.last?.object?["type"] == "Announce")
            #expect(outbox[0].object?["object"]?.object?["content"] == "<p>Post 1</p>")
            #expect(try list("likes.json") == [.string(shown.uri.description)])
            #expect(try list("bookmarks.json") == [.string(shown.uri.description)])
            let actor = try #require(try JSONParser.parse(entries["actor.json"] ?? []).object)
            #expect(actor["id"] == .string(stage.ada.uri.description) && actor["outbox"] == "outbox.json")
            #expect(actor["publicKey"] == nil)
            #expect(
                text("following_accounts.csv")
                    == "Account address,Show boosts,Notify on new posts\r\ncleo@north.test,true,false\r\n"
            )
            #expect(text("blocked_accounts.csv") == "ben@north.test\r\n")
            #expect(
                text("muted_accounts.csv")
                    == "Account address,Hide notifications\r\ncleo@north.test,false\r\n"
            )
            #expect(text("lists.csv") == "\"Maths, and \"\"more\"\"\",cleo@north.test\r\n")
            #expect(text("bookmarks.csv") == "\(shown.uri)\r\n")
            #expect(text("followed_hashtags.csv") == "maths\r\n")
        }
    }

    @Test("an archive is its owner's alone, is made once a day, and is gone after seven")
    func ownership() async throws {
        try await ArchiveStage.use { stage in
            let order = try await stage.desk.order(for: stage.ada.id)
            await #expect(throws: ArchiveError.underWay) { try await stage.desk.order(for: stage.ada.id) }
            #expect(try await stage.desk.open(order.id, of: stage.ada.id) == nil)
            #expect(try await stage.desk.makeNext())
            #expect(try await !stage.desk.makeNext())
            #expect(try await stage.desk.open(order.id, of: stage.ada.id) != nil)
            #expect(try await stage.desk.open(order.id, of: stage.cleo.id) == nil)
            await #expect(throws: ArchiveError.exportedLately) {
                try await stage.desk.order(for: stage.ada.id)
            }
            // What an archive needs is not swept away, however old it is.
            let file = try #require(try await stage.desk.exports(of: stage.ada.id).first?.file)
            let path = "\(stage.folder)/\(file.prefix(2))/\(file)"
            func age() throws {
                let old = Date(timeIntervalSinceNow: -100_000)
                try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: path)
            }
            try age()
            try await stage.media.tidy()
            #expect(try await stage.desk.open(order.id, of: stage.ada.id) != nil)
            stage.instance.clock.advance(by: AccountExport.kept)
            #expect(try await stage.desk.open(order.id, of: stage.ada.id) == nil)
            #expect(try await !stage.desk.tidy(limit: 10))
            #expect(try await stage.desk.exports(of: stage.ada.id).isEmpty)
            try age()
            try await stage.media.tidy()
            #expect(!FileManager.default.fileExists(atPath: path))
            try await stage.desk.order(for: stage.ada.id)
        }
    }

    @Test("an order whose maker died is made by another, once nobody holds it any more")
    func crash() async throws {
        try await ArchiveStage.use { stage in
            try await stage.desk.order(for: stage.ada.id)
            let now = stage.instance.clock.now()
            let taken = try await stage.instance.database.write { db in
                try db.exports.claim(now: now, until: now + ArchiveDesk.held)
            }
            #expect(taken != nil)
            #expect(try await !stage.desk.makeNext())
            stage.instance.clock.advance(by: ArchiveDesk.held)
            #expect(try await stage.desk.makeNext())
        }
    }

    @Test("with the account go its archives, what it brought along, and what waits")
    func deletion() async throws {
        try await ArchiveStage.use { stage in
            _ = try await export(stage)
            _ = try await stage.bring(try TestArchive.mastodon([TestArchive.note(1, "One")]))
            _ = try await stage.bring(Array("a\nb\n,\n".utf8), .follows)
            let ada = stage.ada.id
            try await stage.instance.publisher.deleteAccount(ada)
            while try await stage.instance.publisher.proceedWithBurial(limit: 1) {}
            #expect(try await !stage.desk.doNextRow())
            let (exports, imports, known) = try await stage.instance.database.read { db in
                (
                    try db.exports.latest(of: ada), try db.imports.latest(of: ada),
                    try db.imports.post("https://old.example/users/ada/statuses/1", of: ada)
                )
            }
            #expect(exports.isEmpty && imports.isEmpty && known == nil)
        }
    }
}

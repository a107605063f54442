import Domain
import HTTPSignatures
import Inbox
import Outbox
import Peers
import Storage
import TestKit
import Testing
import Vocabulary

/// Every document of every software in `Tests/Fixtures/peers`, through the front door and back out as it is shown.
@Suite("Documents of thirteen kinds of server", .timeLimit(.minutes(10)))
struct FixtureTests {
    static let software = [
        "mastodon", "gotosocial", "pleroma", "misskey", "pixelfed", "lemmy", "peertube", "wordpress", "ghost",
        "friendica", "bookwyrm", "mobilizon", "castopod",
    ]

    @Test("there is a folder for each, and none that nobody reads")
    func folders() throws {
        // snac2 has only what InteropTests need.
        #expect(try FixtureCase.folders() == Set(Self.software + ["snac2"]))
    }

    @Test(
        "each document is read as its source says, or ignored for a reason that has a name",
        arguments: software
    )
    func documents(_ software: String) async throws {
        try await InboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
            let scene = try await FixtureScene(stage, software)
            var read: Set<String> = ["expected"]
            for document in scene.table.served + scene.table.actors.compactMap({ $0["document"]?.string }) {
                read.insert(document)
            }
            for step in scene.table.steps {
                try await scene.run(step)
                read.insert(step.document)
            }
            // The first four are older and have their tests in InteropTests.
            let unread = try FixtureCase.documents(of: software).subtracting(read)
            #expect(unread.subtracting(["accept", "follow", "instance", "key", "note"]).isEmpty, "\(unread)")
            // Each folder has at least a mention, an attachment, a reply, an edit, a like, a boost and a Delete.
            let effects = scene.table.steps.map(\.expected)
            let posts = effects.compactMap { $0["post"]?.object }
            for term in ["notice", "likes", "boosts", "deleted"] {
                #expect(effects.contains { $0[term] != nil }, "\(term)")
            }
            for term in ["attachments", "inReplyTo", "versions"] {
                #expect(posts.contains { $0[term] != nil }, "\(term)")
            }
        }
    }
}

/// One software's server, its actors known and followed by ada, who has written a post.
private struct FixtureScene {
    let stage: InboxStage
    let table: FixtureCase
    let peer: FakePeer
    let post: Post
    private let signers: [String: SigningKey]

    init(_ stage: InboxStage, _ software: String) async throws {
        self.stage = stage
        peer = try FakePeer()
        try await stage.partner(peer)
        post = try await stage.instance.publisher.publish(PostDraft(text: "Hello"), as: stage.ada.id)
        table = try FixtureCase(software, on: peer, local: stage.ada.uri, post: post.uri)
        var signers: [String: SigningKey] = [:]
        for actor in table.actors {
            let name = try #require(actor["document"]?.string)
            signers[name] = try await Self.meet(actor, name, software, peer, stage)
        }
        self.signers = signers
        for name in table.served {
            let document = try peer.fixture("\(software)/\(name)", local: stage.ada.uri, post: post.uri)
            peer.serve(try URI(document["id"]?.string ?? "").target, document)
        }
    }

    /// Serves an actor, looks it up as somebody here would, and lets ada follow it.
    private static func meet(
        _ expected: JSONObject,
        _ name: String,
        _ software: String,
        _ peer: FakePeer,
        _ stage: InboxStage
    ) async throws -> SigningKey {
        let plain = try peer.fixture("\(software)/\(name)", local: stage.ada.uri)
        let keyID = try #require(plain["publicKey"]?.object?["id"]?.string)
        let signer = try TestInstance.rsaSigner(keyID: keyID)
        let uri = try URI(plain["id"]?.string ?? "")
        peer.serve(uri.target, try peer.fixture("\(software)/\(name)", key: signer, local: stage.ada.uri))
        if let key = expected["key"]?.string {
            peer.serve(try URI(keyID).target, try peer.fixture("\(software)/\(key)", key: signer))
        }
        let handle = "\(expected["handle"]?.string ?? "")@\(peer.host)"
        peer.finger(handle, actor: uri)
        let account = try await stage.instance.directory.account(uri, for: stage.school)
        #expect(account.handle.description == handle, "\(software)/\(name)")
        #expect(account.kind.rawValue == expected["kind"]?.string, "\(software)/\(name)")
        #expect(account.displayName == expected["name"]?.string, "\(software)/\(name)")
        try await stage.instance.addFollow(of: account, by: stage.ada)
        return signer
    }

    func run(_ step: FixtureCase.Step) async throws {
        let name = "\(table.software)/\(step.document)"
        let document = try peer.fixture(name, local: stage.ada.uri, post: post.uri)
        let signer = signers[step.by ?? "actor"]
        let receipt = try await stage.send(JSONWriter.write(.object(document)), signedBy: signer)
        #expect(receipt == .accepted, "\(name)")
        try await stage.work()
        let uri = try URI(document["id"]?.string ?? "")
        let outcome = try await stage.instance.database.read { db -> String in
            let row = try db.run("SELECT state, reason FROM received_activity WHERE uri = \(uri)").first
            let (state, reason): (String?, String?) = (try row?["state"], try row?["reason"])
            return reason ?? state ?? "not kept"
        }
        #expect(outcome == step.ignored ?? "applied", "\(name)")
        try await check(step.expected, name)
    }

    private func check(_ expected: JSONObject, _ name: String) async throws {
        let (ada, school, post) = (stage.ada, stage.school, post)
        try await stage.instance.database.read { db in
            let counts = try db.reactions.counts(of: [post.id])[post.id] ?? ReactionCounts()
            if let likes = expected["likes"]?.integer { #expect(Int64(counts.likes) == likes, "\(name)") }
            if let boosts = expected["boosts"]?.integer { #expect(Int64(counts.boosts) == boosts, "\(name)") }
            if let wanted = expected["emojis"]?.asList.compactMap(\.string) {
                let emojis = try db.reactions.emojis(of: [post.id], for: nil)[post.id] ?? []
                #expect(emojis.map(\.emoji.text) == wanted, "\(name)")
            }
            if let uri = expected["deleted"]?.string {
                #expect(try db.posts.find(uri: URI(uri))?.deletedAt != nil, "\(name)")
            }
            if let wanted = expected["report"]?.object {
                let report = try #require(try db.reports.page(.init(school: school.id)).first, "\(name)")
                #expect(report.reported == ada.id, "\(name)")
                #expect(report.comment == wanted["comment"]?.string, "\(name)")
                #expect(
                    Int64(try db.reports.posts(of: report.id).count) == wanted["posts"]?.integer,
                    "\(name)"
                )
            }
            guard let wanted = expected["post"]?.object else { return }
            let uri = try URI(wanted["uri"]?.string ?? "")
            let stored = try #require(try db.posts.find(uri: uri), "\(name)")
            let viewer = Viewer.account(ada.id, school: school.id)
            #expect(try db.sights.canSee(viewer, stored), "\(name)")
            let shown = try #require(try db.presenter.present([stored], to: viewer).first, "\(name)")
            for member in wanted.members {
                let found = try Self.value(of: member.key, shown, in: db)
                #expect(found == member.value, "\(name): \(member.key)")
            }
            FixtureRendering(school: school, reader: ada).check(shown, expected, name)
            if let kind = expected["notice"]?.string {
                let notices = try db.notices.page(of: ada.id, before: nil, limit: 100)
                #expect(notices.contains { $0.kind.rawValue == kind && $0.post == stored.id }, "\(name)")
            }
        }
    }

    /// What a post shows under a name of the table.
    private static func value(of term: String, _ shown: PresentedPost, in db: any SQLConnection) throws
        -> JSONValue
    {
        let (post, body) = (shown.post, shown.post.body)
        func text(_ uri: URI?) -> JSONValue { uri.map { .string($0.description) } ?? .null }
        func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        switch term {
        case "uri": return text(post.uri)
        case "type": return .string(post.type.rawValue)
        case "title": return .string(body.title)
        case "text": return .string(body.text)
        case "summary": return .string(body.summary)
        case "sensitive": return .bool(body.isSensitive)
        case "audience": return .string(post.audience.rawValue)
        case "link": return text(body.link)
        case "page": return text(post.page)
        case "picture": return text(body.picture?.url)
        case "quotes": return text(body.quotes)
        case "inReplyTo": return text(post.inReplyTo)
        case "conversation": return post.conversation.map { .string($0) } ?? .null
        case "hashtags": return list(body.hashtags)
        case "mentions": return list(body.mentions.map(\.description))
        case "emojis": return list(body.emojis.map(\.name))
        case "attachments": return .array(shown.attachments.map { .object(attachment($0)) })
        case "keeps": return .bool(try db.postDocuments.find(of: post.id) != nil)
        case "versions": return .integer(Int64(try db.postVersions.find(of: post.id).count))
        case "boostedBy":
            let rows = try db.run(
                """
                SELECT a.uri AS uri FROM timeline_entry t JOIN account a ON a.id = t.boosted_by
                WHERE t.post_id = \(post.id)
                """
            )
            return text(try rows.first?["uri"])
        default:
            Issue.record("nothing is known of \(term)")
            return .null
        }
    }

    private static func attachment(_ attachment: Post.Attachment) -> JSONObject {
        var object: JSONObject = ["kind": .string(attachment.kind.rawValue)]
        object["mediaType"] = attachment.mediaType.map { .string($0) }
        object["url"] = .string(attachment.url.description)
        object["description"] = .string(attachment.description)
        object["width"] = attachment.width.map { .integer(Int64($0)) }
        object["height"] = attachment.height.map { .integer(Int64($0)) }
        object["focus"] = attachment.focus.map { [.number($0.x), .number($0.y)] }
        return object
    }
}

import Domain
import Storage
import TestKit

@testable import Outbox

/// North High with ada, and servers around it: `south` and `west` are partners whose ben and wim follow ada, `east` is
/// a partner without a follower, `rest` is paused and its pat follows ada, `evil` is no partner though mallory follows.
struct OutboxStage {
    let instance: TestInstance
    let school: School
    let ada: Account
    let ben: Account
    let wim: Account
    let eve: Account
    let pat: Account
    let mallory: Account

    static func use(
        reaching ranges: [AddressRange] = [],
        _ body: (OutboxStage) async throws -> Void
    ) async throws {
        try await TestInstance.use(reaching: ranges) { instance in
            try await body(try await OutboxStage(instance))
        }
    }

    private init(_ instance: TestInstance) async throws {
        self.instance = instance
        school = try await instance.addSchool("https://north.test")
        ada = try await instance.addPerson("ada", at: school)
        ben = try await instance.addPeer("ben", at: "south.test").account
        wim = try await instance.addPeer("wim", at: "west.test").account
        eve = try await instance.addPeer("eve", at: "east.test").account
        pat = try await instance.addPeer("pat", at: "rest.test").account
        mallory = try await instance.addPeer("mallory", at: "evil.test").account
        for host in ["south.test", "west.test", "east.test"] { try await partner(host, .approved) }
        try await partner("rest.test", .paused)
        for follower in [ben, wim, pat, mallory] { try await instance.addFollow(of: ada, by: follower) }
    }

    func partner(_ host: String, _ state: Partner.State) async throws {
        try await instance.admin.setPartner(try Host(host), state, at: school, by: "test")
    }

    @discardableResult
    func post(_ text: String, _ audience: Audience = .public, answers parent: Post? = nil) async throws
        -> Post
    {
        let draft = PostDraft(text: text, audience: audience, inReplyTo: parent?.id)
        return try await instance.publisher.publish(draft, as: ada.id)
    }

    /// Where activities of a type go, without `https://`.
    func inboxes(_ type: String) async throws -> Set<String> {
        let lines = try await instance.database.read { try $0.queue.deliveries(nil, host: nil) }
        return Set(lines.filter { $0.type == type }.map { String($0.inbox.description.dropFirst(8)) })
    }

    /// A public post of a peer's, as if it had come in.
    func foreignPost(by author: Account) async throws -> Post {
        let post = Post(
            id: instance.ids.next(),
            uri: try URI("\(author.uri)/posts/1"),
            author: author.id,
            audience: .public,
            inReplyTo: nil,
            body: Post.Body(html: "<p>Hello</p>", text: "Hello"),
            publishedAt: instance.clock.now()
        )
        try await instance.database.write { try $0.posts.insert(post, addressees: []) }
        return post
    }

    func unfollow(_ follower: Account) async throws {
        let ada = ada.id
        try await instance.database.write { db in
            guard let follow = try db.follows.find(follower: follower.id, followed: ada) else { return }
            try db.follows.remove(follow.id)
        }
    }

    func audit() async throws -> [AuditEntry] {
        try await instance.database.read { try $0.audit.newest(limit: 99) }
    }
}

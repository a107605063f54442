import Domain
import HTTPSignatures
import HTTPTypes
import Hummingbird
import Inbox
import Logging
import Outbox
import Storage
import TestKit
import Vocabulary

@testable import Server

/// A real server for school.test with ada and cleo; annex.test with eve is a second school on the same instance.
///
/// Partners: south.test, where ben follows ada and dora does not, and west.test with wim, who follows nobody.
/// mallory is at evil.test, which is no partner.
struct FederationStage: Sendable {
    let instance: TestInstance
    let server: TestServer
    let school: School
    let ada: Account
    let cleo: Account
    let eve: Account
    let ben: TestPeer
    let dora: TestPeer
    let wim: TestPeer
    let mallory: TestPeer

    /// Runs the stage's server while the closure does.
    static func use(
        limiter: RateLimiter? = nil,
        _ body: @escaping @Sendable (FederationStage) async throws -> Void
    ) async throws {
        try await TestInstance.use { instance in
            let cast = LocalCast(instance: instance)
            let school = try await cast.addSchool("https://school.test")
            let annex = try await cast.addSchool("https://annex.test")
            let ada = try await cast.addPerson("ada", at: school)
            let cleo = try await cast.addPerson("cleo", at: school)
            let eve = try await cast.addPerson("eve", at: annex)
            let ben = try await instance.addPeer("ben", at: "south.test")
            let dora = try await instance.addPeer("dora", at: "south.test")
            let wim = try await instance.addPeer("wim", at: "west.test")
            let mallory = try await instance.addPeer("mallory", at: "evil.test")
            for host in ["south.test", "west.test"] {
                try await instance.admin.setPartner(try Host(host), .approved, at: school, by: "test")
            }
            try await instance.addFollow(of: ada, by: ben.account)
            try await TestServer.run({ $0.rateLimits = nil }, routes: { addRoutes(instance, limiter, $0) }) {
                server in
                try await body(
                    FederationStage(
                        instance: instance,
                        server: server,
                        school: school,
                        ada: ada,
                        cleo: cleo,
                        eve: eve,
                        ben: ben,
                        dora: dora,
                        wim: wim,
                        mallory: mallory
                    )
                )
            }
        }
    }

    private static func addRoutes(
        _ instance: TestInstance,
        _ limiter: RateLimiter?,
        _ router: Router<ServerContext>
    ) {
        let desk = FederationDesk(
            database: instance.database,
            keys: instance.keys,
            clock: instance.clock,
            limiter: limiter
        )
        let receiver = InboxReceiver(
            database: instance.database,
            keys: instance.keys,
            ids: instance.ids,
            clock: instance.clock,
            allowance: limiter,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        ActorRoutes(desk: desk).add(to: router)
        InboxRoutes(desk: desk, receiver: receiver).add(to: router)
        CollectionRoutes(desk: desk).add(to: router)
        ObjectRoutes(desk: desk).add(to: router)
        PostCollectionRoutes(desk: desk).add(to: router)
        WebFingerRoutes(desk: desk).add(to: router)
        NodeInfoRoutes(
            desk: desk,
            version: "1.2.3",
            usage: SchoolUsage(database: instance.database, clock: instance.clock)
        ).add(to: router)
    }
}

/// What the server answered.
struct Answer {
    let text: String

    var status: Int? { text.status }
    var type: String? { field("Content-Type") }
    var json: JSONObject? { (try? JSONParser.parse(Array(text.body.utf8)))?.object }
    /// The reason of a problem document.
    var reason: String? { self["reason"]?.string }

    func field(_ name: String) -> String? { text.field(name) }

    subscript(key: String) -> JSONValue? { json?[key] }
}

extension FederationStage {
    typealias Fields = [(name: String, value: String)]

    /// Asks, signed by somebody or by nobody; `change` spoils the fields after signing.
    func get(
        _ target: String,
        by peer: TestPeer? = nil,
        accept: String? = "application/activity+json",
        method: String = "GET",
        scheme: SigningScheme = .cavage,
        change: (inout Fields) -> Void = { _ in }
    ) async throws -> Answer {
        var fields: Fields = [(name: "Host", value: "school.test")]
        if let accept { fields.append((name: "Accept", value: accept)) }
        if let peer { fields += try sign(method, target, fields, digest: nil, key: peer.signer, scheme) }
        change(&fields)
        return try await send(method, target, fields, [])
    }

    /// Posts a body, signed by somebody or by nobody.
    func post(
        _ target: String,
        _ body: [UInt8],
        by peer: TestPeer?,
        type: String? = "application/activity+json",
        change: (inout Fields) -> Void = { _ in }
    ) async throws -> Answer {
        var fields: Fields = [(name: "Host", value: "school.test")]
        if let type { fields.append((name: "Content-Type", value: type)) }
        if let peer {
            fields += try sign("POST", target, fields, digest: BodyDigest(of: body), key: peer.signer)
        }
        fields.append((name: "Content-Length", value: String(body.count)))
        change(&fields)
        return try await send("POST", target, fields, body)
    }

    private func sign(
        _ method: String,
        _ target: String,
        _ fields: Fields,
        digest: BodyDigest?,
        key: SigningKey,
        _ scheme: SigningScheme = .cavage
    ) throws -> Fields {
        try MessageSigner.sign(
            HTTPMessage(
                method: method,
                scheme: "https",
                authority: "school.test",
                target: target,
                fields: fields
            ),
            digest: digest,
            key: key,
            scheme: scheme,
            at: instance.clock.now().milliseconds
        )
    }

    private func send(_ method: String, _ target: String, _ fields: Fields, _ body: [UInt8]) async throws
        -> Answer
    {
        let lines = (fields + [(name: "Connection", value: "close")]).map { "\($0.name): \($0.value)\r\n" }
        let head = "\(method) \(target) HTTP/1.1\r\n" + lines.joined() + "\r\n"
        return Answer(
            text: try await RawClient.exchange(server.port, head + String(decoding: body, as: UTF8.self))
        )
    }
}

extension FederationStage {
    func publish(_ text: String, _ audience: Audience = .public, as account: Account? = nil) async throws
        -> Post
    {
        instance.clock.advance(by: Span(milliseconds: 2))
        let draft = PostDraft(text: text, audience: audience)
        return try await instance.publisher.publish(draft, as: (account ?? ada).id)
    }

    /// A post of each audience by ada; the direct one addresses ben.
    func publishAll() async throws -> [Audience: Post] {
        var posts: [Audience: Post] = [:]
        for audience in Audience.allCases {
            let text = audience == .direct ? "@ben@south.test only you" : "for \(audience)"
            posts[audience] = try await publish(text, audience)
        }
        return posts
    }

    /// A post of a peer as if it had come in.
    func addForeignPost(by peer: TestPeer, _ audience: Audience = .public) async throws -> Post {
        let post = Post(
            id: instance.ids.next(),
            uri: try URI("\(peer.account.uri)/notes/\(instance.ids.next() as Post.ID)"),
            author: peer.account.id,
            audience: audience,
            body: Post.Body(html: "<p>foreign</p>", text: "foreign"),
            publishedAt: instance.clock.now()
        )
        return try await instance.database.write { db in
            _ = try db.posts.insert(post, addressees: [])
            return post
        }
    }

    /// The path of the last activity of a type that is about a post.
    func activity(_ type: String, about post: Post) async throws -> String {
        try await instance.database.read { db in
            let rows = try db.run(
                "SELECT uri FROM outbox_activity WHERE type = \(type) AND post_id = \(post.id) ORDER BY id DESC LIMIT 1"
            )
            let uri: URI? = try rows.first.map { row throws(StorageError) in try row["uri"] }
            return uri?.target ?? ""
        }
    }

    func requireSignedReads(_ isRequired: Bool) async throws {
        var changed = school
        changed.requiresSignedReads = isRequired
        try await instance.admin.update(changed, by: "test")
    }

    func setPartner(_ host: String, _ state: Partner.State) async throws {
        try await instance.admin.setPartner(try Host(host), state, at: school, by: "test")
    }

    /// How many activities were taken.
    func received() async throws -> Int {
        try await instance.database.read { db in
            try db.run("SELECT COUNT(*) AS n FROM received_activity").first
                .map { row throws(StorageError) in try row["n"] } ?? 0
        }
    }
}

import Domain
import HTTPSignatures
import Logging
import Outbox
import Peers
import Storage
import TestKit
import Vocabulary

@testable import Inbox

/// North High with ada and cleo, and its partner south.test with ben and dora; evil.test is no partner.
///
/// Ada follows ben. Activities come signed through the receiver and have their effect through the dispatcher.
struct InboxStage {
    let instance: TestInstance
    let school: School
    let ada: Account
    let cleo: Account
    let ben: TestPeer
    let dora: TestPeer
    let mallory: TestPeer
    let receiver: InboxReceiver
    let applier: ActivityApplier

    static func use(
        reaching ranges: [AddressRange] = [],
        federation: School.Federation = .partners,
        _ body: (InboxStage) async throws -> Void
    ) async throws {
        try await TestInstance.use(reaching: ranges) { instance in
            let stage = try await InboxStage(instance, federation)
            try await body(stage)
        }
    }

    private init(_ instance: TestInstance, _ federation: School.Federation) async throws {
        self.instance = instance
        school = try await instance.addSchool("https://north.test", federation: federation)
        ada = try await instance.addPerson("ada", at: school)
        cleo = try await instance.addPerson("cleo", at: school)
        ben = try await instance.addPeer("ben", at: "south.test")
        dora = try await instance.addPeer("dora", at: "south.test")
        mallory = try await instance.addPeer("mallory", at: "evil.test")
        try await instance.admin.setPartner(try Host("south.test"), .approved, at: school, by: "test")
        try await instance.addFollow(of: ben.account, by: ada)
        var quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        quiet.logLevel = .critical
        receiver = InboxReceiver(
            database: instance.database,
            keys: instance.keys,
            ids: instance.ids,
            clock: instance.clock,
            logger: quiet
        )
        applier = ActivityApplier(
            database: instance.database,
            dispatcher: ActivityDispatcher(
                database: instance.database,
                directory: instance.directory,
                ids: instance.ids,
                clock: instance.clock
            ),
            settings: InboxSettings(),
            process: nil,
            clock: instance.clock,
            logger: quiet
        )
    }

    /// Sends a signed activity to the shared inbox, or to somebody's own.
    func send(
        _ activity: JSONObject,
        by peer: TestPeer,
        to recipient: Account? = nil,
        change: (inout [(name: String, value: String)]) -> Void = { _ in }
    ) async throws -> Receipt {
        try await send(
            JSONWriter.write(.object(activity)),
            signedBy: peer.signer,
            to: recipient,
            change: change
        )
    }

    func send(
        _ body: [UInt8],
        signedBy key: SigningKey?,
        to recipient: Account? = nil,
        covering extra: [(name: String, value: String)] = [],
        change: (inout [(name: String, value: String)]) -> Void = { _ in }
    ) async throws -> Receipt {
        let target = (recipient?.endpoints.inbox ?? LocalActorURIs(origin: school.origin).sharedInbox).target
        var fields =
            [
                (name: "Host", value: school.host.description),
                (name: "Content-Type", value: "application/activity+json"),
            ] + extra
        if let key {
            fields += try MessageSigner.sign(
                message(target, fields),
                digest: BodyDigest(of: body),
                key: key,
                scheme: .cavage,
                covering: extra.map { $0.name.lowercased() },
                at: instance.clock.now().milliseconds
            )
        }
        change(&fields)
        return await receiver.receive(
            InboundRequest(
                message: message(target, fields),
                body: body,
                school: school,
                recipient: recipient?.id
            )
        )
    }

    private func message(_ target: String, _ fields: [(name: String, value: String)]) -> HTTPMessage {
        HTTPMessage(
            method: "POST",
            scheme: "https",
            authority: school.host.description,
            target: target,
            fields: fields
        )
    }

    /// Sends an activity, expects it to be taken, and gives it its effect.
    @discardableResult
    func apply(_ activity: JSONObject, by peer: TestPeer, to recipient: Account? = nil) async throws
        -> ReceivedActivity.State?
    {
        _ = try await send(activity, by: peer, to: recipient)
        try await work()
        guard let uri = activity["id"]?.string.flatMap({ try? URI($0) }) else { return nil }
        return try await state(of: uri)
    }

    /// Gives everything that waits its effect.
    func work() async throws {
        let (now, lease) = (instance.clock.now(), instance.clock.now() + .minutes(2))
        while true {
            let claimed = try await instance.database.write { db in
                try db.receivedActivities.claim(now: now, lease: lease, limit: 100)
            }
            if claimed.isEmpty { return }
            for received in claimed { await applier.apply(received) }
        }
    }

    func state(of uri: URI) async throws -> ReceivedActivity.State? {
        try await instance.database.read { db in
            let rows = try db.run("SELECT state FROM received_activity WHERE uri = \(uri)")
            return try rows.first.map { row throws(StorageError) in try row["state"] }
        }
    }

    /// An activity as it is kept.
    func row(_ activity: JSONObject) async throws -> ReceivedActivity? {
        let uri = try URI(activity["id"]?.string ?? "")
        return try await instance.database.read { try $0.receivedActivities.find(uri: uri) }
    }

    /// How many activities there are in each state.
    func counts() async throws -> [ReceivedActivity.State: Int] {
        try await instance.database.read { try $0.receivedActivities.counts() }
    }

    /// Makes a server that answers a partner.
    func partner(_ peer: FakePeer) async throws {
        try await instance.admin.setPartner(peer.host, .approved, at: school, by: "test")
    }

    /// How many rows a table has.
    func count(_ table: SQL) async throws -> Int {
        try await instance.database.read { db in
            try db.run("SELECT COUNT(*) AS n FROM \(fragment: table)").first.map { row throws(StorageError) in
                try row["n"]
            } ?? 0
        }
    }

    func post(_ uri: String) async throws -> Post? {
        let uri = try URI(uri)
        return try await instance.database.read { try $0.posts.find(uri: uri) }
    }

    /// What stands in somebody's home timeline, newest first.
    func home(_ account: Account) async throws -> [String] {
        let school = school
        return try await instance.database.read { db in
            try db.homeTimelines.page(of: account.id, school: school.id, .init(limit: 80)).map(
                \.post.body.text
            )
        }
    }

    /// The types of the activities that wait to be delivered.
    func sent() async throws -> [String] {
        try await instance.database.read { try $0.queue.deliveries(nil, host: nil).map(\.type) }
    }

    /// Ben writes `f` to his followers and `d` to somebody alone.
    func takeForFew(_ addressee: Account) async throws {
        let followers = ben.account.endpoints.followers?.description ?? ""
        try await apply(Wire.create("f", by: ben, "For followers", to: [followers]), by: ben)
        try await apply(Wire.create("d", by: ben, "For one", to: [addressee.uri.description]), by: ben)
    }

    /// The last activity of a type that was sent, as its receivers read it.
    func lastSent(_ type: String) async throws -> JSONObject? {
        try await instance.database.read { db in
            let rows = try db.run(
                "SELECT json FROM outbox_activity WHERE type = \(type) ORDER BY id DESC LIMIT 1"
            )
            let bytes: [UInt8]? = try rows.first.map { row throws(StorageError) in try row["json"] }
            return bytes.flatMap { try? JSONParser.parse($0) }?.object
        }
    }

    func notices(_ account: Account) async throws -> [Notice.Kind] {
        try await instance.database.read {
            try $0.notices.page(of: account.id, before: nil, limit: 100).map(\.kind)
        }
    }
}

/// Activities as peers send them.
enum Wire {
    static let everybody = "https://www.w3.org/ns/activitystreams#Public"

    static func note(
        _ name: String,
        by peer: TestPeer,
        _ text: String,
        to: [String] = [everybody],
        cc: [String] = []
    ) -> JSONObject {
        [
            "id": .string("\(peer.account.uri)/notes/\(name)"), "type": "Note",
            "attributedTo": .string(peer.account.uri.description), "content": .string("<p>\(text)</p>"),
            "to": .array(to.map { .string($0) }), "cc": .array(cc.map { .string($0) }),
            "published": "2026-11-18T10:26:40Z",
        ]
    }

    static func create(
        _ name: String,
        by peer: TestPeer,
        _ text: String,
        to: [String] = [everybody],
        cc: [String] = []
    ) -> JSONObject {
        activity(
            "Create",
            name,
            by: peer,
            .object(note(name, by: peer, text, to: to, cc: cc)),
            to: to,
            cc: cc
        )
    }

    static func activity(
        _ type: String,
        _ name: String,
        by peer: TestPeer,
        _ object: JSONValue,
        to: [String] = [],
        cc: [String] = []
    ) -> JSONObject {
        [
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": .string("\(peer.account.uri)/activities/\(type)-\(name)"), "type": .string(type),
            "actor": .string(peer.account.uri.description), "object": object,
            "to": .array(to.map { .string($0) }), "cc": .array(cc.map { .string($0) }),
        ]
    }
}

import Domain
import HTTPSignatures
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

@Suite("Move")
struct MoveActivityTests {
    /// The stage with a real server beside it, whose nea is the new account of ben or of dora.
    private struct Removal {
        let stage: InboxStage
        let west: FakePeer
        let nea: URI

        func serve(alsoKnownAs: [URI], movedTo: URI? = nil) throws {
            let signer = try SigningKey.generateEd25519(keyID: "\(nea)#main-key")
            var document = try west.actor("/users/nea", "nea", signer: signer)
            document["alsoKnownAs"] = .array(alsoKnownAs.map { .string($0.description) })
            document["movedTo"] = movedTo.map { .string($0.description) }
            west.serve("/users/nea", document)
        }

        func move(_ name: String, by peer: TestPeer, of object: URI? = nil, to target: URI) -> JSONObject {
            let uri = object ?? peer.account.uri
            var activity = Wire.activity("Move", name, by: peer, .string(uri.description))
            activity["target"] = .string(target.description)
            return activity
        }

        /// Sends a Move; why it was ignored, or its state.
        func outcome(_ activity: JSONObject, by peer: TestPeer) async throws -> String {
            let state = try await stage.apply(activity, by: peer)
            return try await stage.row(activity)?.reason ?? state?.rawValue ?? "not kept"
        }

        func follows(_ follower: Account, _ followed: Account.ID?) async throws -> Follow.State? {
            guard let followed else { return nil }
            return try await stage.instance.database.read {
                try $0.follows.find(follower: follower.id, followed: followed)?.state
            }
        }

        func account(_ uri: URI) async throws -> Account? {
            try await stage.instance.database.read { try $0.accounts.find(uri: uri) }
        }
    }

    private func use(isPartner: Bool = true, _ body: @escaping (Removal) async throws -> Void) async throws {
        try await InboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
            let west = try FakePeer()
            if isPartner { try await stage.partner(west) }
            try await body(Removal(stage: stage, west: west, nea: try west.uri("/users/nea")))
        }
    }

    @Test(
        "ORI-19: followers go along to an account that names the old one; they are told, and follow the old one no more"
    )
    func taken() async throws {
        try await use { removal async throws in
            let (stage, ben) = (removal.stage, removal.stage.ben)
            try removal.serve(alsoKnownAs: [ben.account.uri])
            _ = try await stage.apply(Wire.create("1", by: ben, "old words"), by: ben)
            let activity = removal.move("1", by: ben, to: removal.nea)
            #expect(try await removal.outcome(activity, by: ben) == "applied")
            let nea = try #require(try await removal.account(removal.nea))
            #expect(try await removal.follows(stage.ada, nea.id) == .pending)
            #expect(try await removal.follows(stage.ada, ben.account.id) == nil)
            #expect(try await stage.notices(stage.ada) == [.move])
            #expect(Set(try await stage.sent()) == ["Follow", "Undo"])
            #expect(try await stage.lastSent("Follow")?["object"] == .string(removal.nea.description))
            #expect(try await stage.home(stage.ada) == ["old words"])
            let target = try await stage.instance.database.read { try $0.moves.target(of: ben.account.id) }
            #expect(target?.id == nea.id)
            // Whoever wants to follow ben now is told where he is.
            await #expect(throws: OutboxError.isElsewhere(now: nea.handle)) {
                _ = try await stage.instance.publisher.follow(ben.account.id, as: stage.cleo.id)
            }
            #expect(try await stage.send(activity, by: ben) == .duplicate)
        }
    }

    @Test(
        "ORI-19: without a way back, by somebody else, to itself, to who has moved on, to a stranger's server: nothing moves"
    )
    func refused() async throws {
        try await use { removal async throws in
            let (stage, ben, dora, nea) = (removal.stage, removal.stage.ben, removal.stage.dora, removal.nea)
            func reason(_ name: String, of object: URI? = nil, by peer: TestPeer, to target: URI) async throws
                -> String
            {
                try await removal.outcome(removal.move(name, by: peer, of: object, to: target), by: peer)
            }
            try removal.serve(alsoKnownAs: [dora.account.uri])
            #expect(try await reason("1", by: ben, to: nea) == "the target does not name the account")
            try removal.serve(alsoKnownAs: [ben.account.uri])
            #expect(
                try await reason("2", of: ben.account.uri, by: dora, to: nea) == "somebody else's move"
            )
            #expect(try await reason("3", by: ben, to: ben.account.uri) == "no target")
            let bare = Wire.activity("Move", "4", by: ben, .string(ben.account.uri.description))
            #expect(try await removal.outcome(bare, by: ben) == "no target")
            let elsewhere = try URI("https://evil.test/users/ben")
            #expect(try await reason("5", by: ben, to: elsewhere) == "the target's server is no partner")
            try removal.serve(alsoKnownAs: [ben.account.uri], movedTo: dora.account.uri)
            #expect(try await reason("6", by: ben, to: nea) == "the target has moved on")
            // To one of ours who does not say so.
            #expect(
                try await reason("7", by: ben, to: stage.cleo.uri) == "the target does not name the account"
            )
            // Of somebody whom nobody here follows: nothing is fetched.
            let asked = removal.west.count()
            try removal.serve(alsoKnownAs: [dora.account.uri])
            #expect(try await reason("8", by: dora, to: nea) == "nobody here knows it")
            #expect(removal.west.count() == asked)
            #expect(try await removal.follows(stage.ada, ben.account.id) == .accepted)
            #expect(try await stage.sent() == [])
            #expect(try await stage.notices(stage.ada) == [])
            let foreign = removal.move("9", by: stage.mallory, to: nea)
            #expect(try await stage.send(foreign, by: stage.mallory) == .refused(.hostNotAllowed))
            // The twin that passes.
            try removal.serve(alsoKnownAs: [ben.account.uri])
            #expect(try await reason("10", by: ben, to: nea) == "applied")
        }
    }

    @Test(
        "ORI-19: a second move within seven days, and one back to the old account, are ignored; later they pass"
    )
    func repeated() async throws {
        try await use { removal async throws in
            let (stage, ben) = (removal.stage, removal.stage.ben)
            try removal.serve(alsoKnownAs: [ben.account.uri])
            #expect(
                try await removal.outcome(removal.move("1", by: ben, to: removal.nea), by: ben) == "applied"
            )
            let asked = removal.west.count()
            stage.instance.clock.advance(by: .days(6))
            let soon = removal.move("2", by: ben, to: removal.nea)
            #expect(try await removal.outcome(soon, by: ben) == "moved lately")
            #expect(removal.west.count() == asked)
            stage.instance.clock.advance(by: .days(2))
            try await stage.instance.addFollow(of: ben.account, by: stage.cleo)
            let later = removal.move("3", by: ben, to: removal.nea)
            #expect(try await removal.outcome(later, by: ben) == "applied")
            let nea = try #require(try await removal.account(removal.nea))
            #expect(try await removal.follows(stage.cleo, nea.id) == .pending)
        }
    }

    @Test(
        "ORI-19: two accounts that move to each other end where they were; a week later the way back is open"
    )
    func loop() async throws {
        try await use { removal async throws in
            let (stage, west) = (removal.stage, removal.west)
            let one = try await stage.instance.addPeer("one", at: west.origin)
            let two = try await stage.instance.addPeer("two", at: west.origin)
            for (peer, other) in [(one, two), (two, one)] {
                let name = peer.account.handle.name
                var document = try west.actor("/users/\(name)", name, signer: peer.signer)
                document["alsoKnownAs"] = .string(other.account.uri.description)
                west.serve("/users/\(name)", document)
            }
            try await stage.instance.addFollow(of: one.account, by: stage.ada)
            let there = removal.move("1", by: one, to: two.account.uri)
            #expect(try await removal.outcome(there, by: one) == "applied")
            let back = removal.move("1", by: two, to: one.account.uri)
            #expect(try await removal.outcome(back, by: two) == "moved lately")
            #expect(try await removal.follows(stage.ada, two.account.id) == .pending)
            #expect(try await removal.follows(stage.ada, one.account.id) == nil)
            stage.instance.clock.advance(by: Move.coolDown)
            let later = removal.move("2", by: two, to: one.account.uri)
            #expect(try await removal.outcome(later, by: two) == "applied")
            #expect(try await removal.follows(stage.ada, one.account.id) == .pending)
            #expect(try await removal.follows(stage.ada, two.account.id) == nil)
        }
    }

    @Test(
        "a move to one of ours who names the old account takes followers along; who follows the moved one is refused"
    )
    func home() async throws {
        try await use { removal async throws in
            let (stage, ben) = (removal.stage, removal.stage.ben)
            try await stage.instance.database.write { db in
                try db.moves.addAlias(ben.account.uri, to: stage.cleo.id)
            }
            let activity = removal.move("1", by: ben, to: stage.cleo.uri)
            #expect(try await removal.outcome(activity, by: ben) == "applied")
            #expect(try await removal.follows(stage.ada, stage.cleo.id) == .accepted)
            #expect(try await removal.follows(stage.ada, ben.account.id) == nil)
            #expect(Set(try await stage.notices(stage.ada)) == [.move])
            #expect(try await stage.notices(stage.cleo) == [.follow])
            // Cleo moves on herself: a Follow of her is answered with Reject.
            let dora = stage.dora
            let onwards = Move(
                account: stage.cleo.id,
                target: dora.account.id,
                movedAt: stage.instance.clock.now()
            )
            #expect(try await stage.instance.database.write { try $0.moves.begin(onwards) })
            let follow = Wire.activity("Follow", "1", by: dora, .string(stage.cleo.uri.description))
            #expect(try await removal.outcome(follow, by: dora) == "the account has moved")
            #expect(try await stage.lastSent("Reject")?["actor"] == .string(stage.cleo.uri.description))
            let other = Wire.activity("Follow", "2", by: dora, .string(stage.ada.uri.description))
            #expect(try await removal.outcome(other, by: dora) == "applied")
        }
    }

    @Test("PRV-04: who has moved away follows ours no more, and what is for followers is not sent there")
    func leaves() async throws {
        try await use { removal async throws in
            let (stage, ben) = (removal.stage, removal.stage.ben)
            try await stage.instance.addFollow(of: stage.ada, by: ben.account)
            let draft = PostDraft(text: "for followers", audience: .followers)
            let before = try await stage.instance.publisher.publish(draft, as: stage.ada.id)
            try removal.serve(alsoKnownAs: [ben.account.uri])
            let activity = removal.move("1", by: ben, to: removal.nea)
            #expect(try await removal.outcome(activity, by: ben) == "applied")
            #expect(try await removal.follows(ben.account, stage.ada.id) == nil)
            #expect(try await stage.lastSent("Reject")?["to"] == [.string(ben.account.uri.description)])
            let after = try await stage.instance.publisher.publish(draft, as: stage.ada.id)
            let (lines, served) = try await stage.instance.database.read { db in
                (
                    try db.queue.deliveries(nil, host: nil).filter { $0.type == "Create" }.count,
                    try [before, after].map { try db.sights.canSee(.server(ben.account.host), $0) }
                )
            }
            #expect(lines == 1, "the one before the move")
            #expect(served == [false, false])
        }
    }

    @Test(
        "who blocks the old account blocks the new one, and nobody is taken along past a block or a school's border"
    )
    func borders() async throws {
        try await use { removal async throws in
            let (stage, ben) = (removal.stage, removal.stage.ben)
            try removal.serve(alsoKnownAs: [ben.account.uri])
            // Eve's school takes what south.test sends, and nothing from the new server.
            let annex = try await stage.instance.addSchool("https://annex.test")
            let eve = try await stage.instance.addPerson("eve", at: annex)
            try await stage.instance.admin.setPartner(ben.account.host, .approved, at: annex, by: "test")
            try await stage.instance.addFollow(of: ben.account, by: eve)
            try await stage.instance.publisher.block(ben.account.id, as: stage.cleo.id)
            let activity = removal.move("1", by: ben, to: removal.nea)
            #expect(try await removal.outcome(activity, by: ben) == "applied")
            let nea = try #require(try await removal.account(removal.nea))
            let isBlocked = try await stage.instance.database.read { db in
                try db.blocks.find(blocker: stage.cleo.id, blocked: nea.id) != nil
            }
            #expect(isBlocked)
            #expect(try await removal.follows(eve, ben.account.id) == .accepted)
            #expect(try await removal.follows(eve, nea.id) == nil)
            #expect(try await removal.follows(stage.ada, nea.id) == .pending)
        }
    }

    @Test("ORI-19: many followers go along in batches, each in a transaction of its own, all of them once")
    func many() async throws {
        try await use { removal async throws in
            let (stage, ben) = (removal.stage, removal.stage.ben)
            try removal.serve(alsoKnownAs: [ben.account.uri])
            for number in 0..<(2 * MoveCarrier.batch) {
                let person = try await stage.instance.addPerson("p\(number)", at: stage.school)
                try await stage.instance.addFollow(of: ben.account, by: person)
            }
            let activity = removal.move("1", by: ben, to: removal.nea)
            #expect(try await removal.outcome(activity, by: ben) == "applied")
            let nea = try #require(try await removal.account(removal.nea))
            func waiting() async throws -> Int {
                try await stage.instance.database.read { try $0.follows.countRequests(to: nea.id) }
            }
            #expect(try await waiting() == MoveCarrier.batch)
            let (ids, now) = (stage.instance.ids, stage.instance.clock.now())
            var rounds = 0
            while try await stage.instance.database.write({ db in
                try MoveCarrier(db, ids: ids, now: now).proceed()
            }) { rounds += 1 }
            #expect(rounds == 2)
            #expect(try await waiting() == 2 * MoveCarrier.batch + 1)
            let left = try await stage.instance.database.read {
                try $0.follows.count(.followers, of: ben.account.id)
            }
            #expect(left == 0)
        }
    }
}

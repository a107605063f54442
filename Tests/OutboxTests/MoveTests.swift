import Domain
import HTTPSignatures
import Peers
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Outbox

@Suite("Moving away")
struct MoveTests {
    /// The stage with a real partner at which nea is.
    private struct Removal {
        let stage: OutboxStage
        let west: FakePeer
        let nea: Handle
        let uri: URI

        init(_ stage: OutboxStage) async throws {
            self.stage = stage
            west = try FakePeer()
            uri = try west.uri("/users/nea")
            nea = try Handle("nea@\(west.host)")
            try await stage.instance.admin.setPartner(west.host, .approved, at: stage.school, by: "test")
            west.finger("nea@\(west.host)", actor: uri)
            try serve()
        }

        func serve(alsoKnownAs: [URI] = [], movedTo: URI? = nil) throws {
            let signer = try SigningKey.generateEd25519(keyID: "\(uri)#main-key")
            var document = try west.actor("/users/nea", "nea", signer: signer)
            document["alsoKnownAs"] = .array(alsoKnownAs.map { .string($0.description) })
            document["movedTo"] = movedTo.map { .string($0.description) }
            west.serve("/users/nea", document)
        }

        func document() async throws -> JSONObject {
            let ada = stage.ada
            return try await stage.instance.database.read { db in
                ActorDocument.make(ada, keys: [], whereabouts: try db.moves.whereabouts(of: ada.id))
            }
        }
    }

    private func use(_ body: @escaping (Removal) async throws -> Void) async throws {
        try await OutboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
            try await body(try await Removal(stage))
        }
    }

    @Test(
        "a move goes to the followers' servers, takes followers here along, and shows in the actor's document"
    )
    func moved() async throws {
        try await use { removal async throws in
            let (stage, publisher) = (removal.stage, removal.stage.instance.publisher)
            let cleo = try await stage.instance.addPerson("cleo", at: stage.school)
            _ = try await publisher.follow(stage.ada.id, as: cleo.id)
            #expect(try await removal.document()["movedTo"] == nil)
            try removal.serve(alsoKnownAs: [stage.ada.uri])
            let target = try await publisher.move(to: removal.nea, as: stage.ada.id)
            #expect(target.uri == removal.uri)
            let followers: Set = ["south.test/inbox", "west.test/inbox", "rest.test/inbox"]
            #expect(try await stage.inboxes("Move") == followers)
            #expect(try await stage.inboxes("Update") == followers)
            #expect(try await removal.document()["movedTo"] == .string(removal.uri.description))
            let (follow, old, notices) = try await stage.instance.database.read { db in
                (
                    try db.follows.find(follower: cleo.id, followed: target.id)?.state,
                    try db.follows.find(follower: cleo.id, followed: stage.ada.id),
                    try db.notices.page(of: cleo.id, before: nil, limit: 9).map(\.kind)
                )
            }
            #expect(follow == .pending && old == nil && notices == [.move])
        }
    }

    @Test(
        "what a moved account may not do is refused with where it is now; taken back, it may; the cool-down stays"
    )
    func silent() async throws {
        try await use { removal async throws in
            let (stage, publisher) = (removal.stage, removal.stage.instance.publisher)
            let theirs = try await stage.foreignPost(by: stage.ben)
            let own = try await stage.post("before")
            try removal.serve(alsoKnownAs: [stage.ada.uri])
            let target = try await publisher.move(to: removal.nea, as: stage.ada.id)
            let refusal = OutboxError.hasMoved(to: target.handle)
            #expect(refusal.description.contains(target.handle.description))
            await #expect(throws: refusal) { try await stage.post("after") }
            await #expect(throws: refusal) {
                try await publisher.react(.boost, to: theirs.id, as: stage.ada.id)
            }
            await #expect(throws: refusal) {
                try await publisher.react(.like, to: theirs.id, as: stage.ada.id)
            }
            await #expect(throws: refusal) {
                try await publisher.react(with: "🎉", to: theirs.id, as: stage.ada.id)
            }
            await #expect(throws: refusal) { _ = try await publisher.follow(stage.eve.id, as: stage.ada.id) }
            // What it said it may still take away.
            try await publisher.delete(own.id, as: stage.ada.id)
            await #expect(throws: OutboxError.movedLately) {
                _ = try await publisher.move(to: removal.nea, as: stage.ada.id)
            }
            try await publisher.takeMoveBack(as: stage.ada.id)
            #expect(try await removal.document()["movedTo"] == nil)
            try await stage.post("back")
            try await publisher.react(.like, to: theirs.id, as: stage.ada.id)
            await #expect(throws: OutboxError.movedLately) {
                _ = try await publisher.move(to: removal.nea, as: stage.ada.id)
            }
            stage.instance.clock.advance(by: Move.coolDown)
            _ = try await publisher.move(to: removal.nea, as: stage.ada.id)
        }
    }

    @Test(
        "a move that the target does not confirm now, to itself, to a stranger or past a block is refused; nothing is sent"
    )
    func unconfirmed() async throws {
        try await use { removal async throws in
            let (stage, publisher) = (removal.stage, removal.stage.instance.publisher)
            let nea = removal.nea
            await #expect(throws: OutboxError.unconfirmedMove(nea)) {
                _ = try await publisher.move(to: nea, as: stage.ada.id)
            }
            // Known and fresh: it is asked all the same, so that an alias set a moment ago counts.
            try removal.serve(alsoKnownAs: [stage.ada.uri], movedTo: stage.ben.uri)
            await #expect(throws: OutboxError.pointless(reason: "\(nea) has moved on itself")) {
                _ = try await publisher.move(to: nea, as: stage.ada.id)
            }
            await #expect(throws: OutboxError.pointless(reason: "an account cannot move to itself")) {
                _ = try await publisher.move(to: stage.ada.handle, as: stage.ada.id)
            }
            await #expect(throws: FetchError.notAllowed(try Host("evil.example"))) {
                _ = try await publisher.move(to: try Handle("x@evil.example"), as: stage.ada.id)
            }
            try removal.serve(alsoKnownAs: [stage.ada.uri])
            let found = try await stage.instance.directory.account(nea, for: stage.school)
            try await publisher.block(found.id, as: stage.ada.id)
            await #expect(throws: OutboxError.blocked) {
                _ = try await publisher.move(to: nea, as: stage.ada.id)
            }
            try await publisher.unblock(found.id, as: stage.ada.id)
            #expect(try await stage.inboxes("Move").isEmpty)
            _ = try await publisher.move(to: nea, as: stage.ada.id)
        }
    }

    @Test(
        "aliases are set and taken away, told to followers, at most ten, and let an account of ours be moved to"
    )
    func aliases() async throws {
        try await use { removal async throws in
            let (stage, publisher) = (removal.stage, removal.stage.instance.publisher)
            let cleo = try await stage.instance.addPerson("cleo", at: stage.school)
            await #expect(throws: OutboxError.unconfirmedMove(stage.ada.handle)) {
                _ = try await publisher.move(to: stage.ada.handle, as: cleo.id)
            }
            _ = try await publisher.addAlias(removal.nea, as: stage.ada.id)
            _ = try await publisher.addAlias(cleo.handle, as: stage.ada.id)
            let named = [removal.uri, cleo.uri].map(\.description).sorted().map { JSONValue.string($0) }
            #expect(try await removal.document()["alsoKnownAs"] == .array(named))
            #expect(try await stage.inboxes("Update").contains("south.test/inbox"))
            await #expect(throws: OutboxError.pointless(reason: "an account is no alias of itself")) {
                _ = try await publisher.addAlias(stage.ada.handle, as: stage.ada.id)
            }
            try await publisher.removeAlias(removal.uri, as: stage.ada.id)
            #expect(
                try await removal.document()["alsoKnownAs"] == [.string(cleo.uri.description)]
            )
            _ = try await publisher.move(to: stage.ada.handle, as: cleo.id)
            for number in 1..<Move.mostAliases {
                let person = try await stage.instance.addPerson("p\(number)", at: stage.school)
                _ = try await publisher.addAlias(person.handle, as: stage.ada.id)
            }
            await #expect(throws: OutboxError.tooMany("aliases")) {
                _ = try await publisher.addAlias(removal.nea, as: stage.ada.id)
            }
        }
    }
}

import Domain
import HTTPSignatures
import Inbox
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

/// Follow and be followed, with documents as other software writes them and real fetches.
@Suite("Mastodon, GoToSocial and snac2", .timeLimit(.minutes(10)))
struct InteropTests {
    private func set(_ software: String, _ peer: FakePeer) throws -> (actor: URI, signer: SigningKey) {
        let path = software == "snac2" ? "/ben" : "/users/ben"
        let keyPath = software == "gotosocial" ? "\(path)/main-key" : "\(path)#main-key"
        let actor = try peer.uri(path)
        let signer = try TestInstance.rsaSigner(keyID: "\(peer.origin)\(keyPath)")
        let document = try peer.fixture("\(software)/actor", key: signer)
        let ld = #"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#
        peer.serve(
            path,
            document,
            type: software == "snac2" ? ld : "application/activity+json; charset=utf-8"
        )
        if software == "gotosocial" { peer.serve(keyPath, try peer.fixture("gotosocial/key", key: signer)) }
        peer.finger("ben@\(peer.host)", actor: actor)
        return (actor, signer)
    }

    @Test(
        "a stranger's Follow is verified by their published key and accepted",
        arguments: ["mastodon", "gotosocial", "snac2"]
    )
    func followed(_ software: String) async throws {
        try await InboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
            let peer = try FakePeer()
            try await stage.partner(peer)
            let (actor, signer) = try set(software, peer)
            let follow = try peer.fixture("\(software)/follow", local: stage.ada.uri)
            #expect(try await stage.send(JSONWriter.write(.object(follow)), signedBy: signer) == .accepted)
            try await stage.work()
            let (ben, ada) = (actor, stage.ada.id)
            let state = try await stage.instance.database.read { db in
                try db.accounts.find(uri: ben).flatMap {
                    try db.follows.find(follower: $0.id, followed: ada)
                }?.state
            }
            #expect(state == .accepted)
            // The next one is verified by what is stored now.
            let asked = peer.count()
            let again = try peer.fixture("\(software)/note", local: stage.ada.uri)
            #expect(try await stage.send(JSONWriter.write(.object(again)), signedBy: signer) == .accepted)
            #expect(peer.count() == asked)
        }
    }

    @Test(
        "we find them by handle, their Accept counts, and their post arrives",
        arguments: ["mastodon", "gotosocial", "snac2"]
    )
    func following(_ software: String) async throws {
        try await InboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
            let peer = try FakePeer()
            try await stage.partner(peer)
            let (_, signer) = try set(software, peer)
            let wish = try await stage.instance.publisher.follow(
                try Handle("ben@\(peer.host)"),
                as: stage.cleo.id
            )
            #expect(wish.state == .pending)
            let note = try peer.fixture("\(software)/note")
            // ACT-14: before their yes nothing of theirs is shown to cleo.
            #expect(try await stage.send(JSONWriter.write(.object(note)), signedBy: signer) == .accepted)
            try await stage.work()
            #expect(try await stage.home(stage.cleo) == [])
            let accept = try peer.fixture("\(software)/accept", local: stage.cleo.uri, follow: wish.uri)
            #expect(try await stage.send(JSONWriter.write(.object(accept)), signedBy: signer) == .accepted)
            try await stage.work()
            let id = wish.uri
            #expect(
                try await stage.instance.database.read { try $0.follows.find(uri: id)?.state } == .accepted
            )
            var second = note
            second["id"] = .string("\(note["id"]?.string ?? "")/2")
            var object = try #require(note["object"]?.object)
            object["id"] = .string("\(object["id"]?.string ?? "")-2")
            second["object"] = .object(object)
            #expect(try await stage.send(JSONWriter.write(.object(second)), signedBy: signer) == .accepted)
            try await stage.work()
            #expect(try await stage.home(stage.cleo) == ["Hello, schools"])
        }
    }

    @Test("SIG-01, SIG-33: what is not signed, or badly, by a stranger leaves no row and at most one fetch")
    func refused() async throws {
        try await InboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
            let peer = try FakePeer()
            try await stage.partner(peer)
            let (_, signer) = try set("mastodon", peer)
            let body = JSONWriter.write(.object(try peer.fixture("mastodon/follow", local: stage.ada.uri)))
            #expect(try await stage.send(body, signedBy: nil) == .refused(.badSignature))
            #expect(peer.count() == 0)
            let forger = try SigningKey.generateRSA(keyID: signer.keyID)
            for _ in 0..<20 {
                #expect(try await stage.send(body, signedBy: forger) == .refused(.badSignature))
            }
            #expect(peer.count() == 1)
            #expect(try await stage.count("received_activity") == 0)
            #expect(try await stage.count("peer_key") == 3)
            #expect(try await stage.send(body, signedBy: signer) == .accepted)
        }
    }

    @Test(
        "SIG-27: key ids that are no web address, or lead inside, cause no connection",
        arguments: [
            "ftp://south.test/x", "data:text/plain,x", "gopher://south.test/", "https://user@south.test/x",
            "https://south.test:22/x", "https://10.0.0.1/x", "acct:ben@south.test",
        ]
    )
    func keyIDs(_ id: String) async throws {
        try await InboxStage.use { stage async throws in
            let forger = try SigningKey.generateEd25519(keyID: id)
            let body = JSONWriter.write(.object(Wire.create("1", by: stage.ben, "x")))
            #expect(try await stage.send(body, signedBy: forger).status == 401)
            #expect(try await stage.count("received_activity") == 0)
            #expect(try await stage.send(body, signedBy: stage.ben.signer) == .accepted)
        }
    }

    @Test(
        "SIG-34, ORI-18: after an Update of the actor the old key is no key, and the new one comes from home"
    )
    func rotation() async throws {
        try await InboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
            let peer = try FakePeer()
            try await stage.partner(peer)
            let uri = try peer.uri("/users/ben")
            let old = try SigningKey.generateEd25519(keyID: "\(uri)#main-key")
            peer.serve("/users/ben", try peer.actor("/users/ben", "ben", signer: old))
            func activity(_ type: String, _ number: Int, _ object: JSONValue) -> [UInt8] {
                JSONWriter.write([
                    "id": .string("\(uri)/activities/\(number)"), "type": .string(type),
                    "actor": .string(uri.description), "object": object,
                ])
            }
            // The Update names a key that the actor's own document does not: it counts for nothing.
            let stolen = try SigningKey.generateEd25519(keyID: "\(uri)#main-key")
            let forged = try peer.actor("/users/ben", "ben", signer: stolen)
            #expect(try await stage.send(activity("Update", 1, .object(forged)), signedBy: old) == .accepted)
            try await stage.work()
            #expect(try await stage.send(activity("Zap", 2, "x"), signedBy: stolen).status == 401)
            let new = try SigningKey.generateEd25519(keyID: "\(uri)#main-key")
            peer.serve("/users/ben", try peer.actor("/users/ben", "ben", signer: new))
            stage.instance.clock.advance(by: .minutes(6))
            #expect(
                try await stage.send(activity("Update", 3, .string(uri.description)), signedBy: old)
                    == .accepted
            )
            try await stage.work()
            #expect(try await stage.send(activity("Zap", 4, "x"), signedBy: old) == .refused(.badSignature))
            #expect(try await stage.send(activity("Zap", 5, "x"), signedBy: new) == .accepted)
        }
    }
}

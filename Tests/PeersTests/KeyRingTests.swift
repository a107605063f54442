import Domain
import HTTPSignatures
import Peers
import Storage
import TestKit
import Testing
import Vocabulary

@Suite("Keys of peers", .timeLimit(.minutes(10)))
struct KeyRingTests {
    @Test("a key is found in its owner's document, fetched once, and leaves no row")
    func found() async throws {
        try await PeersStage.use { stage async throws in
            let (uri, signer) = try stage.person("ben", on: stage.south)
            for _ in 0..<3 {
                let key = try await stage.key(signer.keyID)
                #expect(try key.actor == uri && key.material == signer.publicText())
            }
            #expect(stage.south.count() == 1)
            #expect(try await stage.known(uri) == nil)
        }
    }

    @Test(
        "a key with a document of its own leads to its owner, in both spellings",
        arguments: ["gotosocial", "plain"]
    )
    func ownDocument(_ spelling: String) async throws {
        try await PeersStage.use { stage async throws in
            let uri = try stage.south.uri("/users/ben")
            let id = "\(uri)/main-key"
            let signer = try TestInstance.rsaSigner(keyID: id)
            stage.south.serve("/users/ben", try stage.south.fixture("gotosocial/actor", key: signer))
            if spelling == "plain" {
                stage.south.serve(
                    "/users/ben/main-key",
                    [
                        "id": .string(id), "owner": .string(uri.description),
                        "publicKeyPem": .string(try signer.publicText()),
                    ]
                )
            } else {
                stage.south.serve(
                    "/users/ben/main-key",
                    try stage.south.fixture("gotosocial/key", key: signer)
                )
            }
            #expect(try await stage.key(id).actor == uri)
        }
    }

    @Test("SIG-24: an owner that does not list the key, or is elsewhere, is no owner")
    func notListed() async throws {
        try await PeersStage.use { stage async throws in
            try await stage.partner(stage.evil)
            let (victim, _) = try stage.person("victim", on: stage.south)
            let (local, signer) = try stage.person("mallory", on: stage.evil)
            for (path, owner) in [("/key1", victim), ("/key2", local)] {
                stage.evil.serve(
                    path,
                    [
                        "id": .string("\(stage.evil.origin)\(path)"), "owner": .string(owner.description),
                        "publicKeyPem": .string(try signer.publicText()),
                    ]
                )
                #expect(try await stage.error(ofKey: "\(stage.evil.origin)\(path)")?.isTransient == false)
            }
            #expect(stage.south.count() == 0)
            #expect(try await stage.key(signer.keyID).actor == local)
        }
    }

    @Test("SIG-26, ACT-26: a key on our own host, or on one that is no partner, is never asked for")
    func notAsked() async throws {
        try await PeersStage.use { stage async throws in
            let (_, signer) = try stage.person("mallory", on: stage.evil)
            #expect(try await stage.error(ofKey: signer.keyID) == .notAllowed(stage.evil.host))
            let own = stage.school.host
            #expect(try await stage.error(ofKey: "https://north.test/ap/actor#main-key") == .ownHost(own))
            #expect(stage.evil.server.connectionCount == 0)
        }
    }

    @Test(
        "SIG-28, ORI-03: only ActivityStreams media types count",
        arguments: [
            ("text/html", false), ("application/json", false), ("application/ld+json", false),
            (#"application/ld+json; profile="https://example.org/""#, false),
            ("application/activity+json-evil", false), ("Application/Activity+JSON; charset=utf-8", true),
            (#"application/ld+json; charset=utf-8; profile="https://www.w3.org/ns/activitystreams""#, true),
        ]
    )
    func mediaTypes(_ type: String, _ isTaken: Bool) async throws {
        try await PeersStage.use { stage async throws in
            let signer = try SigningKey.generateEd25519(keyID: "\(stage.south.origin)/users/ben#main-key")
            let actor = try stage.south.actor("/users/ben", "ben", signer: signer)
            stage.south.serve("/users/ben", actor, type: type)
            #expect((try await stage.error(ofKey: signer.keyID) == nil) == isTaken)
        }
    }

    @Test("SIG-29, ORI-05: one redirect within the origin is followed, none elsewhere, and no loop")
    func redirects() async throws {
        try await PeersStage.use { stage async throws in
            let (uri, signer) = try stage.person("ben", on: stage.south)
            stage.south.redirect("/once", to: "/users/ben")
            stage.south.redirect("/loop", to: "/loop")
            stage.south.redirect("/away", to: "\(stage.evil.origin)/users/ben")
            stage.evil.serve("/users/ben", try stage.south.actor("/users/ben", "ben", signer: signer))
            #expect(try await stage.error(ofKey: "\(stage.south.origin)/loop#main-key") != nil)
            #expect(stage.south.count("/loop") == 2)
            #expect(try await stage.error(ofKey: "\(stage.south.origin)/away#main-key") != nil)
            #expect(stage.evil.server.connectionCount == 0)
            #expect(try await stage.error(ofKey: "\(stage.south.origin)/once#main-key") != nil)
            #expect(stage.south.count("/users/ben") == 1)
            #expect(try await stage.key(signer.keyID).actor == uri)
        }
    }

    @Test("SIG-30: ten keys of an actor are read, and of two with one id the first")
    func manyKeys() async throws {
        try await PeersStage.use { stage async throws in
            let (uri, signer) = try stage.person("ben", on: stage.south)
            var actor = try stage.south.actor("/users/ben", "ben", signer: signer)
            let other = try SigningKey.generateEd25519(keyID: signer.keyID)
            func entry(_ id: String, _ key: SigningKey) throws -> JSONValue {
                [
                    "id": .string(id), "owner": .string(uri.description),
                    "publicKeyPem": .string(try key.publicText()),
                ]
            }
            actor["publicKey"] = .array(
                try [entry(signer.keyID, signer), entry(signer.keyID, other)]
                    + (0..<1_000).map { try entry("\(uri)#\($0)", other) }
            )
            stage.south.serve("/users/ben", actor)
            #expect(try await stage.key(signer.keyID).material == signer.publicText())
            #expect(try await stage.key("\(uri)#7").actor == uri)
            #expect(try await stage.error(ofKey: "\(uri)#8") != nil)
            #expect(stage.south.count() == 1)
        }
    }

    @Test("an unusable stored key is as good as none: it is fetched, within the limits")
    func unusable() async throws {
        try await PeersStage.use { stage async throws in
            let (uri, signer) = try stage.person("ben", on: stage.south)
            let broken = PeerKey(
                uri: try URI(signer.keyID),
                actor: uri,
                material: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
                fetchedAt: stage.instance.clock.now()
            )
            try await stage.instance.database.write { try $0.peerKeys.replace(of: uri, with: [broken]) }
            #expect(try await stage.key(signer.keyID).material == signer.publicText())
            #expect(stage.south.count() == 1)
        }
    }

    @Test("SIG-34: what was fetched and verified nothing is forgotten after five minutes")
    func lifetime() async throws {
        try await PeersStage.use { stage async throws in
            let (_, old) = try stage.person("ben", on: stage.south)
            #expect(try await stage.key(old.keyID).material == old.publicText())
            let (_, new) = try stage.person("ben", on: stage.south)
            #expect(try await stage.key(old.keyID).material == old.publicText())
            stage.instance.clock.advance(by: .minutes(6))
            #expect(try await stage.key(old.keyID).material == new.publicText())
            #expect(stage.south.count() == 2)
        }
    }

    @Test("keys over 16 KiB are dropped, their neighbours are not")
    func longKeys() async throws {
        try await PeersStage.use { stage async throws in
            let (uri, signer) = try stage.person("ben", on: stage.south)
            var actor = try stage.south.actor("/users/ben", "ben", signer: signer)
            let long: JSONValue = [
                "id": .string("\(uri)#long"), "publicKeyPem": .string(String(repeating: "A", count: 20_000)),
            ]
            actor["publicKey"] = .array([long] + (actor["publicKey"]?.asList ?? []))
            stage.south.serve("/users/ben", actor)
            #expect(try await stage.key(signer.keyID).discovery?.keys.count == 1)
        }
    }
}

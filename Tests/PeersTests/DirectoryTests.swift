import Domain
import HTTPSignatures
import Peers
import Storage
import TestKit
import Testing
import Vocabulary

@Suite("Accounts of peers", .timeLimit(.minutes(10)))
struct DirectoryTests {
    @Test("ORI-01, ORI-06: a document that says it is another is not taken, after a redirect neither")
    func foreignID() async throws {
        try await PeersStage.use { stage async throws in
            let (ben, signer) = try stage.person("ben", on: stage.south)
            stage.south.serve("/copy", try stage.south.actor("/users/ben", "ben", signer: signer))
            let evil = try SigningKey.generateEd25519(keyID: "\(stage.evil.origin)/users/x#main-key")
            stage.south.serve("/upload.json", try stage.evil.actor("/users/x", "x", signer: evil))
            for path in ["/copy", "/upload.json"] {
                let uri = try stage.south.uri(path)
                await #expect(throws: FetchError.self) { try await stage.account(uri) }
            }
            // What the redirect leads to is itself, but not who was asked for.
            stage.south.redirect("/users/victim", to: "/users/ben")
            let victim = try stage.south.uri("/users/victim")
            await #expect(throws: FetchError.foreignID(ben.description)) { try await stage.account(victim) }
            #expect(try await stage.account(ben).uri == ben)
            #expect(try await stage.known(victim) == nil)
        }
    }

    @Test(
        "ORI-16, ORI-23, FET-28: names and endpoints that are none are refused; what only looks like ours is theirs",
        arguments: [
            ("preferredUsername", "", false), ("preferredUsername", "a@b", false),
            ("preferredUsername", "a\nb", false), ("preferredUsername", "ada", true),
            ("preferredUsername", String(repeating: "x", count: 300), false),
            ("inbox", "https://north.test/ap/inbox", false),
            ("sharedInbox", "https://north.test/ap/inbox", true),
        ]
    )
    func shapes(_ term: String, _ value: String, _ isTaken: Bool) async throws {
        try await PeersStage.use { stage async throws in
            let uri = try stage.south.uri("/ap/actors/1")
            let signer = try SigningKey.generateEd25519(keyID: "\(uri)#main-key")
            var actor = try stage.south.actor("/ap/actors/1", "ben", signer: signer)
            if term == "sharedInbox" { actor["endpoints"] = ["sharedInbox": .string(value)] }
            actor[term] = .string(value)
            stage.south.serve("/ap/actors/1", actor)
            let account = try? await stage.account(uri)
            #expect((account != nil) == isTaken)
            #expect(account?.handle.host ?? stage.south.host == stage.south.host)
            #expect(account?.endpoints.sharedInbox == nil && account?.isLocal != true)
        }
    }

    @Test("a service without a usable name gets a number for one; a person does not")
    func nameless() async throws {
        try await PeersStage.use { stage async throws in
            let id = "\(stage.south.origin)/users/\(stage.south.host)/main-key"
            let signer = try TestInstance.rsaSigner(keyID: id)
            let path = "/users/\(stage.south.host)"
            let instance = try stage.south.fixture("gotosocial/instance", key: signer)
            stage.south.serve(path, instance)
            stage.south.serve("\(path)/main-key", instance)
            let uri = try stage.south.uri(path)
            #expect(try await stage.key(id).actor == uri)
            let account = try await stage.account(uri)
            #expect(account.handle.name == account.id.description)
            stage.instance.clock.advance(by: .days(2))
            #expect(try await stage.account(uri).handle == account.handle)
            var person = instance
            person["type"] = "Person"
            stage.south.serve(path, person)
            stage.instance.clock.advance(by: .days(2))
            await #expect(throws: ActorError.badName) { try await stage.account(uri) }
        }
    }

    @Test("a known account whose host is down is found as it is known, by URI and by handle")
    func down() async throws {
        try await PeersStage.use { stage async throws in
            let (uri, _) = try stage.person("ben", on: stage.south)
            let handle = "ben@\(stage.south.host)"
            let known = try await stage.account(handle)
            stage.instance.clock.advance(by: .days(2))
            stage.south.reply("/users/ben", .response(503))
            #expect(try await stage.account(handle) == known)
            #expect(try await stage.account(uri) == known)
            stage.south.reply("/.well-known/webfinger?resource=acct:\(handle)", .response(502))
            #expect(try await stage.account(handle) == known)
            await #expect(throws: FetchError.self) { try await stage.account("dora@\(stage.south.host)") }
        }
    }

    @Test("SIG-34: a document that was read earlier does not take the place of a later one")
    func older() async throws {
        try await PeersStage.use { stage async throws in
            let (uri, old) = try stage.person("ben", on: stage.south)
            let early = try #require(try await stage.key(old.keyID).discovery)
            let (_, new) = try stage.person("ben", on: stage.south)
            stage.instance.clock.advance(by: .seconds(10))
            let late = try await stage.instance.directory.refreshed(uri, for: stage.school)
            for actor in [late, early] {
                let stored = try await stage.instance.database.write { try actor.store(in: $0) }
                #expect(stored != nil)
            }
            let id = try URI(old.keyID)
            let stored = try await stage.instance.database.read { try $0.peerKeys.find(id) }
            #expect(try stored?.material == new.publicText())
        }
    }

    @Test("an actor whose name has changed has the new handle when its host confirms it, and keeps its id")
    func renamed() async throws {
        try await PeersStage.use { stage async throws in
            let (uri, signer) = try stage.person("ben", on: stage.south)
            let known = try await stage.account("ben@\(stage.south.host)")
            let (other, _) = try stage.person("dora", on: stage.south)
            let dora = try await stage.account("dora@\(stage.south.host)")
            func refresh() async throws -> Account? {
                let fresh = try await stage.instance.directory.refreshed(known, for: stage.school)
                return try await stage.instance.database.write { try fresh.store(in: $0) }
            }
            stage.south.serve("/users/ben", try stage.south.actor("/users/ben", "dora", signer: signer))
            // The host says that dora is somebody else.
            #expect(try await refresh()?.handle.name != "dora")
            #expect(try await stage.known(other)?.handle == dora.handle)
            stage.south.finger("dora@\(stage.south.host)", actor: uri)
            let renamed = try #require(try await refresh())
            #expect(renamed.id == known.id && renamed.handle == dora.handle)
            #expect(try await stage.known(other)?.handle.name == dora.id.description)
        }
    }

    @Test("owner, controller and ids of keys are compared as URIs", arguments: [true, false])
    func spelling(_ isSame: Bool) async throws {
        try await PeersStage.use { stage async throws in
            let (uri, signer) = try stage.person("ben", on: stage.south)
            var actor = try stage.south.actor("/users/ben", "ben", signer: signer)
            let owner = isSame ? "HTTP" + uri.description.dropFirst(4) : "\(uri)/"
            actor["publicKey"] = [
                "id": .string(signer.keyID), "owner": .string(owner),
                "publicKeyPem": .string(try signer.publicText()),
            ]
            stage.south.serve("/users/ben", actor)
            #expect((try await stage.error(ofKey: signer.keyID) == nil) == isSame)
        }
    }
}

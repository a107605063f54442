import Domain
import HTTPSignatures
import Peers
import Storage
import TestKit
import Testing
import Vocabulary

@Suite("Handles of peers", .timeLimit(.minutes(10)))
struct WebFingerTests {
    @Test("a handle is found; https first, then http on a machine for trials")
    func found() async throws {
        try await PeersStage.use { stage async throws in
            let (uri, _) = try stage.person("ben", on: stage.south)
            let account = try await stage.account("ben@\(stage.south.host)")
            #expect(account.uri == uri && account.handle.description == "ben@\(stage.south.host)")
            #expect(account.host == stage.south.host)
        }
    }

    @Test("ORI-12: a host cannot give another host's actor a handle of its own")
    func renamed() async throws {
        try await PeersStage.use { stage async throws in
            try await stage.partner(stage.evil)
            let (victim, _) = try stage.person("ben", on: stage.south)
            _ = try await stage.account("ben@\(stage.south.host)")
            stage.evil.finger("ben@\(stage.evil.host)", actor: victim)
            await #expect(throws: FetchError.self) { try await stage.account("ben@\(stage.evil.host)") }
            let known = try await stage.known(victim)
            #expect(known?.handle.host == stage.south.host && known?.host == stage.south.host)
        }
    }

    @Test(
        "ORI-12: an actor may have a handle of another host when both say so, and is judged by its own host"
    )
    func split() async throws {
        try await PeersStage.use { stage async throws in
            let domain = try FakePeer(address: "127.0.0.3")
            try await stage.partner(domain)
            let (uri, _) = try stage.person("ben", on: stage.south)
            let handle = "ben@\(domain.host)"
            let target = "/.well-known/webfinger?resource=acct:"
            // The domain sends whoever asks to the server behind it, as Mastodon and GoToSocial advise.
            domain.redirect("\(target)\(handle)", to: "\(stage.south.origin)\(target)\(handle)")
            stage.south.finger(handle, actor: uri)
            stage.south.finger("ben@\(stage.south.host)", subject: handle, actor: uri)
            let account = try await stage.account(handle)
            #expect(account.uri == uri && account.handle.description == handle)
            #expect(account.host == stage.south.host)
            // Found by its URI, after a day or for an Update, it keeps the handle that was confirmed.
            stage.instance.clock.advance(by: .days(2))
            #expect(try await stage.account(uri).handle.description == handle)
            let fresh = try await stage.instance.directory.refreshed(uri, for: stage.school)
            _ = try await stage.instance.database.write { try fresh.store(in: $0) }
            #expect(try await stage.known(uri)?.handle.description == handle)
            // The way from the server's own name to the handle.
            #expect(try await stage.account("ben@\(stage.south.host)").handle.description == handle)
        }
    }

    @Test("ORI-12: subject and actor must be confirmed in one step; a chain of three is refused")
    func chain() async throws {
        try await PeersStage.use { stage async throws in
            let host = stage.south.host
            let (uri, _) = try stage.person("carl", on: stage.south)
            stage.south.finger("alias@\(host)", subject: "carl@\(host)", actor: uri)
            #expect(try await stage.account("alias@\(host)").handle.description == "carl@\(host)")
            stage.south.finger("a@\(host)", subject: "b@\(host)", actor: uri)
            stage.south.finger("b@\(host)", subject: "carl@\(host)", actor: uri)
            await #expect(throws: FetchError.self) { try await stage.account("a@\(host)") }
            let (other, _) = try stage.person("dora", on: stage.south)
            stage.south.finger("c@\(host)", subject: "carl@\(host)", actor: other)
            await #expect(throws: FetchError.self) { try await stage.account("c@\(host)") }
            // The actor says that it is called otherwise.
            stage.south.finger("wrong@\(host)", actor: uri)
            await #expect(throws: ActorError.badName) { try await stage.account("wrong@\(host)") }
        }
    }

    @Test("a redirect leads to allowed hosts only, and we never ask ourselves")
    func redirects() async throws {
        try await PeersStage.use { stage async throws in
            let host = stage.south.host
            let target = "/.well-known/webfinger?resource=acct:ben@\(host)"
            stage.south.redirect(target, to: "\(stage.evil.origin)/x")
            await #expect(throws: FetchError.notAllowed(stage.evil.host)) {
                try await stage.account("ben@\(host)")
            }
            stage.south.redirect(target, to: "https://north.test\(target)")
            await #expect(throws: FetchError.ownHost(stage.school.host)) {
                try await stage.account("ben@\(host)")
            }
            stage.south.finger(
                "ben@\(host)",
                subject: "ada@north.test",
                actor: try stage.south.uri("/users/ben")
            )
            await #expect(throws: FetchError.ownHost(stage.school.host)) {
                try await stage.account("ben@\(host)")
            }
            #expect(stage.evil.server.connectionCount == 0)
            _ = try stage.person("ben", on: stage.south)
            #expect(try await stage.account("ben@\(host)").host == host)
        }
    }

    @Test("ORI-17: WebFinger decides who has a handle; a document alone takes it from nobody")
    func twoClaims() async throws {
        try await PeersStage.use { stage async throws in
            let (first, _) = try stage.person("ben", on: stage.south)
            let handle = "ben@\(stage.south.host)"
            _ = try await stage.account(handle)
            let second = try stage.south.uri("/users/2")
            let signer = try SigningKey.generateEd25519(keyID: "\(second)#main-key")
            stage.south.serve("/users/2", try stage.south.actor("/users/2", "ben", signer: signer))
            let claimant = try await stage.account(second)
            #expect(claimant.handle.name == claimant.id.description)
            #expect(try await stage.known(first)?.handle.description == handle)
            stage.south.finger(handle, actor: second)
            stage.instance.clock.advance(by: .days(2))
            #expect(try await stage.account(handle).uri == second)
            #expect(try await stage.known(second)?.handle.description == handle)
            #expect(try await stage.known(first)?.handle.description != handle)
        }
    }
}

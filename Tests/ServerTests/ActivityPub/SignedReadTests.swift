import Domain
import HTTPSignatures
import TestKit
import Testing
import Vocabulary

@testable import Server

extension FederationTests {
    @Suite("Who may read", .timeLimit(.minutes(10)))
    struct SignedReadTests {
        @Test(
            "without a signature nothing but the school's own actor is served; with the setting off, public things are"
        )
        func unsigned() async throws {
            try await FederationStage.use { stage async throws in
                let post = try await stage.publish("hello")
                let actor = stage.ada.uri.target
                let paths = [
                    actor, post.uri.target, actor + "/outbox", actor + "/followers", actor + "/featured",
                ]
                for path in paths {
                    let answer = try await stage.get(path)
                    #expect(answer.status == 401)
                    #expect(answer.type == "application/problem+json")
                    #expect(answer.reason == "signature_required")
                    #expect(try await stage.get(path, by: stage.ben).status == 200)
                }
                try await stage.requireSignedReads(false)
                for path in paths { #expect(try await stage.get(path).status == 200) }
                #expect(try await stage.get(actor).field("Cache-Control") == "public, max-age=60")
            }
        }

        @Test("a host that is no partner, was one, or is blocked gets 403; a paused one is asked to wait")
        func hosts() async throws {
            try await FederationStage.use { stage async throws in
                let path = stage.ada.uri.target
                #expect(try await stage.get(path, by: stage.mallory).status == 403)
                #expect(try await stage.get(path, by: stage.wim).status == 200)
                for state in [Partner.State.proposed, .ended, .blocked] {
                    try await stage.setPartner("west.test", state)
                    #expect(try await stage.get(path, by: stage.wim).status == 403)
                }
                try await stage.setPartner("west.test", .paused)
                let paused = try await stage.get(path, by: stage.wim)
                #expect(paused.status == 503)
                #expect(paused.field("Retry-After") == "3600")
                try await stage.setPartner("west.test", .approved)
                #expect(try await stage.get(path, by: stage.wim).status == 200)
            }
        }

        @Test("a blocked host's signed request is refused even where anybody may read without a signature")
        func blockedWhereOpen() async throws {
            try await FederationStage.use { stage async throws in
                try await stage.requireSignedReads(false)
                try await stage.setPartner("evil.test", .blocked)
                #expect(try await stage.get(stage.ada.uri.target, by: stage.mallory).status == 403)
                #expect(try await stage.get(stage.ada.uri.target, by: stage.ben).status == 200)
            }
        }

        @Test("a signature that was made for another request, time or host is refused")
        func misused() async throws {
            try await FederationStage.use { stage async throws in
                let path = stage.ada.uri.target
                func ask(_ change: (inout FederationStage.Fields) -> Void) async throws -> Answer {
                    try await stage.get(path, by: stage.ben, change: change)
                }
                #expect(try await ask { _ in }.status == 200)
                #expect(try await ask { $0.append((name: "Signature", value: "x")) }.status == 400)
                #expect(try await ask { $0.removeAll { $0.name == "Date" } }.status == 401)
                #expect(
                    try await ask { fields in
                        fields = fields.map { $0.name == "Signature" ? ($0.name, "x") : $0 }
                    }.status != 200
                )
                // Nothing that does not verify with the known key gets in; the key is asked for again once, not each time.
                var kept: FederationStage.Fields = []
                _ = try await ask { kept = $0 }
                _ = try await stage.get(stage.cleo.uri.target) { $0 = kept }
                let moved = try await stage.get(stage.cleo.uri.target) { $0 = kept }
                #expect(moved.status == 401)
                #expect(moved.reason == "bad_signature")
                #expect(try await stage.get(path) { $0 = kept }.status == 200)
                stage.instance.clock.advance(by: .hours(14))
                let stale = try await stage.get(path) { $0 = kept }
                #expect(stale.status == 401)
                #expect(stale.reason == "bad_signature")
                #expect(try await ask { _ in }.status == 200)
            }
        }

        @Test("a signature in a school's own name does not come from outside")
        func ownName() async throws {
            try await FederationStage.use { stage async throws in
                for host in ["school.test", "annex.test"] {
                    // Even a key that had found its way into the database does not make it so.
                    let spoof = try await stage.instance.addPeer("spoof", at: host)
                    let answer = try await stage.get(stage.ada.uri.target, by: spoof)
                    #expect(answer.status == 401)
                    #expect(answer.reason == "bad_signature")
                }
                #expect(try await stage.get(stage.ada.uri.target, by: stage.ben).status == 200)
            }
        }

        @Test("a host that asks too often is slowed down, and only that host")
        func rate() async throws {
            var limits = RateLimits()
            limits.host = TokenRate(perSecond: 0.001, burst: 2)
            let limiter = RateLimiter(limits: limits)
            try await FederationStage.use(limiter: limiter) { stage async throws in
                let path = stage.ada.uri.target
                #expect(try await stage.get(path, by: stage.ben).status == 200)
                #expect(try await stage.get(path, by: stage.dora).status == 200)
                let slowed = try await stage.get(path, by: stage.ben)
                #expect(slowed.status == 429)
                #expect(slowed.field("Retry-After") != nil)
                #expect(try await stage.get(path, by: stage.wim).status == 200)
            }
        }
    }
}

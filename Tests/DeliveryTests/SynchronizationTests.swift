import Domain
import HTTPSignatures
import Outbox
import Peers
import Storage
import TestKit
import Testing

@testable import Delivery

@Suite("Telling servers whom we take for followers", .timeLimit(.minutes(10)))
struct SynchronizationTests {
    @Test(
        "what is for followers carries the digest of those at the receiver, covered by the signature; what is for all does not",
        arguments: Audience.allCases.filter { $0 != .school }
    )
    func field(audience: Audience) async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.3.60")) { stage in
            let far = try await stage.instance.addPeer("fay", at: "far.test").account
            try await stage.instance.addFollow(of: stage.ada, by: far)
            let draft = PostDraft(text: "For @\(stage.ben.account.handle)", audience: audience)
            _ = try await stage.instance.publisher.publish(draft, as: stage.ada.id)
            await stage.deliver()
            let request = try #require(stage.south.requests.first)
            let value = request.field(SynchronizationField.name)
            guard audience == .followers || audience == .partners else {
                #expect(value == nil)
                return
            }
            let field = try #require(value.flatMap { SynchronizationField($0) })
            #expect(field.collection == stage.ada.endpoints.followers)
            #expect(
                field.partial
                    == LocalActorURIs(origin: stage.school.origin).followersSynchronization(stage.ada.id)
            )
            #expect(field.digest == SynchronizationField.digest(of: [stage.ben.account.uri]))
            let message = HTTPMessage(
                method: request.method,
                scheme: "http",
                authority: try stage.south.origin.host.description,
                target: request.target,
                fields: request.fields
            )
            let now = stage.instance.clock.now().milliseconds
            let claim = try SignatureClaim.read(message, body: request.body, now: now)
            #expect(claim.covers("collection-synchronization"))
            let key = try await stage.instance.signers.key(of: stage.ada.id)
            try claim.verify(with: try PublicKey(pem: try key.publicText()))
        }
    }
}

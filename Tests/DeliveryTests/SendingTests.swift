import Domain
import HTTPSignatures
import Outbox
import Peers
import Storage
import TestKit
import Testing

@testable import Delivery

@Suite("Sending", .timeLimit(.minutes(10)))
struct SendingTests {
    @Test("an author's posts arrive in order, each once, signed by the author's key")
    func inOrder() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.3.1")) { stage in
            for number in 1...40 { try await stage.post("Post \(number)") }
            await stage.deliver()
            #expect(stage.texts == (1...40).map { "Post \($0)" })
            #expect(try await stage.states() == Array(repeating: .delivered, count: 40))
            let key = try await stage.instance.signers.key(of: stage.ada.id)
            for request in stage.south.requests {
                #expect(request.method == "POST")
                #expect(request.target == "/inbox" || request.target == "/users/ben/inbox")
                let message = HTTPMessage(
                    method: request.method,
                    scheme: "http",
                    authority: try stage.south.origin.host.description,
                    target: request.target,
                    fields: request.fields
                )
                let now = stage.instance.clock.now().milliseconds
                let claim = try SignatureClaim.read(message, body: request.body, now: now)
                try claim.verify(with: try PublicKey(pem: try key.publicText()))
            }
        }
    }

    @Test("what names a person goes before what does not")
    func directFirst() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.3.2")) { stage in
            try await stage.post("For all")
            try await stage.post("For @\(stage.ben.account.handle)")
            await stage.deliver()
            #expect(stage.south.requests.count == 2)
            #expect(String(decoding: stage.south.requests[0].body, as: UTF8.self).contains("Mention"))
        }
    }

    @Test("an edit never comes before its post, and a deletion not before the edit")
    func editsInOrder() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.3.3")) { stage in
            let post = try await stage.post("First")
            let draft = PostDraft(text: "Second")
            _ = try await stage.instance.publisher.edit(post.id, draft, as: stage.ada.id)
            try await stage.instance.publisher.delete(post.id, as: stage.ada.id)
            await stage.deliver()
            let types = stage.south.requests.map { request in
                ["Create", "Update", "Delete"].first {
                    String(decoding: request.body, as: UTF8.self).contains("\"type\":\"\($0)\"")
                }
            }
            #expect(types == ["Create", "Update", "Delete"])
        }
    }

    @Test("a server that takes only RFC 9421 is sent that, at once from the second time on")
    func otherSignature() async throws {
        let picky = try LoopbackServer(address: "127.0.3.4") { request in
            .response(request.field("Signature-Input") == nil ? 401 : 202)
        }
        try await DeliveryStage.use(picky) { stage in
            try await stage.post("One")
            await stage.deliver()
            #expect(stage.south.requests.count == 2)
            try await stage.post("Two")
            await stage.deliver()
            #expect(stage.south.requests.count == 3)
            #expect(try await stage.states() == [.delivered, .delivered])
        }
    }

    @Test("a server that takes neither signature is asked twice a time, no more, and tried again later")
    func neitherSignature() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.3.5") { _ in .response(401) }) {
            stage in
            try await stage.post("One")
            await stage.deliver()
            #expect(stage.south.requests.count == 2)
            #expect(try await stage.states() == [.waiting])
            await stage.deliver(after: .seconds(61))
            #expect(stage.south.requests.count == 4)
        }
    }

    @Test("FET-17: a redirect is not followed; the delivery waits")
    func redirect() async throws {
        let elsewhere = try LoopbackServer(address: "127.0.3.6")
        let target = try elsewhere.origin
        let server = try LoopbackServer(address: "127.0.3.7") { _ in
            .response(307, fields: ["Location: \(target)/inbox"])
        }
        try await DeliveryStage.use(server) { stage async throws in
            try await stage.post("One")
            await stage.deliver()
            #expect(elsewhere.requests.isEmpty)
            #expect(try await stage.states() == [.waiting])
        }
    }

    @Test("a paused partner gets nothing until it is approved again; an ended one never")
    func paused() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.3.8")) { stage in
            let (host, school) = (stage.ben.account.uri.host, stage.school)
            try await stage.instance.admin.setPartner(host, .paused, at: school, by: "test")
            try await stage.post("One")
            await stage.deliver()
            #expect(stage.south.requests.isEmpty)
            #expect(try await stage.states() == [.waiting])
            try await stage.instance.admin.setPartner(host, .approved, at: school, by: "test")
            await stage.deliver()
            #expect(stage.texts == ["One"])
            try await stage.instance.admin.setPartner(host, .paused, at: school, by: "test")
            try await stage.post("Two")
            try await stage.instance.admin.setPartner(host, .ended, at: school, by: "test")
            await stage.deliver(after: .hours(1))
            #expect(stage.texts == ["One"])
            #expect(try await stage.queue().map(\.reason) == [nil, "no partner any more"])
        }
    }

    @Test(
        "who has lost the lease records nothing: the delivery is sent again by who holds it, and counted once"
    )
    func lostLease() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.3.9") { _ in .hang }) {
            stage async throws in
            try await stage.post("One")
            let first = stage.planner(1)
            let work = await first.claim(1)
            let taking = try #require(work.first)
            async let running: Void = first.lanes.run(taking)
            await stage.south.requests(1)
            let second = stage.planner(2)
            #expect(await second.claim(1).isEmpty)
            stage.instance.clock.advance(by: .seconds(91))
            let taken = await second.claim(1)
            #expect(taken.map(\.deliveries.count) == [1])
            stage.south.release()
            await running
            #expect(try await stage.states() == [.waiting])
            let retaken = try #require(taken.first)
            async let again: Void = second.lanes.run(retaken)
            await stage.south.requests(2)
            stage.south.release()
            await again
            #expect(try await stage.states() == [.delivered])
            #expect(try await stage.queue().map(\.attempts) == [1])
        }
    }

    @Test("a lane that took its time starts nothing new, and goes on with the next lease")
    func laneTime() async throws {
        let slow = try LoopbackServer(address: "127.0.3.10") { _ in .hang }
        try await DeliveryStage.use(slow) { stage async throws in
            for number in 1...3 { try await stage.post("Post \(number)") }
            let planner = stage.planner()
            let work = await planner.claim(1)
            let taking = try #require(work.first)
            async let running: Void = planner.lanes.run(taking)
            await slow.requests(1)
            stage.instance.clock.advance(by: .seconds(21))
            slow.release()
            await running
            #expect(slow.requests.count == 1)
            #expect(try await stage.states() == [.delivered, .waiting, .waiting])
            #expect(await planner.claim(1).map(\.deliveries.count) == [2])
        }
    }
}

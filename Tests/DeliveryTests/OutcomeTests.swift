import Domain
import Outbox
import Storage
import TestKit
import Testing

@testable import Delivery

@Suite("Outcomes", .timeLimit(.minutes(10)))
struct OutcomeTests {
    @Test(
        "REL-13: each answer has its outcome: taken, given up, or tried again",
        arguments: [
            (200, Delivery.State.delivered, 1), (202, .delivered, 1), (400, .undelivered, 2),
            (401, .waiting, 2),
            (403, .undelivered, 1), (404, .undelivered, 1), (405, .undelivered, 1), (408, .waiting, 1),
            (410, .undelivered, 1), (413, .undelivered, 1), (429, .waiting, 1), (500, .waiting, 1),
            (501, .undelivered, 1), (502, .waiting, 1), (503, .waiting, 1), (504, .waiting, 1),
            (302, .waiting, 1),
        ]
    )
    func table(status: Int, state: Delivery.State, requests: Int) async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.4.1") { _ in .response(status) }) {
            stage in
            try await stage.post("One")
            await stage.deliver()
            #expect(stage.south.requests.count == requests)
            let line = try #require(try await stage.queue().first)
            #expect(line.state == state && line.attempts == 1)
            #expect((line.reason != nil) == (state != .delivered))
            await stage.deliver(after: .seconds(61))
            #expect(stage.south.requests.count == (state == .waiting ? 2 * requests : requests))
        }
    }

    @Test("REL-13: after a 410 the shared inbox is not used any more, after a 404 it is")
    func forgotten() async throws {
        for status in [404, 410] {
            let server = try LoopbackServer(address: "127.0.4.2") { request in
                .response(request.target == "/inbox" ? status : 202)
            }
            try await DeliveryStage.use(server) { stage in
                try await stage.post("One")
                await stage.deliver()
                try await stage.post("Two")
                await stage.deliver()
                let targets = server.requests.map(\.target)
                #expect(targets == ["/inbox", status == 410 ? "/users/ben/inbox" : "/inbox"])
            }
        }
    }

    @Test(
        "REL-12: a server that takes the body and closes without an answer is sent it again, and it counts once"
    )
    func closesUnanswered() async throws {
        let answer = Switch(.close)
        let server = try LoopbackServer(address: "127.0.4.3") { _ in answer.answer }
        try await DeliveryStage.use(server) { stage in
            try await stage.post("One")
            await stage.deliver()
            #expect(server.requests.count == 1)
            #expect(try await stage.states() == [.waiting])
            answer.set(.response(202))
            await stage.deliver(after: .minutes(1))
            #expect(server.requests.count == 2)
            #expect(server.requests[0].body == server.requests[1].body)
            #expect(try await stage.states() == [.delivered])
            await stage.deliver(after: .days(1))
            #expect(server.requests.count == 2)
        }
    }

    @Test("FET-09: a name that cannot be resolved is the host's fault, and another host is not affected")
    func noName() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.4.4")) { stage in
            let nowhere = try await stage.addPartner("xavier", at: try Origin("https://x.invalid"))
            try await stage.post("One")
            await stage.deliver()
            #expect(stage.texts == ["One"])
            let line = try #require(try await stage.line(of: nowhere.uri.host))
            #expect(line.waiting == 1 && line.failures == 1 && line.isOpen)
            #expect(line.lastReason?.contains("could not be resolved") == true)
            try await stage.post("Two")
            await stage.deliver()
            #expect(stage.texts == ["One", "Two"])
        }
    }

    @Test("FET-10: who runs the server reads in the queue why no secure connection came about")
    func tls() async throws {
        let authority = try TestAuthority()
        let secure = try TLSServer(authority.certificate(for: "good.localhost"))
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.4.5")) { stage in
            let origin = try Origin("https://good.localhost:\(secure.port)")
            let distrusted = try await stage.addPartner("tess", at: origin)
            try await stage.post("One")
            await stage.deliver()
            let line = try #require(try await stage.line(of: distrusted.uri.host))
            #expect(line.waiting == 1 && line.lastReason?.contains("no secure connection") == true)
            #expect(try await stage.line(of: stage.ben.account.uri.host) == nil)
        }
    }

    @Test("FET-28: a peer's account whose shared inbox is ours makes no delivery to ourselves")
    func ourselves() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.4.6")) { stage in
            let mallory = try await stage.instance.addPeer("mallory", at: try Origin("https://mallory.test"))
                .account
            var changed = mallory
            changed.endpoints.sharedInbox = try URI("https://north.test/ap/inbox")
            try await stage.instance.admin.setPartner(
                mallory.uri.host,
                .approved,
                at: stage.school,
                by: "test"
            )
            try await stage.instance.addFollow(of: stage.ada, by: mallory)
            let update = changed
            try await stage.instance.database.write { try $0.accounts.update(update) }
            try await stage.post("One")
            let hosts = try await stage.queue().map(\.inbox.host)
            #expect(hosts == [stage.ben.account.uri.host])
        }
    }

    @Test("a delivery that this server cannot prepare blames no host, and waits longer each time")
    func postponed() async throws {
        try await DeliveryStage.use(try LoopbackServer(address: "127.0.4.7")) { stage in
            try await stage.post("One")
            let ada = stage.ada.id
            try await stage.instance.database.write { db in
                try db.run("UPDATE signing_key SET private_key = 'damaged' WHERE account_id = \(ada)")
            }
            await stage.deliver()
            #expect(try await stage.states() == [.waiting])
            #expect(try await stage.lane()?.failures == 0)
            await stage.deliver(after: .minutes(1))
            await stage.deliver(after: .minutes(4))
            #expect(try await stage.queue().map(\.attempts) == [2])
            #expect(stage.south.requests.isEmpty)
        }
    }
}

import Domain
import TestKit
import Testing

@testable import Outbox

@Suite("Finding whom a text mentions", .timeLimit(.minutes(10)))
struct MentionTests {
    @Test(
        "a direct message to somebody who is not found, or whose server gets nothing from us, is not sent; twin: to others it is"
    )
    func direct() async throws {
        try await OutboxStage.use { stage in
            await #expect(throws: OutboxError.notFound(mention: "@nobody")) {
                try await stage.post("For @nobody and @eve@east.test", .direct)
            }
            await #expect(throws: OutboxError.notAPartner(try Host("evil.test"))) {
                try await stage.post("For @mallory@evil.test", .direct)
            }
            #expect(try await stage.inboxes("Create").isEmpty)
            try await stage.post("For @eve@east.test", .direct)
            #expect(try await stage.inboxes("Create") == ["east.test/users/eve/inbox"])
            try await stage.post("For all, @nobody too")
        }
    }

    @Test("at most twenty strangers are looked for in one text")
    func strangers() async throws {
        let server = try LoopbackServer(address: "127.0.8.1", immediate: .response(404, closes: true))
        try await OutboxStage.use(reaching: [try AddressRange("127.0.8.0/24")]) { stage in
            let host = try server.origin.host.description
            try await stage.partner(host, .approved)
            try await stage.post((1...30).map { "@u\($0)@\(host)" }.joined(separator: " "))
            // Each is asked over TLS first, which this server does not speak.
            #expect(server.connectionCount == 2 * 20)
        }
    }

    @Test("who does not answer in time is not found, and the post goes out")
    func slow() async throws {
        let server = try LoopbackServer(address: "127.0.8.2") { _ in .hang }
        try await OutboxStage.use(reaching: [try AddressRange("127.0.8.0/24")]) { stage in
            let host = try server.origin.host.description
            try await stage.partner(host, .approved)
            var publisher = stage.instance.publisher
            publisher.lookUpTime = .milliseconds(50)
            let draft = PostDraft(text: "For @slow@\(host) and @ben@south.test")
            _ = try await publisher.publish(draft, as: stage.ada.id)
            #expect(try await stage.inboxes("Create").contains("south.test/inbox"))
        }
    }
}

import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Blocks in the client API")
    struct BlockTests {
        @Test(
            "blocking hides both from each other, is listed, and ends with unblocking; another's scope is refused"
        )
        func block() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let post = try await publisher.publish(PostDraft(text: "Hello"), as: visitor.ada.id)
                let ada = try await visitor.token("follow read")
                let cleo = try await visitor.token("read", for: visitor.cleo)
                let path = "/api/v1/accounts/\(visitor.cleo.id)"
                let shown = "/api/v1/statuses/\(post.id)"
                #expect(try await visitor.send(.get, shown, token: cleo).status == 200)
                #expect(try await visitor.send(.post, "\(path)/block", token: cleo).status == 403)
                let relation = try await visitor.send(.post, "\(path)/block", token: ada).json?.object
                #expect(relation?["blocking"] == true && relation?["blocked_by"] == false)
                #expect(try await visitor.send(.get, shown, token: cleo).status == 404)
                #expect(try await visitor.send(.get, shown).status == 200)
                let theirs = try await visitor.send(
                    .get,
                    "/api/v1/accounts/relationships?id[]=\(visitor.ada.id)",
                    token: cleo
                ).json?.asList.first?.object
                #expect(theirs?["blocked_by"] == true && theirs?["blocking"] == false)
                let listed = try await visitor.send(.get, "/api/v1/blocks", token: ada).json?.asList
                #expect(listed?.compactMap { $0.object?["id"]?.string } == [visitor.cleo.id.description])
                #expect(
                    try await visitor.send(.get, "/api/v1/blocks", token: cleo).json?.asList.isEmpty == true
                )
                let undone = try await visitor.send(.post, "\(path)/unblock", token: ada).json?.object
                #expect(undone?["blocking"] == false)
                #expect(try await visitor.send(.get, shown, token: cleo).status == 200)
                #expect(try await visitor.send(.post, "/api/v1/accounts/7/block", token: ada).status == 404)
            }
        }
    }
}

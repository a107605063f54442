import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Pins and emoji in the client API")
    struct ReactingTests {
        @Test(
            "a pinned post is listed with pinned=true and says so; a sixth, another's and a reader's token are refused"
        )
        func pins() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let token = try await visitor.token("read write")
                var posts: [Post] = []
                for number in 1...6 {
                    posts.append(
                        try await publisher.publish(PostDraft(text: "\(number)"), as: visitor.ada.id)
                    )
                }
                let reader = try await visitor.token("read write:statuses")
                #expect(
                    try await visitor.send(.post, "/api/v1/statuses/\(posts[0].id)/pin", token: reader).status
                        == 403
                )
                for post in posts.prefix(5) {
                    let pinned = try await visitor.send(
                        .post,
                        "/api/v1/statuses/\(post.id)/pin",
                        token: token
                    )
                    #expect(pinned.json?.object?["pinned"] == true)
                }
                #expect(
                    try await visitor.send(.post, "/api/v1/statuses/\(posts[5].id)/pin", token: token).status
                        == 422
                )
                let cleo = try await visitor.token("write", for: visitor.cleo)
                #expect(
                    try await visitor.send(.post, "/api/v1/statuses/\(posts[5].id)/pin", token: cleo).status
                        == 403
                )
                func listed() async throws -> [String] {
                    let path = "/api/v1/accounts/\(visitor.ada.id)/statuses?pinned=true"
                    let answer = try await visitor.send(.get, path)
                    return answer.json?.asList.compactMap { $0.object?["id"]?.string } ?? []
                }
                #expect(try await listed() == posts.prefix(5).reversed().map(\.id.description))
                let unpinned = try await visitor.send(
                    .post,
                    "/api/v1/statuses/\(posts[4].id)/unpin",
                    token: token
                )
                #expect(unpinned.json?.object?["pinned"] == false)
                #expect(try await listed() == posts.prefix(4).reversed().map(\.id.description))
            }
        }

        @Test("an emoji is put and deleted as in Pleroma's API, with counts; what is no emoji is refused")
        func emojis() async throws {
            try await Visitor.use { visitor async throws in
                let post = try await visitor.instance.publisher.publish(
                    PostDraft(text: "Hi"),
                    as: visitor.ada.id
                )
                let path = "/api/v1/pleroma/statuses/\(post.id)/reactions"
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                let ada = try await visitor.token("read write")
                let coffee = "%E2%98%95"
                for token in [cleo, ada] {
                    #expect(try await visitor.send(.put, "\(path)/\(coffee)", token: token).status == 200)
                }
                #expect(try await visitor.send(.put, "\(path)/word", token: cleo).status == 422)
                #expect(try await visitor.send(.put, "\(path)/\(coffee)").status == 401)
                let list = try await visitor.send(.get, path, token: cleo).json?.asList
                #expect(list?.count == 1)
                let line = list?.first?.object
                #expect(line?["name"] == "☕" && line?["count"] == 2 && line?["me"] == true)
                #expect(line?["accounts"]?.asList.count == 2)
                let told = try await visitor.send(.get, "/api/v1/notifications", token: ada).json?.asList
                    .first?.object
                #expect(told?["type"] == "pleroma:emoji_reaction" && told?["emoji"] == "☕")
                let gone = try await visitor.send(.delete, "\(path)/\(coffee)", token: cleo).json?.object
                #expect(gone?["emoji_reactions"]?.asList.first?.object?["count"] == 1)
                #expect(gone?["emoji_reactions"]?.asList.first?.object?["me"] == false)
                #expect(gone?["favourites_count"] == 0)
            }
        }
    }
}

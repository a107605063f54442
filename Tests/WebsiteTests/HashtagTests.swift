import Domain
import HTTPTypes
import Outbox
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Hashtags")
    struct HashtagTests {
        private func say(_ text: String, _ visitor: Visitor, _ audience: Audience = .public) async throws {
            _ = try await visitor.instance.publisher.publish(
                PostDraft(text: text, audience: audience),
                as: visitor.cleo.id
            )
        }

        @Test("a hashtag's page shows what the visitor may see, and lets them follow it")
        func page() async throws {
            try await Visitor.use { visitor async throws in
                try await say("Open #Käse", visitor)
                try await say("Inside #käse", visitor, .school)
                let path = "/tags/k%C3%A4se"
                let stranger = try await visitor.send(.get, path)
                #expect(stranger.status == 200 && stranger.text.contains("Open"))
                #expect(stranger.text.contains("href=\"\(path)\"") && !stranger.text.contains("Inside"))
                #expect(try await visitor.send(.get, "/tags/no%20tag").status == 404)
                let (cookie, csrf) = try await visitor.signIn()
                #expect(try await visitor.send(.get, path, cookie: cookie).text.contains("Inside"))
                let refused = try await visitor.send(.post, path + "/follow", form: "csrf=no", cookie: cookie)
                #expect(refused.status == 403)
                let followed = try await visitor.send(
                    .post,
                    path + "/follow",
                    form: "csrf=\(csrf)",
                    cookie: cookie
                )
                #expect(followed.status == 303)
                try await say("More #käse", visitor)
                #expect(try await visitor.send(.get, "/home", cookie: cookie).text.contains("More"))
                _ = try await visitor.send(.post, path + "/unfollow", form: "csrf=\(csrf)", cookie: cookie)
                #expect(try await !visitor.send(.get, "/home", cookie: cookie).text.contains("More"))
            }
        }

        @Test("apps read, follow and find hashtags")
        func apps() async throws {
            try await Visitor.use { visitor async throws in
                try await say("One #mathe #algebra", visitor)
                try await say("Two #mathe", visitor)
                let token = try await visitor.token("read write")
                func get(_ path: String) async throws -> JSONValue? {
                    try await visitor.send(.get, "/api/v1/\(path)", token: token).json
                }
                #expect(try await get("timelines/tag/Mathe")?.asList.count == 2)
                #expect(try await get("timelines/tag/mathe?all[]=algebra")?.asList.count == 1)
                #expect(try await get("timelines/tag/mathe?none%5B%5D=algebra")?.asList.count == 1)
                #expect(try await get("timelines/tag/x?any[]=algebra")?.asList.count == 1)
                #expect(try await get("timelines/tag/mathe?remote=true")?.asList.isEmpty == true)
                let tag = try #require(try await get("tags/mathe")?.object)
                #expect(tag["following"] == false && tag["url"] == "https://school.test/tags/mathe")
                let today = tag["history"]?.asList.first?.object
                #expect(today?["uses"] == "2" && today?["accounts"] == "1")
                let weak = try await visitor.token("read")
                let refused = try await visitor.send(.post, "/api/v1/tags/mathe/follow", token: weak)
                #expect(refused.status == 403)
                let followed = try await visitor.send(.post, "/api/v1/tags/mathe/follow", token: token)
                #expect(followed.json?.object?["following"] == true)
                #expect(try await get("followed_tags")?.asList.count == 1)
                #expect(try await visitor.send(.get, "/api/v1/followed_tags").status == 401)
                try await say("Three #mathe", visitor)
                #expect(try await get("timelines/home")?.asList.count == 1)
                let unfollowed = try await visitor.send(.post, "/api/v1/tags/mathe/unfollow", token: token)
                #expect(unfollowed.json?.object?["following"] == false)
                #expect(try await get("followed_tags")?.asList.isEmpty == true)
                let found = try await visitor.send(.get, "/api/v2/search?q=%23ma&type=hashtags", token: token)
                #expect(found.json?.object?["hashtags"]?.asList.first?.object?["name"] == "mathe")
            }
        }
    }
}

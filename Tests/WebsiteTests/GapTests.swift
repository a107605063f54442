import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("What is missing in a thread")
    struct GapTests {
        /// Ben's answer to a post of dora's that is not here; ada is told of it.
        private func answer(_ visitor: Visitor, _ audience: Audience = .public) async throws -> (Post, URI) {
            let instance = visitor.instance
            let ben = try await instance.addPeer("ben", at: "south.test").account
            try await instance.admin.setPartner(ben.host, .approved, at: visitor.school, by: "test")
            let missing = try URI("https://south.test/users/dora/notes/1?a=1&b=2")
            let post = Post(
                id: instance.ids.next(),
                uri: try URI("\(ben.uri)/notes/2"),
                author: ben.id,
                audience: audience,
                inReplyTo: missing,
                body: Post.Body(html: "<p>Quite so</p>", text: "Quite so"),
                publishedAt: instance.clock.now()
            )
            try await instance.database.write { try $0.posts.insert(post, addressees: []) }
            return (post, missing)
        }

        @Test("a signed-in reader is told on the page and by the API, and it is fetched once for them")
        func shown() async throws {
            try await Visitor.use { visitor async throws in
                let (post, missing) = try await answer(visitor)
                let (cookie, _) = try await visitor.signIn()
                let page = try await visitor.send(.get, "/posts/\(post.id)", cookie: cookie)
                let text = "What this answers is missing: it is being fetched."
                #expect(page.text.contains("<p class=\"gap\">\(text) <a href=\"https://south.test/"))
                #expect(page.text.contains("notes/1?a=1&amp;b=2\" rel=\"nofollow noopener noreferrer\">"))
                let token = try await visitor.token("read")
                let path = "/api/v1/statuses/\(post.id)/context"
                let context = try await visitor.send(.get, path, token: token).json?.object
                #expect(
                    context?["staffroom_gaps"] == [
                        [
                            "status_id": .string(post.id.description), "place": "above", "reason": "waiting",
                            "text": .string(text), "uri": .string(missing.description),
                        ]
                    ]
                )
                let (now, school) = (visitor.instance.clock.now(), visitor.school.id)
                let noted = try await visitor.instance.database.write { db -> [Errand.Kind] in
                    var kinds: [Errand.Kind] = []
                    while let errand = try db.errands.claim(now: now, lease: now + .hours(1)) {
                        if errand.school == school { kinds.append(errand.kind) }
                    }
                    return kinds
                }
                #expect(Set(noted) == [.parent, .replies] && noted.count == 2)
            }
        }

        @Test("a stranger who reads has nothing fetched and is told of no gaps")
        func strangers() async throws {
            try await Visitor.use { visitor async throws in
                let (parent, _) = try await answer(visitor)
                let own = try await visitor.instance.publisher.publish(
                    PostDraft(text: "Mine", inReplyTo: parent.id),
                    as: visitor.ada.id
                )
                let page = try await visitor.send(.get, "/@ada/\(own.id)")
                #expect(page.status == 200 && !page.text.contains("class=\"gap\""))
                let path = "/api/v1/statuses/\(own.id)/context"
                let context = try await visitor.send(.get, path).json?.object
                #expect(context?["staffroom_gaps"] == [] && context?["ancestors"] == [])
                let count = try await visitor.instance.database.read { db in
                    try db.run("SELECT kind FROM errand").count
                }
                #expect(count == 0)
            }
        }

        @Test("PRV-02: of a post that is here and not for the reader nothing is told but that there is one")
        func unseen() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let draft = PostDraft(text: "rosebud", audience: .followers)
                let secret = try await publisher.publish(draft, as: visitor.ada.id)
                let ben = try await visitor.instance.addPeer("ben", at: "south.test").account
                try await visitor.instance.admin.setPartner(
                    ben.host,
                    .approved,
                    at: visitor.school,
                    by: "test"
                )
                let post = Post(
                    id: visitor.instance.ids.next(),
                    uri: try URI("\(ben.uri)/notes/2"),
                    author: ben.id,
                    audience: .public,
                    inReplyTo: secret.uri,
                    body: Post.Body(html: "<p>Quite so</p>", text: "Quite so"),
                    publishedAt: visitor.instance.clock.now()
                )
                try await visitor.instance.database.write { try $0.posts.insert(post, addressees: []) }
                let path = "/api/v1/statuses/\(post.id)/context"
                let token = try await visitor.token("read", for: visitor.cleo)
                let answer = try await visitor.send(.get, path, token: token)
                let gap = answer.json?.object?["staffroom_gaps"]?.asList.first?.object
                #expect(gap?["reason"] == "not_for_everybody" && gap?["uri"] == .null)
                #expect(!answer.text.contains("rosebud"))
                let own = try await visitor.token("read")
                let seen = try await visitor.send(.get, path, token: own).json?.object
                #expect(seen?["staffroom_gaps"] == [] && seen?["ancestors"]?.asList.count == 1)
            }
        }
    }
}

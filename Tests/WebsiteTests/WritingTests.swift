import Domain
import HTTPTypes
import Media
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Writing and reading through the client API")
    struct WritingAPITests {
        private func text(_ answer: Visitor.Answer, _ field: String) -> String? {
            answer.json?.object?[field]?.string
        }

        private func write(_ form: String, _ visitor: Visitor, as account: Account? = nil) async throws
            -> Visitor.Answer
        {
            try await visitor.send(
                .post,
                "/api/v1/statuses",
                form: form,
                token: try await visitor.token("write read", for: account)
            )
        }

        @Test("an article is written with all that we add, and reads well where titles are not known")
        func article() async throws {
            try await Visitor.use { visitor async throws in
                let answer = try await write(
                    "status=With+**paper**&title=Folding+%26+more&content_type=text/markdown"
                        + "&spoiler_text=About+it&learning_kind=trying&what_we_did=Folded&why=To+see"
                        + "&reply_policy=followers&boost_policy=nobody&local_only=true&language=en",
                    visitor
                )
                #expect(answer.status == 200)
                let status = try #require(answer.json?.object)
                #expect(status["title"] == "Folding & more" && status["type"] == "Article")
                #expect(status["summary"] == "About it" && status["spoiler_text"] == "")
                #expect(status["sensitive"] == false && status["language"] == "en")
                let content = status["content"]?.string ?? ""
                #expect(
                    content.hasPrefix(
                        "<p><strong>Folding &amp; more</strong></p><p><em>About it</em></p>"
                            + "<p>With <strong>paper</strong></p>"
                    )
                )
                #expect(content.contains("<strong>Why</strong><br>To see"))
                #expect(status["learning"]?.object?["kind"] == "trying")
                #expect(status["learning"]?.object?["name"] == "Trying this")
                #expect(status["reply_policy"] == "followers" && status["boost_policy"] == "nobody")
                #expect(status["local_only"] == true && status["content_type"] == "text/markdown")
                #expect(status["may_reply"] == true && status["may_boost"] == true)
                let rules = status["interaction_policy"]?.object
                #expect(
                    rules?["can_reply"]?.object?["always"] == ["author", "followers", "mentioned"]
                )
                #expect(rules?["can_reblog"]?.object?["always"] == ["author"])
            }
        }

        @Test(
            "a word that is none is 422 and its twin is taken",
            arguments: [
                ("content_type=text/html", "content_type=text/plain"),
                ("reply_policy=all", "reply_policy=mentioned"),
                ("boost_policy=", "boost_policy=nobody"),
                ("learning_kind=party", "learning_kind=reflection"),
                (
                    "learning_kind=trying&why=\(String(repeating: "x", count: 2_001))",
                    "learning_kind=trying&why=x"
                ),
                ("title=\(String(repeating: "x", count: 301))", "title=x"),
            ]
        )
        func words(bad: String, good: String) async throws {
            try await Visitor.use { visitor async throws in
                #expect(try await write("status=Hello&\(bad)", visitor).status == 422)
                #expect(try await write("status=Hello&\(good)", visitor).status == 200)
            }
        }

        @Test("an edit keeps what it does not name; source and history tell what was typed and said")
        func edit() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("write read")
                let written = try await write(
                    "status=One+**two**&title=Title&content_type=text/markdown&learning_kind=resource"
                        + "&what_we_did=Made&reply_policy=nobody",
                    visitor
                )
                let id = try #require(text(written, "id"))
                visitor.instance.clock.advance(by: .minutes(1))
                let edited = try await visitor.send(
                    .put,
                    "/api/v1/statuses/\(id)",
                    body: #"{"status": "Three", "boost_policy": "followers"}"#,
                    type: "application/json",
                    token: token
                )
                #expect(edited.status == 200 && text(edited, "edited_at") != nil)
                #expect(text(edited, "title") == "Title" && text(edited, "reply_policy") == "nobody")
                #expect(text(edited, "boost_policy") == "followers")
                #expect(edited.json?.object?["learning"]?.object?["what_we_did"] == "Made")
                let source = try await visitor.send(.get, "/api/v1/statuses/\(id)/source", token: token)
                #expect(text(source, "text") == "Three" && text(source, "title") == "Title")
                #expect(text(source, "content_type") == "text/markdown")
                #expect(text(source, "learning_kind") == "resource")
                let others = try await visitor.token("read", for: visitor.cleo)
                let history = try await visitor.send(.get, "/api/v1/statuses/\(id)/history", token: others)
                let versions = (history.json?.array ?? []).compactMap(\.object)
                #expect(versions.count == 2)
                #expect(versions.first?["content"]?.string?.contains("<strong>two</strong>") == true)
                #expect(versions.last?["content"]?.string?.contains("Three") == true)
                #expect(versions.allSatisfy { $0["title"] == "Title" })
                let hidden = try await visitor.send(.get, "/api/v1/statuses/\(id)/source", token: others)
                #expect(hidden.status == 404)
            }
        }

        @Test("the history of what one may not see is not there, nor may it be edited")
        func hidden() async throws {
            try await Visitor.use { visitor async throws in
                let written = try await write("status=@ada+rosebud&visibility=direct", visitor)
                let id = try #require(text(written, "id"))
                let others = try await visitor.token("write read", for: visitor.cleo)
                for (token, status) in [(others, 404), (nil, 404), (try await visitor.token("read"), 200)] {
                    let answer = try await visitor.send(.get, "/api/v1/statuses/\(id)/history", token: token)
                    #expect(answer.status == status)
                }
                let edit = try await visitor.send(
                    .put,
                    "/api/v1/statuses/\(id)",
                    form: "status=x",
                    token: others
                )
                #expect(edit.status == 404)
            }
        }

        @Test("an answer and a boost against the author's choice are 403 and say who may")
        func controls() async throws {
            try await Visitor.use { visitor async throws in
                let written = try await write(
                    "status=Hello&reply_policy=followers&boost_policy=nobody",
                    visitor
                )
                let id = try #require(text(written, "id"))
                let token = try await visitor.token("write read", for: visitor.cleo)
                let seen = try await visitor.send(.get, "/api/v1/statuses/\(id)", token: token)
                #expect(seen.json?.object?["may_reply"] == false && seen.json?.object?["may_boost"] == false)
                let refused = try await write("status=Hi&in_reply_to_id=\(id)", visitor, as: visitor.cleo)
                #expect(refused.status == 403)
                #expect(text(refused, "error")?.contains("followers") == true)
                let boost = try await visitor.send(
                    .post,
                    "/api/v1/statuses/\(id)/reblog",
                    form: "",
                    token: token
                )
                #expect(boost.status == 403)
                try await visitor.instance.addFollow(of: visitor.ada, by: visitor.cleo)
                let again = try await visitor.send(.get, "/api/v1/statuses/\(id)", token: token)
                #expect(again.json?.object?["may_reply"] == true && again.json?.object?["may_boost"] == false)
                let taken = try await write("status=Hi&in_reply_to_id=\(id)", visitor, as: visitor.cleo)
                #expect(taken.status == 200)
            }
        }

        @Test("what is attached to a peer's post, its link, title and emoji are told")
        func foreign() async throws {
            try await Visitor.use { visitor async throws in
                let instance = visitor.instance
                try await instance.admin.setPartner(
                    try Host("south.test"),
                    .approved,
                    at: visitor.school,
                    by: "test"
                )
                let ben = try await instance.addPeer("ben", at: "south.test").account
                let emoji = try #require(Post.Body.Emoji("wave", url: try URI("https://south.test/wave.png")))
                let post = Post(
                    id: instance.ids.next(),
                    uri: try URI("https://south.test/pages/1"),
                    type: .page,
                    author: ben.id,
                    audience: .public,
                    body: Post.Body(
                        title: "A <page>",
                        html: "<p>Hello</p>",
                        text: "Hello",
                        link: try URI("https://other.test/?a=1&b=2"),
                        emojis: [emoji]
                    ),
                    publishedAt: instance.clock.now()
                )
                let picture = Post.Attachment(
                    .image,
                    url: try URI("https://south.test/1.png"),
                    description: "A plan",
                    width: 400,
                    height: 200
                )
                try await instance.database.write { db in
                    _ = try db.posts.insert(post, attachments: [picture], addressees: [])
                }
                let answer = try await visitor.send(
                    .get,
                    "/api/v1/statuses/\(post.id)",
                    token: try await visitor.token("read")
                )
                let status = try #require(answer.json?.object)
                #expect(
                    status["content"]
                        == .string(
                            "<p><strong>A &lt;page&gt;</strong></p><p>Hello</p>"
                                + "<p><a href=\"https://other.test/?a=1&amp;b=2\" rel=\"nofollow noopener noreferrer\">"
                                + "https://other.test/?a=1&amp;b=2</a></p>"
                        )
                )
                let media = try #require(status["media_attachments"]?.array?.first?.object)
                #expect(media["type"] == "image" && media["description"] == "A plan")
                // Read through the school; its home is told beside that.
                let address = RemoteAddress.shown(picture.url, at: visitor.school)
                #expect(address.hasPrefix("https://school.test/media/remote/"))
                #expect(media["url"]?.string == address && media["preview_url"]?.string == address)
                #expect(media["remote_url"] == "https://south.test/1.png")
                #expect(media["meta"]?.object?["original"]?.object?["size"] == "400x200")
                #expect(status["emojis"]?.array?.first?.object?["shortcode"] == "wave")
            }
        }
    }
}

import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Previews of links in the client API and on pages")
    struct PreviewTests {
        @Test(
            "a card has what the page says and no markup of it; a post behind a warning shows none on its page"
        )
        func card() async throws {
            try await Visitor.use { visitor async throws in
                let url = try URI("https://site.test/a?b=c&d")
                var posts: [Post] = []
                for warning in ["", "Careful"] {
                    let draft = PostDraft(text: "See \(url)", summary: warning)
                    posts.append(try await visitor.instance.publisher.publish(draft, as: visitor.ada.id))
                }
                let path = "/api/v1/statuses/\(posts[0].id)"
                #expect(try await visitor.send(.get, path).json?.object?["card"] == .null)
                let now = visitor.instance.clock.now()
                try await visitor.instance.database.write { db in
                    var preview = try #require(try db.linkPreviews.find(url))
                    preview.state = .ready
                    preview.content = .init(
                        title: "<b>Trees</b>",
                        summary: "About & more",
                        site: "A <site>",
                        image: try URI("https://site.test/tree.png"),
                        imageText: "A tree"
                    )
                    (preview.dueAt, preview.fetchedAt) = (nil, now)
                    try db.linkPreviews.record(preview, at: now)
                }
                let card = try await visitor.send(.get, path).json?.object?["card"]?.object
                #expect(card?["url"]?.string == url.description && card?["type"] == "link")
                #expect(card?["title"]?.string == "<b>Trees</b>" && card?["html"] == "")
                // Read through the school, like every picture from elsewhere.
                let image = try #require(card?["image"]?.string)
                #expect(image.hasPrefix("https://school.test/media/remote/"))
                let page = try await visitor.send(.get, "/posts/\(posts[0].id)").text
                #expect(page.contains("class=\"preview\"") && page.contains("&lt;b&gt;Trees&lt;/b&gt;"))
                #expect(page.contains("A &lt;site&gt;") && !page.contains("tree.png"))
                #expect(page.contains("src=\"\(try URI(image).target)\" alt=\"A tree\""))
                #expect(
                    !(try await visitor.send(.get, "/posts/\(posts[1].id)").text.contains("class=\"preview\""))
                )
            }
        }
    }
}

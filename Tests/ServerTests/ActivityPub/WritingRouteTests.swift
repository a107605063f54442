import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Server

extension FederationTests {
    @Suite("What is served of articles, and of what stays here", .timeLimit(.minutes(10)))
    struct WritingRouteTests {
        @Test("an article is served with its preview, alone and in its activity")
        func article() async throws {
            try await FederationStage.use { stage async throws in
                var draft = PostDraft(text: "**Hello**")
                draft.title = "Title"
                draft.format = .markdown
                let post = try await stage.instance.publisher.publish(draft, as: stage.ada.id)
                let create = try await stage.activity("Create", about: post)
                let alone = try await stage.get(post.uri.target, by: stage.ben)
                #expect(alone["type"] == "Article" && alone["name"] == "Title")
                #expect(alone["preview"]?.object?["type"] == "Note")
                let object = try await stage.get(create, by: stage.ben)["object"]?.object
                #expect(object?["type"] == "Article" && object?["interactionPolicy"] != nil)
            }
        }

        @Test(
            "PRV-06: nothing of what stays here is served to any server, nor is it in a collection; its twin is",
            arguments: [Audience.public, .unlisted, .partners, .followers]
        )
        func localOnly(audience: Audience) async throws {
            try await FederationStage.use { stage async throws in
                for (isLocalOnly, status) in [(true, 404), (false, 200)] {
                    var draft = PostDraft(text: "rosebud @ben@south.test", audience: audience)
                    draft.isLocalOnly = isLocalOnly
                    let post = try await stage.instance.publisher.publish(draft, as: stage.ada.id)
                    try await stage.instance.publisher.pin(post.id, as: stage.ada.id)
                    for path in [post.uri.target, try await stage.activity("Create", about: post)] {
                        #expect(try await stage.get(path, by: stage.ben).status == status, "\(path)")
                    }
                    for path in ["/outbox", "/outbox?page=true", "/featured"] {
                        let page = try await stage.get(stage.ada.uri.target + path, by: stage.ben)
                        #expect(page.status == 200)
                        if isLocalOnly {
                            #expect(!page.text.contains("rosebud") && !page.text.contains("\(post.id)"))
                        }
                    }
                }
            }
        }
    }
}

extension FederationTests {
    @Suite("Approvals of quotes", .timeLimit(.minutes(10)))
    struct QuoteRouteTests {
        @Test("a stamp is served to who may see the quoted post, without either post, until it is taken back")
        func stamp() async throws {
            try await FederationStage.use { stage async throws in
                let post = try await stage.publish("hello")
                var draft = PostDraft(text: "true")
                draft.quotes = post.id
                let quote = try await stage.instance.publisher.publish(draft, as: stage.cleo.id)
                let stamp = try #require(
                    try await stage.instance.database.read { try $0.quotes.find(uri: quote.uri)?.stamp }
                )
                let answer = try await stage.get(stamp.target, by: stage.ben)
                #expect(answer.status == 200)
                #expect(answer["type"]?.string == "QuoteAuthorization")
                #expect(answer["interactingObject"]?.string == quote.uri.description)
                #expect(answer["interactionTarget"]?.string == post.uri.description)
                #expect(answer["attributedTo"]?.string == stage.ada.uri.description)
                #expect(try await stage.get(stamp.target).status == 401)
                #expect(try await stage.get(stamp.target, by: stage.mallory).status == 403)
                #expect(try await stage.get("/ap/quotes/1", by: stage.ben).status == 404)
                try await stage.instance.publisher.revokeQuote(quote.id, as: stage.ada.id)
                #expect(try await stage.get(stamp.target, by: stage.ben).status == 404)
            }
        }
    }
}

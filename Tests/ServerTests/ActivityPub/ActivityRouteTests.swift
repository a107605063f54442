import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Server

extension FederationTests {
    @Suite("Serving activities", .timeLimit(.minutes(10)))
    struct ActivityRouteTests {
        @Test("a public boost of a peer's post is served to every partner until it is undone")
        func boost() async throws {
            try await FederationStage.use { stage async throws in
                let post = try await stage.addForeignPost(by: stage.dora)
                try await stage.instance.publisher.react(.boost, to: post.id, as: stage.ada.id)
                let path = try await stage.activity("Announce", about: post)
                for peer in [stage.ben, stage.wim] {
                    let answer = try await stage.get(path, by: peer)
                    #expect(answer.status == 200)
                    #expect(answer["type"]?.string == "Announce")
                    #expect(answer["object"]?.string == post.uri.description)
                }
                #expect(try await stage.get(path, by: stage.mallory).status == 403)
                #expect(try await stage.get(path).status == 401)
                try await stage.instance.publisher.undo(.boost, of: post.id, as: stage.ada.id)
                for peer in [stage.ben, stage.wim] {
                    #expect(try await stage.get(path, by: peer).status == 404)
                }
            }
        }

        @Test("a like and a follow are served only to the server they were sent to")
        func like() async throws {
            try await FederationStage.use { stage async throws in
                let post = try await stage.addForeignPost(by: stage.dora)
                try await stage.instance.publisher.react(.like, to: post.id, as: stage.ada.id)
                let like = try await stage.activity("Like", about: post)
                #expect(try await stage.get(like, by: stage.ben).status == 200)
                #expect(try await stage.get(like, by: stage.wim).status == 404)
                try await stage.requireSignedReads(false)
                #expect(try await stage.get(like).status == 404)
            }
        }

        @Test("an unknown activity is a 404, also for a browser")
        func unknown() async throws {
            try await FederationStage.use { stage async throws in
                #expect(try await stage.get("/ap/activities/1", by: stage.ben).status == 404)
                #expect(try await stage.get("/ap/activities/x", by: stage.ben).status == 404)
                #expect(try await stage.get("/ap/activities/1", accept: "text/html").status == 404)
                let path = try await stage.activity("Create", about: try await stage.publish("hello"))
                let served = try await stage.get(path, by: stage.ben)
                #expect(served.status == 200)
                #expect(served["object"]?.object?["@context"] == nil)
            }
        }

        @Test("a browser is sent to the page of the post that an activity is about, if anybody may see it")
        func pages() async throws {
            try await FederationStage.use { stage async throws in
                for (audience, post) in try await stage.publishAll() {
                    let path = try await stage.activity("Create", about: post)
                    guard !path.isEmpty else { continue }
                    let answer = try await stage.get(path, accept: "text/html")
                    #expect(answer.status == (audience.isForEverybody ? 303 : 404))
                    #expect((answer.field("Location") == "/posts/\(post.id)") == audience.isForEverybody)
                    #expect(!answer.text.contains("only you") && !answer.text.contains("for \(audience)"))
                }
                let foreign = try await stage.addForeignPost(by: stage.ben)
                try await stage.instance.publisher.react(.like, to: foreign.id, as: stage.ada.id)
                let like = try await stage.activity("Like", about: foreign)
                #expect(try await stage.get(like, accept: "text/html").status == 404)
            }
        }
    }
}

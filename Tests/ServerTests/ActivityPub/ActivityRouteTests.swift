import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Server

extension FederationTests {
    @Suite("Serving activities", .timeLimit(.minutes(1)))
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

        @Test("an unknown activity is a 404, and no page is offered")
        func unknown() async throws {
            try await FederationStage.use { stage async throws in
                #expect(try await stage.get("/ap/activities/1", by: stage.ben).status == 404)
                #expect(try await stage.get("/ap/activities/x", by: stage.ben).status == 404)
                let path = try await stage.activity("Create", about: try await stage.publish("hello"))
                #expect(try await stage.get(path, accept: "text/html").status == 406)
                let served = try await stage.get(path, by: stage.ben)
                #expect(served.status == 200)
                #expect(served["object"]?.object?["@context"] == nil)
            }
        }
    }
}

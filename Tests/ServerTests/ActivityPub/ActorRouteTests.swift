import Domain
import HTTPSignatures
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Server

extension FederationTests {
    @Suite("Serving actors", .timeLimit(.minutes(10)))
    struct ActorRouteTests {
        @Test("a partner's signed request gets the actor with its keys and collections")
        func actor() async throws {
            try await FederationStage.use { stage async throws in
                let answer = try await stage.get(stage.ada.uri.target, by: stage.ben)
                #expect(answer.status == 200)
                #expect(answer.type == "application/activity+json")
                #expect(answer.field("Vary") == "Accept, Signature")
                #expect(answer.field("Cache-Control") == "private, no-store")
                #expect(answer["id"]?.string == stage.ada.uri.description)
                #expect(answer["type"]?.string == "Person")
                #expect(answer["preferredUsername"]?.string == "ada")
                #expect(answer["inbox"]?.string == "\(stage.ada.uri)/inbox")
                #expect(answer["publicKey"]?.object?["id"]?.string == "\(stage.ada.uri)#main-key")
                #expect(
                    answer["publicKey"]?.object?["publicKeyPem"]?.string?.hasPrefix("-----BEGIN PUBLIC KEY")
                        == true
                )
                #expect(!answer.text.contains("PRIVATE"))
                #expect(
                    try await stage.get(stage.ada.uri.target, by: stage.ben, scheme: .rfc9421).status == 200
                )
            }
        }

        @Test("the form is what Accept likes best, and a browser is sent to the page")
        func negotiation() async throws {
            let linked = #"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#
            try await FederationStage.use { stage async throws in
                let path = stage.ada.uri.target
                #expect(try await stage.get(path, by: stage.ben, accept: linked).type == linked)
                #expect(
                    try await stage.get(path, by: stage.ben, accept: nil).type == "application/activity+json"
                )
                #expect(
                    try await stage.get(path, by: stage.ben, accept: "*/*").type
                        == "application/activity+json"
                )
                let refused = try await stage.get(path, by: stage.ben, accept: "image/png")
                #expect(refused.status == 406)
                #expect(refused.field("Vary") == "Accept")
                let page = try await stage.get(path, accept: "text/html,application/xhtml+xml,*/*;q=0.8")
                #expect(page.status == 303)
                #expect(page.field("Location") == "https://school.test/@ada")
                #expect(page.field("Vary") == "Accept, Signature")
            }
        }

        @Test("HEAD is signed as HEAD and has no body")
        func head() async throws {
            try await FederationStage.use { stage async throws in
                let answer = try await stage.get(stage.ada.uri.target, by: stage.ben, method: "HEAD")
                #expect(answer.status == 200)
                #expect(answer.text.body.isEmpty)
                #expect(try await stage.get(stage.ada.uri.target, method: "HEAD").status == 401)
            }
        }

        @Test(
            "the school's own actor needs no signature, so that two servers can meet; its collections are empty"
        )
        func schoolActor() async throws {
            try await FederationStage.use { stage async throws in
                let answer = try await stage.get("/ap/actor")
                #expect(answer.status == 200)
                #expect(answer["type"]?.string == "Application")
                #expect(answer["id"]?.string == "https://school.test/ap/actor")
                #expect(answer["publicKey"]?.object?["owner"]?.string == "https://school.test/ap/actor")
                #expect(answer.field("Cache-Control") == "public, max-age=60")
                #expect(
                    try await stage.get("/ap/actor", accept: "text/html").field("Location")
                        == "/"
                )
                for name in ["outbox", "followers", "following", "featured"] {
                    let collection = try await stage.get("/ap/actor/\(name)")
                    #expect(collection.status == 200)
                    #expect(collection["totalItems"]?.integer == 0)
                    #expect(collection["id"]?.string == "https://school.test/ap/actor/\(name)")
                }
                // The same account has no second address.
                let uri = LocalActorURIs(origin: stage.school.origin).schoolActor
                let account = try await stage.instance.database.read { try $0.accounts.find(uri: uri) }
                let other = "/ap/actors/\(try #require(account).id)"
                #expect(try await stage.get(other, by: stage.ben).status == 404)
                #expect(try await stage.get(other, accept: "text/html").status == 404)
            }
        }

        @Test("an unknown id, one that is none, and one of another school are all the same 404")
        func unknown() async throws {
            try await FederationStage.use { stage async throws in
                let missing = try await stage.get("/ap/actors/1", by: stage.ben)
                #expect(missing.status == 404)
                for path in [
                    "/ap/actors/x", "/ap/actors/-1", "/ap/actors/99999999999999999999", stage.eve.uri.target,
                ] {
                    let answer = try await stage.get(path, by: stage.ben)
                    #expect(answer.status == 404)
                    #expect(answer.text.body == missing.text.body)
                }
                #expect(try await stage.get(stage.eve.uri.target, accept: "text/html").status == 404)
                #expect(try await stage.get(stage.cleo.uri.target, by: stage.ben).status == 200)
            }
        }

        @Test("an actor that was deleted is a Tombstone with 410, also at its collections and inbox")
        func gone() async throws {
            try await FederationStage.use { stage async throws in
                let post = try await stage.publish("hello")
                #expect(try await stage.get(post.uri.target, by: stage.ben).status == 200)
                try await stage.instance.publisher.deleteAccount(stage.ada.id)
                let answer = try await stage.get(stage.ada.uri.target, by: stage.ben)
                #expect(answer.status == 410)
                #expect(answer.type == "application/activity+json")
                #expect(answer["type"]?.string == "Tombstone")
                #expect(answer["id"]?.string == stage.ada.uri.description)
                #expect(answer["publicKey"] == nil)
                // At once, and when it is buried.
                for _ in 1...2 {
                    let note = try await stage.get(post.uri.target, by: stage.ben)
                    #expect(note.status == 410 && note["type"] == "Tombstone")
                    while try await stage.instance.publisher.proceedWithBurial(limit: 9) {}
                }
                #expect(try await stage.get(stage.ada.uri.target, accept: "text/html").status == 410)
                #expect(try await stage.get(stage.ada.uri.target + "/outbox", by: stage.ben).status == 410)
                #expect(
                    try await stage.post(stage.ada.uri.target + "/inbox", [], by: stage.ben).status == 410
                )
                #expect(try await stage.get(stage.ada.uri.target).status == 401)
            }
        }

        @Test("a suspended actor is not served, nor what it wrote, until the suspension is lifted")
        func suspended() async throws {
            try await FederationStage.use { stage async throws in
                let post = try await stage.publish("hello")
                let create = try await stage.activity("Create", about: post)
                try await stage.instance.admin.suspend(stage.ada, by: "test")
                #expect(try await stage.get(stage.ada.uri.target, by: stage.ben).status == 403)
                for path in [
                    post.uri.target, create, stage.ada.uri.target + "/outbox",
                    stage.ada.uri.target + "/followers",
                ] {
                    #expect(try await stage.get(path, by: stage.ben).status == 404)
                }
                try await stage.instance.admin.unsuspend(stage.ada, by: "test")
                for path in [stage.ada.uri.target, post.uri.target, create, stage.ada.uri.target + "/outbox"]
                {
                    #expect(try await stage.get(path, by: stage.ben).status == 200)
                }
            }
        }
    }
}

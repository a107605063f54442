import Domain
import Outbox
import TestKit
import Testing
import Vocabulary

@testable import Server

extension FederationTests {
    @Suite("Discovery", .timeLimit(.minutes(10)))
    struct DiscoveryTests {
        private static func finger(_ stage: FederationStage, _ resource: String, _ more: String = "")
            async throws
            -> Answer
        {
            try await stage.get("/.well-known/webfinger?resource=" + resource + more, accept: nil)
        }

        @Test("an account is found by its handle in any case, by its actor and by its page")
        func found() async throws {
            try await FederationStage.use { stage async throws in
                let all = [
                    "acct:ada@school.test", "acct%3Aada%40school.test", "acct:ADA@School.Test",
                    "https://school.test/@ada",
                    "https%3A%2F%2Fschool.test%2F%40ada",
                ]
                for resource in all {
                    let answer = try await Self.finger(stage, resource)
                    #expect(answer.status == 200, "\(resource)")
                    #expect(answer.type == "application/jrd+json")
                    #expect(answer.field("Access-Control-Allow-Origin") == "*")
                    #expect(answer["subject"]?.string == "acct:ada@school.test")
                    let links = (answer["links"]?.array ?? []).compactMap(\.object)
                    #expect(
                        links.map { $0["rel"]?.string } == ["self", "http://webfinger.net/rel/profile-page"]
                    )
                    #expect(links.first?["href"]?.string == stage.ada.uri.description)
                    #expect(links.first?["type"]?.string == "application/activity+json")
                    #expect(
                        try await Self.finger(stage, stage.ada.uri.description)["subject"]?.string
                            == "acct:ada@school.test"
                    )
                }
            }
        }

        @Test("the links can be narrowed by rel")
        func rel() async throws {
            try await FederationStage.use { stage async throws in
                let handle = "acct:ada@school.test"
                let one = try await Self.finger(stage, handle, "&rel=self")
                #expect(one["links"]?.array?.count == 1)
                let page = try await Self.finger(
                    stage,
                    handle,
                    "&rel=http%3A%2F%2Fwebfinger.net%2Frel%2Fprofile-page"
                )
                #expect(page["links"]?.array?.first?.object?["href"]?.string == "https://school.test/@ada")
                let none = try await Self.finger(stage, handle, "&rel=other")
                #expect(none.status == 200)
                #expect(none["links"]?.array?.isEmpty == true)
                #expect(
                    try await Self.finger(stage, handle, "&rel=self&rel=other")["links"]?.array?.count == 1
                )
            }
        }

        @Test("the school's own actor is found, as others need it to verify its fetches")
        func schoolActor() async throws {
            try await FederationStage.use { stage async throws in
                for resource in [
                    "acct:school.test@school.test", "https://school.test/ap/actor", "https://school.test/",
                ] {
                    let answer = try await Self.finger(stage, resource)
                    #expect(answer.status == 200)
                    #expect(
                        answer["links"]?.array?.first?.object?["href"]?.string
                            == "https://school.test/ap/actor"
                    )
                }
            }
        }

        @Test("a resource that is missing or none is a 400")
        func malformed() async throws {
            try await FederationStage.use { stage async throws in
                let all = [
                    "", "ada", "acct:", "acct:@school.test", "acct:ada@", "acct:a@b@school.test",
                    "acct:ada@school.test:0",
                    "acct:vic/tim@school.test", "mailto:ada@school.test", "javascript:alert(1)",
                    "https://u:p@school.test/@ada",
                ]
                for resource in all {
                    let answer = try await Self.finger(stage, resource)
                    #expect(answer.status == 400, "\(resource)")
                    #expect(answer.type == "application/problem+json")
                    #expect(answer.field("Access-Control-Allow-Origin") == "*")
                    #expect(try await stage.get("/.well-known/webfinger", accept: nil).status == 400)
                }
            }
        }

        @Test("an unknown account, another host's, another school's and a suspended one are the same 404")
        func unknown() async throws {
            try await FederationStage.use { stage async throws in
                #expect(try await Self.finger(stage, "acct:cleo@school.test").status == 200)
                try await stage.instance.admin.suspend(stage.cleo, by: "test")
                let all = [
                    "acct:nobody@school.test", "acct:ada@evil.test", "acct:ben@south.test",
                    "acct:eve@annex.test",
                    "acct:ada@annex.test", "acct:ada@school.test.evil.test", "https://south.test/users/ben",
                    "https://annex.test/@eve", "https://school.test/@eve", "https://school.test/ap/actors/1",
                    "http://school.test/@ada", "acct:cleo@school.test", "https://school.test/@cleo",
                ]
                for resource in all {
                    let answer = try await Self.finger(stage, resource)
                    #expect(answer.status == 404, "\(resource)")
                    #expect(answer.field("Access-Control-Allow-Origin") == "*")
                    #expect(
                        answer.text.body == (try await Self.finger(stage, "acct:zed@school.test")).text.body
                    )
                }
            }
        }

        @Test("the old handle of a renamed account has the new one as its subject, for a year")
        func renamed() async throws {
            try await FederationStage.use { stage async throws in
                _ = try await stage.instance.publisher.rename(stage.ada.id, to: "adele")
                for resource in [
                    "acct:ada@school.test", "acct:Ada@school.test", "https://school.test/@ada",
                    "acct:adele@school.test",
                ] {
                    let answer = try await Self.finger(stage, resource)
                    #expect(
                        answer.status == 200 && answer["subject"] == "acct:adele@school.test",
                        "\(resource)"
                    )
                }
                let actor = try await stage.get(stage.ada.uri.target, by: stage.ben)
                #expect(actor["preferredUsername"] == "adele" && actor["url"] == "https://school.test/@adele")
                stage.instance.clock.advance(by: .days(366))
                #expect(try await Self.finger(stage, "acct:ada@school.test").status == 404)
                #expect(try await Self.finger(stage, "acct:adele@school.test").status == 200)
            }
        }

        @Test("NodeInfo names the program and counts people and posts, at most a minute late")
        func nodeInfo() async throws {
            try await FederationStage.use { stage async throws in
                let links = try await stage.get("/.well-known/nodeinfo", accept: nil)
                let hrefs = (links["links"]?.array ?? []).compactMap { $0.object?["href"]?.string }
                #expect(hrefs == ["https://school.test/nodeinfo/2.0", "https://school.test/nodeinfo/2.1"])
                _ = try await stage.publish("one")
                _ = try await stage.publish("theirs", as: stage.eve)
                for schema in ["2.0", "2.1"] {
                    let answer = try await stage.get("/nodeinfo/\(schema)", accept: nil)
                    #expect(answer.status == 200)
                    #expect(
                        answer.type
                            == "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/\(schema)#\""
                    )
                    #expect(answer["version"]?.string == schema)
                    #expect(answer["software"]?.object?["name"]?.string == "staffroom")
                    #expect(answer["software"]?.object?["version"]?.string == "1.2.3")
                    #expect(answer["protocols"]?.array == ["activitypub"])
                    #expect(answer["openRegistrations"]?.bool == false)
                    #expect(answer["usage"]?.object?["users"]?.object?["total"]?.integer == 2)
                    #expect(answer["usage"]?.object?["localPosts"]?.integer == 1)
                }
                _ = try await stage.publish("two")
                let early = try await stage.get("/nodeinfo/2.1", accept: nil)
                #expect(early["usage"]?.object?["localPosts"]?.integer == 1)
                stage.instance.clock.advance(by: .minutes(1))
                let late = try await stage.get("/nodeinfo/2.1", accept: nil)
                #expect(late["usage"]?.object?["localPosts"]?.integer == 2)
            }
        }

        @Test("host-meta points to WebFinger, as XRD and as JSON")
        func hostMeta() async throws {
            let template = "https://school.test/.well-known/webfinger?resource={uri}"
            try await FederationStage.use { stage async throws in
                let xrd = try await stage.get("/.well-known/host-meta", accept: nil)
                #expect(xrd.type == "application/xrd+xml; charset=utf-8")
                #expect(xrd.text.contains("template=\"\(template)\""))
                let json = try await stage.get("/.well-known/host-meta.json", accept: nil)
                #expect(json.type == "application/json")
                #expect(json["links"]?.array?.first?.object?["template"]?.string == template)
            }
        }

        @Test("any page of the web may ask")
        func preflight() async throws {
            try await FederationStage.use { stage async throws in
                let all = [
                    "/.well-known/webfinger", "/.well-known/host-meta", "/.well-known/host-meta.json",
                    "/.well-known/nodeinfo",
                    "/nodeinfo/2.0", "/nodeinfo/2.1",
                ]
                for path in all {
                    let answer = try await stage.get(path, accept: nil, method: "OPTIONS")
                    #expect(answer.status == 204, "\(path)")
                    #expect(answer.field("Access-Control-Allow-Origin") == "*")
                    #expect(answer.field("Access-Control-Allow-Methods") == "GET, HEAD, OPTIONS")
                    #expect(try await stage.get("/ap/actor", method: "OPTIONS").status == 405)
                }
            }
        }
    }
}

import Domain
import HTTPTypes
import Outbox
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    /// What somebody may not see is told as if it were not there, byte for byte.
    @Suite("Posts that are not for everybody")
    struct UnseenTests {
        /// A post by ada that cleo may not see, and an id that nobody has.
        private func ids(_ visitor: Visitor) async throws -> [String] {
            let direct = try await visitor.instance.publisher.publish(
                PostDraft(text: "rosebud", audience: .direct),
                as: visitor.ada.id
            )
            let followers = try await visitor.instance.publisher.publish(
                PostDraft(text: "rosebud", audience: .followers),
                as: visitor.ada.id
            )
            return [direct.id.description, followers.id.description, "7"]
        }

        @Test(
            "PRV-02: every route of the client API answers for an unseen post as for a missing one",
            arguments: [
                ("GET", ""), ("GET", "/context"), ("GET", "/source"), ("PUT", ""), ("DELETE", ""),
                ("POST", "/favourite"),
                ("POST", "/unfavourite"), ("POST", "/reblog"), ("POST", "/unreblog"),
            ]
        )
        func client(_ method: String, _ path: String) async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("read write", for: visitor.cleo)
                let method = try #require(HTTPRequest.Method(method))
                var answers: [String] = []
                for id in try await ids(visitor) {
                    let answer = try await visitor.send(
                        method,
                        "/api/v1/statuses/\(id)\(path)",
                        form: method == .get ? nil : "status=x",
                        token: token
                    )
                    #expect(answer.status == 404, "\(id)")
                    answers.append(answer.text)
                }
                #expect(Set(answers).count == 1, "\(answers)")
                let own = try await visitor.instance.publisher.publish(
                    PostDraft(text: "mine"),
                    as: visitor.cleo.id
                )
                let twin = try await visitor.send(
                    method,
                    "/api/v1/statuses/\(own.id)\(path)",
                    form: method == .get ? nil : "status=x",
                    token: token
                )
                #expect(twin.status == 200)
            }
        }

        @Test("PRV-02: an answer to an unseen post is refused like one to a missing post")
        func answers() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("read write", for: visitor.cleo)
                var texts: Set<String> = []
                for id in try await ids(visitor) {
                    let form = "status=x&in_reply_to_id=\(id)"
                    let answer = try await visitor.send(.post, "/api/v1/statuses", form: form, token: token)
                    #expect(answer.status == 404)
                    texts.insert(answer.text)
                }
                #expect(texts.count == 1)
            }
        }

        @Test("PRV-02, API-14: the pages say the same of an unseen post and a missing one, in every language")
        func pages() async throws {
            try await Visitor.use { visitor async throws in
                let ids = try await ids(visitor)
                var texts: Set<String> = []
                for id in ids {
                    for language in ["", "de", "en-GB,en;q=0.9", "ar", "*", "x-klingon"] {
                        for path in ["/posts/\(id)", "/@ada/\(id)"] {
                            let answer = try await visitor.send(
                                .get,
                                path,
                                fields: [.acceptLanguage: language]
                            )
                            #expect(answer.status == 404)
                            texts.insert(answer.text)
                        }
                    }
                }
                #expect(texts.count == 1)
                let (cookie, csrf) = try await visitor.signIn(as: "cleo")
                for verb in ["like", "unlike", "boost", "unboost", "delete"] {
                    var refusals: Set<String> = []
                    for id in ids {
                        let answer = try await visitor.send(
                            .post,
                            "/posts/\(id)/\(verb)",
                            form: "csrf=\(csrf)",
                            cookie: cookie
                        )
                        #expect(answer.status == (verb.hasPrefix("un") ? 303 : 422))
                        refusals.insert("\(answer.status) \(answer.text)")
                    }
                    #expect(refusals.count == 1, "\(verb)")
                }
            }
        }

        @Test("API-14: errors of the client API are the same bytes in every language")
        func languages() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("read")
                for path in ["/api/v1/statuses/7", "/api/v1/accounts/7", "/api/v1/timelines/home?max_id=x"] {
                    var texts: Set<String> = []
                    for language in ["", "de", "fr-CH, fr;q=0.9", "*"] {
                        let answer = try await visitor.send(
                            .get,
                            path,
                            token: token,
                            fields: [.acceptLanguage: language]
                        )
                        texts.insert(answer.text)
                    }
                    #expect(texts.count == 1)
                }
            }
        }

        @Test(
            "PRV-10: what another school of the instance keeps to itself is in no list, count, search or page of this one"
        )
        func schools() async throws {
            try await Visitor.use { visitor async throws in
                let annex = try await visitor.instance.addSchool("https://annex.test")
                let eve = try await visitor.instance.addPerson("eve", at: annex)
                for audience in [Audience.school, .followers, .direct, .public] {
                    _ = try await visitor.instance.publisher.publish(
                        PostDraft(text: "rosebud", audience: audience),
                        as: eve.id
                    )
                }
                let secret = try await visitor.instance.publisher.publish(
                    PostDraft(text: "rosebud", audience: .school),
                    as: eve.id
                )
                let token = try await visitor.token("read write")
                let lists = [
                    "/", "/api/v1/timelines/public", "/api/v1/timelines/public?local=true",
                    "/api/v1/instance",
                    "/api/v2/instance", "/@eve", "/people/\(eve.id)", "/posts/\(secret.id)",
                ]
                for path in lists {
                    #expect(!(try await visitor.send(.get, path)).text.contains("rosebud"), "\(path)")
                }
                let count = try await visitor.send(.get, "/api/v1/instance").json?.object?["stats"]?.object
                #expect(count?["status_count"] == .integer(0) && count?["user_count"] == .integer(2))
                #expect(
                    try await visitor.send(.get, "/api/v1/statuses/\(secret.id)", token: token).status == 404
                )
                #expect(try await visitor.send(.get, "/posts/\(secret.id)").status == 404)
                let posts = try await visitor.send(.get, "/api/v1/accounts/\(eve.id)/statuses", token: token)
                // Schools of one instance are partners: what eve says to everybody ada may read.
                #expect(posts.json?.array?.count == 1)
            }
        }
    }
}

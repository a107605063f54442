import Domain
import HTTPSignatures
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Moving on pages and in the client API")
    struct MoveTests {
        @Test(
            "aliases are set on the page; a move needs its tick, shows on the profile, and can be taken back"
        )
        func page() async throws {
            try await Visitor.use { visitor async throws in
                let (ada, cleo) = (visitor.ada, visitor.cleo)
                let (cookie, csrf) = try await visitor.signIn()
                let (theirCookie, theirCSRF) = try await visitor.signIn(as: "cleo")
                func post(_ verb: String, _ form: String, as cookie: String, _ csrf: String) async throws
                    -> Visitor.Answer
                {
                    try await visitor.send(
                        .post,
                        "/settings/move/\(verb)",
                        form: "csrf=\(csrf)&\(form)",
                        cookie: cookie
                    )
                }
                let away = "who=%40cleo%40school.test"
                // Without a form of ours, a name, the tick, or cleo's word: nothing.
                #expect(try await post("go", away + "&sure=yes", as: cookie, "x").status == 403)
                #expect(try await post("go", "who=cleo&sure=yes", as: cookie, csrf).status == 422)
                #expect(try await post("go", away, as: cookie, csrf).status == 422)
                let early = try await post("go", away + "&sure=yes", as: cookie, csrf)
                #expect(early.status == 422 && early.text.contains("does not name this account"))
                #expect(
                    try await post("alias", "who=ada%40school.test", as: theirCookie, theirCSRF).status == 303
                )
                let settings = try await visitor.send(.get, "/settings/move", cookie: theirCookie)
                #expect(settings.text.contains("value=\"\(ada.uri)\""))
                #expect(try await post("go", away + "&sure=yes", as: cookie, csrf).status == 303)
                let own = try await visitor.send(.get, "/settings/move", cookie: cookie)
                #expect(own.text.contains("You have moved") && own.text.contains("@cleo"))
                let profile = try await visitor.send(.get, "/@ada", cookie: theirCookie)
                #expect(profile.text.contains("Has moved to"))
                #expect(!profile.text.contains("/people/\(ada.id)/follow\""))
                let denied = try await visitor.send(
                    .post,
                    "/posts",
                    form: "csrf=\(csrf)&text=hello&audience=public",
                    cookie: cookie
                )
                #expect(denied.text.contains("has moved to cleo@school.test"))
                #expect(try await post("back", "", as: cookie, csrf).status == 303)
                #expect(
                    try await !visitor.send(.get, "/@ada", cookie: theirCookie).text.contains("Has moved")
                )
                #expect(
                    try await visitor.send(.get, "/settings/move", cookie: cookie).text.contains("seven days")
                )
                let unalias = "uri=\(ada.uri)"
                #expect(try await post("unalias", unalias, as: theirCookie, theirCSRF).status == 303)
                let aliases = try await visitor.instance.database.read { try $0.moves.aliases(of: cleo.id) }
                #expect(aliases == [])
                #expect(try await visitor.send(.get, "/settings/move").status == 303)
            }
        }

        @Test("apps read where an account has moved, and posting is refused with the reason")
        func api() async throws {
            try await Visitor.use { visitor async throws in
                let (ada, cleo) = (visitor.ada, visitor.cleo)
                let token = try await visitor.token("read write")
                let dan = try await visitor.instance.addPerson("dan", at: visitor.school)
                _ = try await visitor.instance.publisher.follow(ada.id, as: dan.id)
                func moved(_ path: String) async throws -> JSONValue? {
                    try await visitor.send(.get, path, token: token).json?.object?["moved"]?.object?["id"]
                }
                let paths = [
                    "/api/v1/accounts/\(ada.id)", "/api/v1/accounts/verify_credentials",
                    "/api/v1/accounts/lookup?acct=ada",
                ]
                for path in paths { #expect(try await moved(path) == nil) }
                _ = try await visitor.instance.publisher.addAlias(ada.handle, as: cleo.id)
                _ = try await visitor.instance.publisher.move(to: cleo.handle, as: ada.id)
                for path in paths { #expect(try await moved(path) == .string(cleo.id.description)) }
                let refused = try await visitor.send(
                    .post,
                    "/api/v1/statuses",
                    form: "status=hello",
                    token: token
                )
                #expect(refused.status == 403)
                let error = try #require(refused.json?.object?["error"]?.string)
                #expect(error.contains("has moved to cleo@school.test"))
                let theirs = try await visitor.token("read", for: dan)
                let notices = try await visitor.send(.get, "/api/v1/notifications", token: theirs)
                #expect(notices.text.contains("\"type\":\"move\""))
                #expect(notices.text.contains("\"target\":{\"id\":\"\(cleo.id)\""))
                let follow = "/api/v1/accounts/\(ada.id)/follow"
                let followed = try await visitor.send(
                    .post,
                    follow,
                    token: try await visitor.token("follow", for: dan)
                )
                #expect(followed.status == 422)
            }
        }
    }
}

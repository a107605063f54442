import Domain
import HTTPTypes
import Outbox
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Pages")
    struct PageTests {
        @Test("pages carry a policy that allows no script, and no cache keeps them")
        func policy() async throws {
            try await Visitor.use { visitor async throws in
                let answer = try await visitor.send(.get, "/")
                #expect(answer.status == 200)
                let policy = answer.headers[HTTPField.Name("Content-Security-Policy") ?? .vary] ?? ""
                #expect(policy.hasPrefix("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe"))
                #expect(answer.headers[.cacheControl] == "private, no-store")
            }
        }

        @Test(
            "NUL characters that are typed are replaced, those of an app left out as in all JSON; nothing fails"
        )
        func nullCharacters() async throws {
            try await Visitor.use { visitor async throws in
                let (cookie, csrf) = try await visitor.signIn()
                let token = try await visitor.token("read write")
                let json = #"{"status": "by\u0000 json"}"#
                for (form, text) in [
                    ("by%00+form", "by\u{FFFD} form"), ("by+form", "by form"),
                    ("by\0+form", "by\u{FFFD} form"),
                ] {
                    let answer = try await visitor.send(
                        .post,
                        "/posts",
                        form: "csrf=\(csrf)&text=\(form)&audience=public",
                        cookie: cookie
                    )
                    #expect(answer.status == 303, "\(answer.text)")
                    let app = try await visitor.send(
                        .post,
                        "/api/v1/statuses",
                        form: "status=\(form)",
                        token: token
                    )
                    #expect(app.json?.object?["content"]?.string == "<p>\(text)</p>", "\(app.text)")
                }
                let app = try await visitor.send(
                    .post,
                    "/api/v1/statuses",
                    body: json,
                    type: "application/json",
                    token: token
                )
                #expect(app.json?.object?["content"]?.string == "<p>by json</p>", "\(app.text)")
                let home = try await visitor.send(.get, "/api/v1/timelines/home", token: token)
                let contents = home.json?.asList.compactMap { $0.object?["content"]?.string } ?? []
                #expect(contents.filter { $0 == "<p>by form</p>" }.count == 2, "\(contents)")
                #expect(contents.filter { $0 == "<p>by\u{FFFD} form</p>" }.count == 4, "\(contents)")
                // What is looked up finds nothing, rather than failing.
                for path in [
                    "/api/v1/accounts/lookup?acct=a%00da", "/api/v2/search?q=%00%00", "/find?who=%00",
                    "/@a%00da",
                    "/posts/%00", "/api/v1/statuses/%00", "/api/v1/timelines/tag/a%00",
                ] {
                    let answer = try await visitor.send(.get, path, cookie: cookie, token: token)
                    #expect(answer.status < 500, "\(path): \(answer.text)")
                }
                let pretended = try await visitor.send(.get, "/home", cookie: cookie + "%00")
                #expect(pretended.status < 500)
            }
        }

        @Test("API-04: the right password signs in, a wrong one and an unknown name are told alike")
        func signIn() async throws {
            try await Visitor.use { visitor async throws in
                let wrong = try await visitor.send(
                    .post,
                    "/sign-in",
                    form: "name=ada&password=another+password"
                )
                let unknown = try await visitor.send(
                    .post,
                    "/sign-in",
                    form: "name=nobody&password=another+password"
                )
                #expect(wrong.status == 422 && unknown.status == 422)
                #expect(wrong.text.replacing("ada", with: "x") == unknown.text.replacing("nobody", with: "x"))
                let form = "name=ada&password=\(Visitor.password.replacing(" ", with: "+"))"
                let right = try await visitor.send(.post, "/sign-in", form: form)
                #expect(right.status == 303)
                let cookie = right.headers[.setCookie] ?? ""
                #expect(
                    cookie.hasPrefix("__Host-") && cookie.contains("HttpOnly") && cookie.contains("Secure")
                )
                let foreign = try await visitor.send(
                    .post,
                    "/sign-in",
                    form: form,
                    fields: [.origin: "https://evil.test"]
                )
                #expect(foreign.status == 403)
            }
        }

        @Test(
            "API-04: a form without the session's own token is refused, with it it is done; after signing out it is refused"
        )
        func forms() async throws {
            try await Visitor.use { visitor async throws in
                let (cookie, csrf) = try await visitor.signIn()
                let text = "text=Hello+%26+welcome&audience=public"
                #expect(try await visitor.send(.post, "/posts", form: text, cookie: cookie).status == 403)
                #expect(
                    try await visitor.send(.post, "/posts", form: "csrf=x&\(text)", cookie: cookie).status
                        == 403
                )
                #expect(try await visitor.send(.post, "/posts", form: "csrf=\(csrf)&\(text)").status == 403)
                #expect(!(try await visitor.send(.get, "/")).text.contains("welcome"))
                #expect(
                    try await visitor.send(.post, "/posts", form: "csrf=\(csrf)&\(text)", cookie: cookie)
                        .status
                        == 303
                )
                #expect((try await visitor.send(.get, "/")).text.contains("Hello &amp; welcome"))
                #expect(
                    try await visitor.send(.post, "/sign-out", form: "csrf=\(csrf)", cookie: cookie).status
                        == 303
                )
                #expect(
                    try await visitor.send(.post, "/posts", form: "csrf=\(csrf)&\(text)", cookie: cookie)
                        .status
                        == 403
                )
            }
        }

        @Test("names and texts are shown, never run")
        func escaped() async throws {
            try await Visitor.use { visitor async throws in
                let attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
                _ = try await visitor.instance.publisher.updateProfile(
                    displayName: attack,
                    biography: attack,
                    as: visitor.ada.id
                )
                _ = try await visitor.instance.publisher.publish(
                    PostDraft(text: attack, summary: attack),
                    as: visitor.ada.id
                )
                for path in ["/", "/@ada"] {
                    let page = try await visitor.send(.get, path)
                    #expect(page.status == 200)
                    #expect(!page.text.contains("<script") && !page.text.contains("<img"))
                    #expect(page.text.contains("&lt;script&gt;"))
                }
            }
        }

        @Test(
            "a post is a page for whoever may see it, and does not exist for others",
            arguments: Audience.allCases
        )
        func audiences(_ audience: Audience) async throws {
            try await Visitor.use { visitor async throws in
                let post = try await visitor.instance.publisher.publish(
                    PostDraft(text: "Psst", audience: audience),
                    as: visitor.ada.id
                )
                let stranger = try await visitor.send(.get, "/@ada/\(post.id)")
                #expect(stranger.status == (audience.isForEverybody ? 200 : 404))
                let (cookie, _) = try await visitor.signIn()
                #expect(try await visitor.send(.get, "/posts/\(post.id)", cookie: cookie).status == 200)
            }
        }
    }

    @Suite("The client API")
    struct ClientTests {
        @Test("a token allows what its scopes say, and nothing without one")
        func scopes() async throws {
            try await Visitor.use { visitor async throws in
                let reader = try await visitor.token("read")
                let writer = try await visitor.token("write:statuses")
                let form = "status=Hello"
                #expect(try await visitor.send(.get, "/api/v1/timelines/home").status == 401)
                #expect(try await visitor.send(.get, "/api/v1/timelines/home", token: "x").status == 401)
                #expect(try await visitor.send(.get, "/api/v1/timelines/home", token: writer).status == 403)
                #expect(try await visitor.send(.get, "/api/v1/timelines/home", token: reader).status == 200)
                #expect(
                    try await visitor.send(.post, "/api/v1/statuses", form: form, token: reader).status == 403
                )
                let posted = try await visitor.send(.post, "/api/v1/statuses", form: form, token: writer)
                #expect(posted.status == 200)
                #expect(posted.json?.object?["content"]?.string == "<p>Hello</p>")
            }
        }

        @Test("API-23: the same Idempotency-Key posts once, and nothing else")
        func idempotency() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("read write")
                let key: HTTPFields = [HTTPField.Name("Idempotency-Key") ?? .eTag: "one"]
                let first = try await visitor.send(
                    .post,
                    "/api/v1/statuses",
                    form: "status=Once",
                    token: token,
                    fields: key
                )
                let second = try await visitor.send(
                    .post,
                    "/api/v1/statuses",
                    form: "status=Once",
                    token: token,
                    fields: key
                )
                #expect(first.json?.object?["id"] == second.json?.object?["id"])
                let other = try await visitor.send(
                    .post,
                    "/api/v1/statuses",
                    form: "status=Twice",
                    token: token,
                    fields: key
                )
                #expect(other.status == 422)
                let home = try await visitor.send(.get, "/api/v1/timelines/home", token: token)
                #expect(home.json?.array?.count == 1)
            }
        }

        @Test(
            "errors are told in the form that clients read",
            arguments: [
                ("/api/v1/statuses/7", 404), ("/api/v1/accounts/x", 404),
                ("/api/v1/timelines/home?max_id=-1", 400),
                ("/api/v1/timelines/home?max_id=18446744073709551616", 400),
            ]
        )
        func errors(_ path: String, _ status: Int) async throws {
            try await Visitor.use { visitor async throws in
                let answer = try await visitor.send(.get, path, token: try await visitor.token("read"))
                #expect(answer.status == status)
                #expect(answer.json?.object?["error"]?.string != nil)
            }
        }
    }
}

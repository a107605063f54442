import Domain
import HTTPTypes
import Outbox
import Server
import Storage
import TestKit
import Testing

extension WebsiteTests {
    @Suite("Settings of an account")
    struct SettingsTests {
        @Test("a person changes their name by a form, which says what is wrong with one that cannot be had")
        func name() async throws {
            try await Visitor.use { visitor async throws in
                let (cookie, csrf) = try await visitor.signIn()
                #expect(try await visitor.send(.get, "/settings").status == 303)
                #expect(
                    try await visitor.send(.get, "/settings", cookie: cookie).text.contains("/settings/name")
                )
                func rename(_ name: String, _ csrf: String) async throws -> Visitor.Answer {
                    try await visitor.send(
                        .post,
                        "/settings/name",
                        form: "csrf=\(csrf)&name=\(name)",
                        cookie: cookie
                    )
                }
                #expect(try await rename("adele", "x").status == 403)
                let taken = try await rename("cleo", csrf)
                #expect(taken.status == 422 && taken.text.contains("value=\"cleo\""))
                #expect(taken.text.contains("There is, or was, an account cleo@school.test already."))
                #expect(try await rename("a+b", csrf).status == 422)
                #expect(try await rename("adele", csrf).headers[.location] == "/settings")
                // Old addresses lead on.
                let old = try await visitor.send(.get, "/@ada")
                #expect(old.status == 303 && old.headers[.location] == "/@adele")
                #expect(try await visitor.send(.get, "/@adele").status == 200)
                #expect(try await visitor.send(.get, "/@ada.rss").status == 200)
                #expect(try await rename("again", csrf).status == 422)
            }
        }

        @Test(
            "a person deletes their account with their password, and is signed out; without it nothing happens"
        )
        func deletion() async throws {
            try await Visitor.use { visitor async throws in
                let (cookie, csrf) = try await visitor.signIn()
                let token = try await visitor.token("read")
                func delete(_ password: String, _ csrf: String) async throws -> Visitor.Answer {
                    try await visitor.send(
                        .post,
                        "/settings/delete",
                        form: "csrf=\(csrf)&password=\(password.replacing(" ", with: "+"))",
                        cookie: cookie
                    )
                }
                #expect(try await delete(Visitor.password, "x").status == 403)
                let wrong = try await delete("something else", csrf)
                #expect(wrong.status == 422 && wrong.text.contains("The password is not right."))
                #expect(try await visitor.send(.get, "/@ada").status == 200)
                let done = try await delete(Visitor.password, csrf)
                #expect(done.status == 303 && done.headers[.location] == "/settings/deleted")
                #expect(done.headers[.setCookie]?.contains("Max-Age=0") == true)
                #expect(try await visitor.send(.get, "/settings/deleted").status == 200)
                #expect(try await visitor.send(.get, "/home", cookie: cookie).status == 303)
                let path = "/api/v1/accounts/verify_credentials"
                #expect(try await visitor.send(.get, path, token: token).status == 401)
                #expect(try await visitor.send(.get, "/@ada").status == 404)
                let again = "name=ada&password=\(Visitor.password.replacing(" ", with: "+"))"
                #expect(try await visitor.send(.post, "/sign-in", form: again).status == 422)
            }
        }

        @Test("wrong passwords are limited there as well")
        func limited() async throws {
            let limits = RateLimits()
            try await Visitor.use(signIns: SignInLimiter(limits: limits) { .zero }) { visitor async throws in
                let (cookie, csrf) = try await visitor.signIn()
                var statuses: [Int] = []
                for _ in 0..<40 {
                    let answer = try await visitor.send(
                        .post,
                        "/settings/delete",
                        form: "csrf=\(csrf)&password=wrong",
                        cookie: cookie
                    )
                    statuses.append(answer.status)
                }
                #expect(statuses.first == 422 && statuses.last == 429)
            }
        }
    }
}

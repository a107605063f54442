import Domain
import Foundation
import HTTPTypes
import Server
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("OAuth 2")
    struct OAuthTests {
        private static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        /// Of RFC 7636, appendix B.
        private static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        private static let asked: [String: String?] = [
            "code_challenge": challenge, "code_challenge_method": "S256",
        ]

        @Test("from registering to signing in, consent, tokens, refresh and revocation")
        func whole() async throws {
            try await Visitor.use { visitor async throws in
                let app = try await OAuthApp(visitor)
                let asking = "/oauth/authorize?\(app.question())"
                let stranger = try await visitor.send(.get, asking)
                #expect(stranger.status == 200)
                let next = asking.replacing("&", with: "&amp;")
                #expect(stranger.text.contains("name=\"next\" value=\"\(next)\""))
                #expect(!stranger.text.contains("decision"))
                let form = OAuthApp.form([("name", "ada"), ("password", Visitor.password), ("next", asking)])
                let signedIn = try await visitor.send(.post, "/sign-in", form: form)
                #expect(signedIn.headers[.location] == asking)

                let person = try await visitor.signIn()
                let page = try await visitor.send(.get, asking, cookie: person.cookie)
                #expect(page.status == 200)
                #expect(page.text.contains("Tidy &lt;App&gt;") && page.text.contains("ada@school.test"))
                #expect(
                    page.text.contains("do everything in your name")
                        && !page.text.contains("get your notifications")
                )
                let policy = try #require(
                    page.headers.first { $0.name.canonicalName == "content-security-policy" }?.value
                )
                #expect(policy.contains("form-action 'self' https://app.test;"))
                #expect(policy.contains("frame-ancestors 'none'"))

                let answer = try await app.consent(by: person)
                let location = try #require(answer.headers[.location])
                #expect(location.hasPrefix("\(OAuthApp.address)&code="))
                let fields = OAuthApp.query(answer)
                #expect(fields["state"] == "a b&c" && fields["iss"] == "https://school.test")
                let issued = try await app.redeem(try #require(fields["code"]))
                #expect(issued.headers[.cacheControl] == "no-store")
                #expect(issued.json?.object?["token_type"] == "Bearer")
                #expect(issued.json?.object?["scope"] == "read write")
                let first = try #require(OAuthApp.pair(issued))
                #expect(try await app.status(first.access) == 200)
                let credentials = try await visitor.send(
                    .get,
                    "/api/v1/apps/verify_credentials",
                    token: first.access
                )
                #expect(credentials.json?.object?["name"] == "Tidy <App>")
                #expect(credentials.json?.object?["client_secret"] == nil)

                let second = try #require(OAuthApp.pair(try await app.refresh(first.refresh)))
                #expect(try await app.status(first.access) == 401)
                #expect(try await app.status(second.access) == 200)
                let revocation = OAuthApp.form([
                    ("client_id", app.id), ("client_secret", app.secret), ("token", second.access),
                ])
                // With the token in a field too, as Mastodon.py sends it.
                for token in [second.access, nil] {
                    let answer = try await visitor.send(
                        .post,
                        "/oauth/revoke",
                        form: revocation,
                        token: token
                    )
                    #expect(answer.status == 200)
                }
                let nobody = OAuthApp.form([("token", second.access)])
                let refused = try await visitor.send(
                    .post,
                    "/oauth/revoke",
                    form: nobody,
                    token: first.access
                )
                #expect(refused.status == 401 && refused.errorCode == "invalid_client")
                #expect(try await app.status(second.access) == 401)
                #expect(try await app.refresh(second.refresh).errorCode == "invalid_grant")
            }
        }

        @Test("a person who refuses is sent back with that, and nothing is allowed")
        func refused() async throws {
            try await Visitor.use { visitor async throws in
                let (app, person) = (try await OAuthApp(visitor), try await visitor.signIn())
                let answer = try await app.consent(decision: "refuse", by: person)
                #expect(OAuthApp.query(answer)["error"] == "access_denied")
                #expect(OAuthApp.query(answer)["state"] == "a b&c")
                #expect(OAuthApp.query(answer)["code"] == nil)
            }
        }

        @Test(
            "API-01: an address that differs by a byte from the registered one is none",
            arguments: [
                "https://app.test/back", "https://app.test/back?from=school&x=1",
                "https://app.test/back?from=school#x",
                "https://app.test/Back?from=school", "https://APP.test/back?from=school",
                "https://app.test:443/back?from=school", "https://ada@app.test/back?from=school",
                "https://app.test.evil.test/back?from=school", "http://app.test/back?from=school",
                "https://app.test/back/../back?from=school", "javascript:alert(1)", "data:text/html,x", "",
                "urn:ietf:wg:oauth:2.0:oob",
            ]
        )
        func otherAddress(_ address: String) async throws {
            try await Visitor.use { visitor async throws in
                let (app, person) = (try await OAuthApp(visitor), try await visitor.signIn())
                let path = "/oauth/authorize?\(app.question(["redirect_uri": address]))"
                let asked = try await visitor.send(.get, path, cookie: person.cookie)
                #expect(asked.status == 400 && asked.headers[.location] == nil)
                let posted = try await app.consent(["redirect_uri": address], by: person)
                #expect(posted.status == 400 && posted.headers[.location] == nil)
                #expect(try await app.consent(by: person).status == 303)
            }
        }

        @Test("API-01: a field that comes twice is no request, and neither is an app that is not known")
        func twice() async throws {
            try await Visitor.use { visitor async throws in
                let (app, person) = (try await OAuthApp(visitor), try await visitor.signIn())
                let path = "/oauth/authorize?\(app.question())"
                for more in [
                    "&scope=read", "&redirect_uri=https%3A%2F%2Fevil.test", "&client_id=x", "&state=y",
                ] {
                    #expect(try await visitor.send(.get, path + more, cookie: person.cookie).status == 400)
                }
                let other = "/oauth/authorize?\(app.question(["client_id": "x"]))"
                #expect(try await visitor.send(.get, other, cookie: person.cookie).status == 400)
                #expect(try await visitor.send(.get, path, cookie: person.cookie).status == 200)
            }
        }

        @Test("only S256 is taken as a challenge, and what was challenged has to be proven")
        func challenge() async throws {
            try await Visitor.use { visitor async throws in
                let (app, person) = (try await OAuthApp(visitor), try await visitor.signIn())
                let bad: [[String: String?]] = [
                    ["code_challenge": Self.verifier, "code_challenge_method": "plain"],
                    ["code_challenge": Self.challenge], ["code_challenge_method": "S256"],
                    ["code_challenge": "short", "code_challenge_method": "S256"],
                ]
                for changes in bad {
                    #expect(
                        OAuthApp.query(try await app.consent(changes, by: person))["error"]
                            == "invalid_request"
                    )
                }
                let code = try await app.code(Self.asked, by: person)
                for more in [[], [("code_verifier", Self.challenge)], [("code_verifier", "x")]] {
                    #expect(try await app.redeem(code, more).errorCode == "invalid_grant")
                }
                #expect(try await app.redeem(code, [("code_verifier", Self.verifier)]).status == 200)
                // Nothing was challenged: whoever proves something holds another's code.
                let plain = try await app.code(by: person)
                for verifier in [Self.verifier, "x"] {
                    #expect(
                        try await app.redeem(plain, [("code_verifier", verifier)]).errorCode
                            == "invalid_grant"
                    )
                }
                #expect(try await app.redeem(plain).status == 200)
            }
        }

        @Test("API-03: a code that comes twice ends the tokens of the first time")
        func reuse() async throws {
            try await Visitor.use { visitor async throws in
                let (app, person) = (try await OAuthApp(visitor), try await visitor.signIn())
                let code = try await app.code(by: person)
                let tokens = try #require(OAuthApp.pair(try await app.redeem(code)))
                #expect(try await app.status(tokens.access) == 200)
                let other = try await app.tokens(by: person)
                #expect(try await app.redeem(code).errorCode == "invalid_grant")
                #expect(try await app.status(tokens.access) == 401)
                #expect(try await app.refresh(tokens.refresh).errorCode == "invalid_grant")
                #expect(try await app.status(other.access) == 200)
            }
        }

        @Test("API-03: a code is good for ten minutes, for its app and its address")
        func bounds() async throws {
            try await Visitor.use { visitor async throws in
                let (app, person) = (try await OAuthApp(visitor), try await visitor.signIn())
                let thief = try await OAuthApp(visitor)
                let code = try await app.code(by: person)
                #expect(try await thief.redeem(code).errorCode == "invalid_grant")
                #expect(
                    try await app.redeem(code, address: "https://app.test/back").errorCode == "invalid_grant"
                )
                #expect(try await app.redeem("x").errorCode == "invalid_grant")
                visitor.instance.clock.advance(by: .seconds(599))
                #expect(try await app.redeem(code).status == 200)
                let late = try await app.code(by: person)
                visitor.instance.clock.advance(by: .seconds(600))
                #expect(try await app.redeem(late).errorCode == "invalid_grant")
            }
        }

        @Test("API-03: of two who redeem a code at the same time one gets tokens")
        func race() async throws {
            try await Visitor.use { visitor async throws in
                let (app, person) = (try await OAuthApp(visitor), try await visitor.signIn())
                for _ in 0..<5 {
                    let code = try await app.code(by: person)
                    async let first = app.redeem(code).status
                    async let second = app.redeem(code).status
                    #expect(try await [first, second].sorted() == [200, 400])
                }
            }
        }

        @Test("API-04: consent needs the token of one's own page")
        func forged() async throws {
            try await Visitor.use { visitor async throws in
                let (app, person) = (try await OAuthApp(visitor), try await visitor.signIn())
                let other = try await visitor.signIn(as: "cleo")
                for csrf in ["", "x", other.csrf] {
                    let answer = try await app.consent(by: (person.cookie, csrf))
                    #expect(answer.status == 403 && answer.headers[.location] == nil)
                }
                #expect(try await app.consent(by: ("", person.csrf)).status == 403)
                let without = try await app.consent(["state": nil], by: person)
                #expect(without.status == 303 && OAuthApp.query(without)["state"] == nil)
            }
        }

        @Test("whoever signs in goes on to a consent page of ours and nowhere else")
        func next() async throws {
            try await Visitor.use { visitor async throws in
                for next in [
                    "https://evil.test/", "//evil.test", "/oauth/authorize", "/\\evil.test",
                    "/oauth/authorize?a b",
                ] {
                    let form = OAuthApp.form([
                        ("name", "ada"), ("password", Visitor.password), ("next", next),
                    ])
                    #expect(
                        try await visitor.send(.post, "/sign-in", form: form).headers[.location] == "/home"
                    )
                }
                let (app, person) = (try await OAuthApp(visitor), try await visitor.signIn())
                let forced = "/oauth/authorize?force_login=true&\(app.question())"
                let page = try await visitor.send(.get, forced, cookie: person.cookie)
                #expect(page.text.contains("name=\"password\"") && !page.text.contains("force_login"))
            }
        }

        @Test("an app that cannot be sent to gets its code by hand")
        func byHand() async throws {
            try await Visitor.use { visitor async throws in
                let app = try await OAuthApp(visitor, "urn:ietf:wg:oauth:2.0:oob")
                let person = try await visitor.signIn()
                let page = try await app.consent(by: person)
                #expect(page.status == 200)
                let code =
                    page.text.firstRange(of: "readonly value=\"").map { page.text[$0.upperBound...] } ?? ""
                #expect(try await app.redeem(String(code.prefix { $0 != "\"" })).status == 200)
                #expect(try await app.consent(["scope": "admin:write"], by: person).status == 400)
            }
        }

        @Test("an app gets no more than it has registered for, and by refreshing no more than was allowed")
        func scopes() async throws {
            try await Visitor.use { visitor async throws in
                let app = try await OAuthApp(visitor, scopes: "read write:statuses")
                let person = try await visitor.signIn()
                for scope in ["write", "read push", "admin:read", "nonsense"] {
                    #expect(
                        OAuthApp.query(try await app.consent(["scope": scope], by: person))["error"]
                            == "invalid_scope"
                    )
                }
                let tokens = try await app.tokens(["scope": "read:accounts read:statuses"], by: person)
                #expect(try await app.status(tokens.access) == 200)
                let more = try await app.refresh(tokens.refresh, [("scope", "read")])
                #expect(more.errorCode == "invalid_scope")
                let less = try await app.refresh(tokens.refresh, [("scope", "read:statuses")])
                let small = try #require(OAuthApp.pair(less))
                #expect(try await app.status(small.access) == 403)
                #expect(
                    try await visitor.send(.get, "/api/v1/timelines/home", token: small.access).status == 200
                )
                // The other way to ask leaves the whole.
                let standard = try await app.tokens(["scope": nil], by: person)
                #expect(try await app.status(standard.access) == 200)
                #expect(
                    try await visitor.send(
                        .post,
                        "/api/v1/statuses",
                        form: "status=x",
                        token: standard.access
                    ).status
                        == 403
                )
            }
        }
    }
}

import Domain
import Foundation
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("OAuth 2: tokens, their apps and their ends")
    struct OAuthTokenTests {
        @Test("a refresh token that comes twice ends the permission")
        func refreshReuse() async throws {
            try await Visitor.use { visitor async throws in
                let (app, person) = (try await OAuthApp(visitor), try await visitor.signIn())
                let thief = try await OAuthApp(visitor)
                let first = try await app.tokens(by: person)
                #expect(try await thief.refresh(first.refresh).errorCode == "invalid_grant")
                let second = try #require(OAuthApp.pair(try await app.refresh(first.refresh)))
                #expect(try await app.refresh(first.refresh).errorCode == "invalid_grant")
                #expect(try await app.status(second.access) == 401)
                #expect(try await app.refresh(second.refresh).errorCode == "invalid_grant")
            }
        }

        @Test("an app's own token reads what is for everybody and is nobody")
        func ownToken() async throws {
            try await Visitor.use { visitor async throws in
                let app = try await OAuthApp(visitor)
                let answer = try await app.token([("grant_type", "client_credentials")])
                #expect(
                    answer.json?.object?["refresh_token"] == nil && answer.json?.object?["scope"] == "read"
                )
                let token = try #require(answer.json?.object?["access_token"]?.string)
                #expect(try await visitor.send(.get, "/api/v1/timelines/public", token: token).status == 200)
                #expect(
                    try await visitor.send(.get, "/api/v1/apps/verify_credentials", token: token).status
                        == 200
                )
                #expect(try await visitor.send(.get, "/api/v1/timelines/home", token: token).status == 422)
                #expect(
                    try await app.token([("grant_type", "client_credentials"), ("scope", "admin:read")])
                        .status == 400
                )
                // Of many the oldest ends.
                for _ in 0..<20 {
                    visitor.instance.clock.advance(by: .seconds(1))
                    #expect(try await app.token([("grant_type", "client_credentials")]).status == 200)
                }
                #expect(try await visitor.send(.get, "/api/v1/timelines/public", token: token).status == 401)
            }
        }

        @Test("an app proves who it is by its secret, in one way, and not in the address")
        func client() async throws {
            try await Visitor.use { visitor async throws in
                let app = try await OAuthApp(visitor)
                let own = [("grant_type", "client_credentials")]
                let wrong = try await app.token(own, secret: "x")
                #expect(wrong.status == 401 && wrong.errorCode == "invalid_client")
                #expect(wrong.headers[.wwwAuthenticate]?.hasPrefix("Basic") == true)
                let pair = OAuthApp.form([("client_id", app.id), ("client_secret", app.secret)])
                let inAddress = try await visitor.send(
                    .post,
                    "/oauth/token?\(pair)",
                    form: OAuthApp.form(own)
                )
                #expect(inAddress.status == 401)
                let basic: HTTPFields = [
                    .authorization: "Basic \(Data("\(app.id):\(app.secret)".utf8).base64EncodedString())"
                ]
                let byField = try await visitor.send(
                    .post,
                    "/oauth/token",
                    form: OAuthApp.form(own),
                    fields: basic
                )
                #expect(byField.status == 200)
                let both = try await visitor.send(
                    .post,
                    "/oauth/token",
                    form: "\(pair)&\(OAuthApp.form(own))",
                    fields: basic
                )
                #expect(both.errorCode == "invalid_request")
                #expect(try await app.token([]).errorCode == "invalid_request")
                #expect(
                    try await app.token([("grant_type", "password")]).errorCode == "unsupported_grant_type"
                )
                let json =
                    "{\"grant_type\":\"client_credentials\",\"client_id\":\"\(app.id)\",\"client_secret\":\"\(app.secret)\"}"
                let asJSON = try await visitor.send(
                    .post,
                    "/oauth/token",
                    body: json,
                    type: "application/json"
                )
                #expect(asJSON.status == 200)
            }
        }

        @Test("an app ends its own tokens and no other's")
        func foreignToken() async throws {
            try await Visitor.use { visitor async throws in
                let (app, person) = (try await OAuthApp(visitor), try await visitor.signIn())
                let thief = try await OAuthApp(visitor)
                let tokens = try await app.tokens(by: person)
                for token in [tokens.access, tokens.refresh] {
                    let form = OAuthApp.form([
                        ("client_id", thief.id), ("client_secret", thief.secret), ("token", token),
                    ])
                    #expect(try await visitor.send(.post, "/oauth/revoke", form: form).status == 403)
                }
                #expect(try await app.status(tokens.access) == 200)
            }
        }

        @Test("API-07: a new password ends what was allowed; a suspended account's apps do nothing")
        func password() async throws {
            try await Visitor.use { visitor async throws in
                let (app, person) = (try await OAuthApp(visitor), try await visitor.signIn())
                let tokens = try await app.tokens(by: person)
                let now = visitor.instance.clock.now()
                try await visitor.instance.database.write {
                    try $0.accounts.setSuspended(visitor.ada.id, at: now)
                }
                #expect(try await app.status(tokens.access) == 401)
                #expect(try await app.refresh(tokens.refresh).errorCode == "invalid_grant")
                try await visitor.instance.database.write {
                    try $0.accounts.setSuspended(visitor.ada.id, at: nil)
                }
                #expect(try await app.status(tokens.access) == 200)
                try await visitor.instance.admin.setPassword("scrypt$x", of: visitor.ada, by: "test")
                #expect(try await app.status(tokens.access) == 401)
                #expect(try await app.refresh(tokens.refresh).errorCode == "invalid_grant")
            }
        }

        @Test("a person sees which apps may act and where they are signed in, and ends them; others cannot")
        func ending() async throws {
            try await Visitor.use { visitor async throws in
                let (app, person) = (try await OAuthApp(visitor), try await visitor.signIn())
                let cleo = try await visitor.signIn(as: "cleo")
                let tokens = try await app.tokens(by: person)
                let issued = try await visitor.token("read")
                func page(_ cookie: String) async throws -> String {
                    try await visitor.send(.get, "/settings/apps", cookie: cookie).text
                }
                func value(_ field: String, _ text: String) throws -> String {
                    let range = try #require(text.firstRange(of: "name=\"\(field)\" value=\""))
                    return String(text[range.upperBound...].prefix { $0 != "\"" })
                }
                let text = try await page(person.cookie)
                #expect(text.contains("Tidy &lt;App&gt;") && text.contains("This browser."))
                #expect(!(try await page(cleo.cookie)).contains("Tidy"))
                let names = [("apps", "permission"), ("tokens", "token"), ("sessions", "session")]
                for (path, name) in names {
                    let form = try "\(name)=\(value(name, text))&csrf="
                    let to = "/settings/\(path)/end"
                    _ = try await visitor.send(.post, to, form: form + cleo.csrf, cookie: cleo.cookie)
                    #expect(
                        try await visitor.send(.post, to, form: form, cookie: person.cookie).status == 403
                    )
                    #expect(try await app.status(tokens.access) == (path == "apps" ? 200 : 401))
                    if path == "tokens" { #expect(try await app.status(issued) == 200) }
                    let ended = try await visitor.send(
                        .post,
                        to,
                        form: form + person.csrf,
                        cookie: person.cookie
                    )
                    #expect(ended.status == 303)
                }
                #expect(try await app.status(tokens.access) == 401)
                #expect(try await app.status(issued) == 401)
                #expect(try await visitor.send(.get, "/home", cookie: person.cookie).status == 303)
                #expect(try await visitor.send(.get, "/home", cookie: cleo.cookie).status == 200)
            }
        }
    }
}

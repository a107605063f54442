import Domain
import Foundation
import HTTPTypes
import Server
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Registering apps, and what their tokens allow")
    struct AppRegistrationTests {
        @Test(
            "addresses of the web, of the device and of an app's own scheme are registered",
            arguments: [
                "https://app.test/", "https://app.test:8443/x?y=z", "http://localhost:3000/back",
                "http://127.0.0.1/x",
                "http://[::1]:8000/", "tidy://oauth", "com.example.tidy:/back", "urn:ietf:wg:oauth:2.0:oob",
            ]
        )
        func good(_ address: String) async throws {
            try await Visitor.use { visitor async throws in
                let app = try await OAuthApp(visitor, address)
                let person = try await visitor.signIn()
                #expect([200, 303].contains(try await app.consent(by: person).status))
            }
        }

        @Test(
            "API-01: others are not",
            arguments: [
                "", "app.test/back", "/back", "javascript:alert(1)", "JavaScript:alert(1)",
                "data:text/html,x",
                "vbscript:x", "file:///etc/passwd", "http://app.test/back", "http://localhost.evil.test/",
                "http://127.0.0.1@evil.test/", "https://ada@app.test/", "https://app.test/#x",
                "https://app.test/%2",
                "https://app.test/\u{E9}", "https://app.test/\"x", "https://app.test\\@evil.test/", "tidy:",
                "https://",
            ]
        )
        func bad(_ address: String) async throws {
            try await Visitor.use { visitor async throws in
                let form = OAuthApp.form([("client_name", "App"), ("redirect_uris", address)])
                let answer = try await visitor.send(.post, "/api/v1/apps", form: form)
                #expect(answer.status == 422)
                #expect(answer.json?.object?["error"]?.string?.contains("Redirect URI") == true)
            }
        }

        @Test("a list of addresses, in JSON or a line each, is answered as Mastodon does")
        func shape() async throws {
            try await Visitor.use { visitor async throws in
                let body = """
                    {"client_name":"App","redirect_uris":["https://a.test/","tidy://x"],"scopes":"read:statuses write"}
                    """
                let answer = try await visitor.send(
                    .post,
                    "/api/v1/apps",
                    body: body,
                    type: "application/json"
                )
                let entity = try #require(answer.json?.object)
                #expect(entity["redirect_uris"] == ["https://a.test/", "tidy://x"])
                #expect(entity["redirect_uri"] == "https://a.test/\ntidy://x")
                #expect(entity["scopes"] == ["read:statuses", "write"])
                #expect(entity["client_secret_expires_at"] == 0)
                let lines = OAuthApp.form([
                    ("client_name", "App"), ("redirect_uris", "https://a.test/\r\ntidy://x"),
                ])
                let second = try await visitor.send(.post, "/api/v1/apps", form: lines)
                #expect(second.json?.object?["redirect_uris"] == ["https://a.test/", "tidy://x"])
                #expect(second.json?.object?["scopes"] == ["read"])
                for form in [
                    "client_name=+&redirect_uris=tidy://x", "client_name=A&redirect_uris=tidy://x&scopes=all",
                ] {
                    #expect(try await visitor.send(.post, "/api/v1/apps", form: form).status == 422)
                }
            }
        }

        @Test("API-12: one address registers a hundred apps an hour")
        func flood() throws {
            let limiter = RateLimiter(limits: RateLimits()) { .zero }
            let (one, other) = (try IPAddress("192.0.2.1"), try IPAddress("192.0.2.2"))
            for _ in 0..<100 { #expect(limiter.take(.registrations(one)) == nil) }
            #expect(limiter.take(.registrations(one)) == 36)
            #expect(limiter.take(.registrations(other)) == nil)
            #expect(limiter.take(.address(one)) == nil)
        }

        @Test("every route refuses a token without its scope, names the scope, and takes a token with it")
        func sweep() async throws {
            try await Visitor.use { visitor async throws in
                let open = [
                    "/api/v1/apps", "/api/v1/apps/verify_credentials", "/api/v1/instance", "/api/v2/instance",
                    "/api/openapi.yaml",
                    "/api/v1/custom_emojis", "/api/v1/streaming/health",
                    "/api/v1/instance/translation_languages",
                ]
                let push = try await visitor.token("push")
                var count = 0
                for (method, pattern) in visitor.routes
                where pattern.hasPrefix("/api/") && method != .head && !open.contains(pattern) {
                    let parts = pattern.split(separator: "/")
                    let path = parts.map { ":{".contains($0.prefix(1)) ? "1" : $0 }.joined(separator: "/")
                    let refused = try await visitor.send(method, "/\(path)", token: push)
                    let name = "\(method) \(pattern)"
                    #expect(refused.status == 403, "\(name)")
                    let field = refused.headers[.wwwAuthenticate] ?? ""
                    let start = try #require(field.firstRange(of: "scope=\""), "\(name)")
                    let scope = field[start.upperBound...].prefix { $0 != "\"" && $0 != " " }
                    // What is only just being uploaded is seen by whoever may upload.
                    let isRead = method == .get && !pattern.hasPrefix("/api/v1/media/")
                    let verb = isRead || pattern.hasSuffix("/translate") ? "read:" : "write:"
                    #expect(scope.contains(verb), "\(name) needs \(scope)")
                    // A stream does not end by itself; it has tests of its own.
                    if pattern.hasPrefix("/api/v1/streaming") { continue }
                    let token = try await visitor.token(String(scope))
                    let answer = try await visitor.send(method, "/\(path)", token: token)
                    #expect(answer.headers[.wwwAuthenticate] == nil, "\(name) with \(scope)")
                    count += 1
                }
                #expect(count > 40)
            }
        }

        @Test("what is served is told, and pages of other origins may call it without cookies")
        func metadata() async throws {
            try await Visitor.use { visitor async throws in
                let answer = try await visitor.send(.get, "/.well-known/oauth-authorization-server")
                let document = try #require(answer.json?.object)
                #expect(document["issuer"] == "https://school.test")
                #expect(document["code_challenge_methods_supported"] == ["S256"])
                #expect(document["token_endpoint"] == "https://school.test/oauth/token")
                let scopes = document["scopes_supported"]?.array ?? []
                #expect(scopes.contains("read:statuses") && scopes.contains("admin:write:reports"))
                #expect(answer.headers[.accessControlAllowOrigin] == "*")
                for path in ["/oauth/token", "/api/v1/statuses/1", "/api/v1/timelines/home"] {
                    let preflight = try await visitor.send(.options, path)
                    #expect(preflight.status == 204)
                    #expect(preflight.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
                    #expect(preflight.headers[.accessControlAllowCredentials] == nil)
                    #expect(try await visitor.send(.get, path).headers[.accessControlAllowOrigin] == "*")
                }
                for path in ["/oauth/authorize", "/sign-in", "/settings/apps"] {
                    #expect(try await visitor.send(.get, path).headers[.accessControlAllowOrigin] == nil)
                    #expect(try await visitor.send(.options, path).status == 405)
                }
            }
        }

        @Test("whoever may only see the profile sees it and nothing else")
        func profile() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("profile")
                let person = try await visitor.send(.get, "/oauth/userinfo", token: token)
                #expect(person.json?.object?["preferred_username"] == "ada")
                #expect(person.json?.object?["sub"] == .string(visitor.ada.uri.description))
                let path = "/api/v1/accounts/verify_credentials"
                #expect(try await visitor.send(.get, path, token: token).status == 200)
                #expect(try await visitor.send(.get, "/api/v1/timelines/home", token: token).status == 403)
            }
        }
    }
}

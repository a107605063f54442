import Domain
import HTTPTypes
import Server
import Testing

extension WebsiteTests {
    @Suite("Signing in")
    struct SignInTests {
        private static var right: String { "password=\(Visitor.password.replacing(" ", with: "+"))" }
        private static let wrong = "password=another+password"

        private static func limiter() -> SignInLimiter { SignInLimiter(limits: RateLimits()) { .zero } }

        @Test("API-10: after 25 wrong passwords a plain notice with Retry-After, however the name is written")
        func throttle() async throws {
            try await Visitor.use(signIns: Self.limiter()) { visitor async throws in
                let names = ["ada", "Ada", "%40ada", "acct%3Aada", "ada%40school.test"]
                for number in 0..<25 {
                    let form = "name=\(names[number % names.count])&\(Self.wrong)"
                    #expect(try await visitor.send(.post, "/sign-in", form: form).status == 422)
                }
                for name in names {
                    let answer = try await visitor.send(.post, "/sign-in", form: "name=\(name)&\(Self.right)")
                    #expect(answer.status == 429)
                    #expect(answer.headers[.retryAfter] == "144")
                    #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
                    #expect(answer.text.contains("Try again in 3 minutes"))
                    #expect(answer.headers[.setCookie] == nil)
                }
                #expect(
                    try await visitor.send(.post, "/sign-in", form: "name=cleo&\(Self.wrong)").status == 422
                )
            }
        }

        @Test("API-10: right passwords are not counted")
        func right() async throws {
            try await Visitor.use(signIns: Self.limiter()) { visitor async throws in
                for _ in 0..<27 {
                    let answer = try await visitor.send(.post, "/sign-in", form: "name=ada&\(Self.right)")
                    #expect(answer.status == 303)
                }
            }
        }

        @Test("API-15: signing in always makes a new session; a cookie that was planted before is nobody's")
        func rotation() async throws {
            try await Visitor.use { visitor async throws in
                let planted = "__Host-staffroom=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                let answer = try await visitor.send(
                    .post,
                    "/sign-in",
                    form: "name=ada&\(Self.right)",
                    cookie: planted
                )
                let field = try #require(answer.headers[.setCookie])
                let cookie = String(field.prefix { $0 != ";" })
                #expect(cookie.hasPrefix("__Host-staffroom=") && cookie != planted)
                for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure", "; Max-Age=2592000"] {
                    #expect(field.contains(part))
                }
                #expect(!field.contains("Domain"))
                #expect(try await visitor.send(.get, "/home", cookie: planted).status == 303)
                #expect(try await visitor.send(.get, "/home", cookie: cookie).status == 200)
                let second = try await visitor.signIn().cookie
                #expect(second != cookie)
                #expect(try await visitor.send(.get, "/home", cookie: second).status == 200)
            }
        }

        @Test("API-18: a token in the address is no token, in the field it is")
        func tokenInQuery() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("read write")
                for path in ["/api/v1/timelines/home", "/api/v1/accounts/verify_credentials"] {
                    #expect(try await visitor.send(.get, "\(path)?access_token=\(token)").status == 401)
                    #expect(try await visitor.send(.get, path, token: token).status == 200)
                }
                let form = "status=Hi&access_token=\(token)"
                #expect(try await visitor.send(.post, "/api/v1/statuses", form: form).status == 401)
            }
        }
    }
}

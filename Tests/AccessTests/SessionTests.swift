import Domain
import Outbox
import Storage
import TestKit
import Testing

@testable import Access

@Suite("Sessions and tokens")
struct SessionTests {
    private static let cost = PasswordHash.Cost(rounds: 1 << 10, blockSize: 8, parallelism: 1)
    private static let password = "a long walk to school"

    private func withAda(
        _ body: (TestInstance, Account, School, Sessions, AccessTokens) async throws -> Void
    ) async throws {
        try await TestInstance.use { instance in
            let school = try await instance.addSchool("https://school.test")
            let ada = try await instance.addPerson("ada", at: school)
            let hasher = PasswordHasher(cost: Self.cost)
            let hash = try await hasher.hash(Self.password)
            try await instance.admin.setPassword(hash.description, of: ada, by: "test")
            let sessions = Sessions(database: instance.database, hasher: hasher, clock: instance.clock)
            let tokens = AccessTokens(database: instance.database, clock: instance.clock)
            try await body(instance, ada, school, sessions, tokens)
        }
    }

    @Test("API-07: a password set by an admin ends every session and every token of the account")
    func reset() async throws {
        try await withAda { instance, ada, school, sessions, tokens in
            let scopes = try #require(Scopes("read write"))
            let token = try await tokens.issue(for: ada.id, scopes: scopes)
            let handle = Sessions.handle("ada", at: school)
            let cookie = try #require(try await sessions.signIn(handle, Self.password, at: school))
            #expect(try await sessions.find(cookie, at: school.host)?.account == ada)
            #expect(try await tokens.grant(token, at: school.host)?.account == ada)
            let hasher = PasswordHasher(cost: Self.cost)
            let hash = try await hasher.hash("another long walk")
            try await instance.admin.setPassword(hash.description, of: ada, by: "test")
            #expect(try await sessions.find(cookie, at: school.host) == nil)
            #expect(try await tokens.grant(token, at: school.host) == nil)
            #expect(try await sessions.signIn(handle, Self.password, at: school) == nil)
            #expect(try await sessions.signIn(handle, "another long walk", at: school) != nil)
        }
    }

    @Test("API-06: a suspended account's session and token do nothing while it is suspended")
    func suspended() async throws {
        try await withAda { instance, ada, school, sessions, tokens in
            let token = try await tokens.issue(for: ada.id, scopes: try #require(Scopes("read")))
            let handle = Sessions.handle("ada", at: school)
            let cookie = try #require(try await sessions.signIn(handle, Self.password, at: school))
            try await instance.database.write {
                try $0.accounts.setSuspended(ada.id, at: instance.clock.now())
            }
            #expect(try await sessions.find(cookie, at: school.host) == nil)
            #expect(try await tokens.grant(token, at: school.host) == nil)
            #expect(try await sessions.signIn(handle, Self.password, at: school) == nil)
        }
    }

    @Test("a session ends after its time, and a token or cookie is good at its own school only")
    func bounds() async throws {
        try await withAda { instance, ada, school, sessions, tokens in
            let annex = try await instance.addSchool("https://annex.test")
            let token = try await tokens.issue(for: ada.id, scopes: try #require(Scopes("read")))
            let handle = Sessions.handle("ada", at: school)
            let cookie = try #require(try await sessions.signIn(handle, Self.password, at: school))
            #expect(try await sessions.find(cookie, at: annex.host) == nil)
            #expect(try await tokens.grant(token, at: annex.host) == nil)
            #expect(try await sessions.find(cookie, at: school.host) != nil)
            #expect(try await sessions.find(String(repeating: "x", count: 1 << 20), at: school.host) == nil)
            instance.clock.advance(by: Sessions.lifetime)
            instance.clock.advance(by: .seconds(1))
            #expect(try await sessions.find(cookie, at: school.host) == nil)
        }
    }

    @Test(
        "API-10: every way to write a name is one handle",
        arguments: [
            "ada", "Ada", "@ada", "acct:ada", " ada ", "ada@school.test", "@ada@SCHOOL.test",
            "acct:ADA@school.test",
        ]
    )
    func names(_ name: String) async throws {
        try await TestInstance.use { instance in
            let school = try await instance.addSchool("https://school.test")
            #expect(Sessions.handle(name, at: school)?.description == "ada@school.test")
        }
    }

    @Test(
        "API-10: what is no handle of the school is none",
        arguments: ["", "ada@other.test", "a b", "ada@", "\0", "@"]
    )
    func otherNames(_ name: String) async throws {
        try await TestInstance.use { instance in
            let school = try await instance.addSchool("https://school.test")
            #expect(Sessions.handle(name, at: school) == nil)
        }
    }
}

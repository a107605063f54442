import Domain
import Foundation
import HTTPTypes
import TestKit
import Testing
import Vocabulary

/// An app that asks people of school.test for tokens.
struct OAuthApp: Sendable {
    static let address = "https://app.test/back?from=school"

    let visitor: Visitor
    let id: String
    let secret: String
    let address: String

    /// Registers one.
    init(_ visitor: Visitor, _ address: String = OAuthApp.address, scopes: String = "read write follow push")
        async throws
    {
        let form = Self.form([
            ("client_name", "Tidy <App>"), ("redirect_uris", address), ("scopes", scopes),
            ("website", "https://app.test"),
        ])
        let answer = try await visitor.send(.post, "/api/v1/apps", form: form)
        #expect(answer.status == 200)
        let entity = try #require(answer.json?.object)
        self.visitor = visitor
        self.address = address
        id = try #require(entity["client_id"]?.string)
        secret = try #require(entity["client_secret"]?.string)
    }

    static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\(escaped($0))=\(escaped($1))" }.joined(separator: "&")
    }

    static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// What it asks with, and more or other fields.
    func question(_ changes: [String: String?] = [:]) -> String {
        var fields: [String: String?] = [
            "response_type": "code", "client_id": id, "redirect_uri": address, "scope": "read write",
            "state": "a b&c",
        ]
        for (name, value) in changes { fields.updateValue(value, forKey: name) }
        return Self.form(fields.compactMap { name, value in value.map { (name, $0) } }.sorted { $0.0 < $1.0 })
    }

    /// Asks, and the person answers.
    func consent(
        _ changes: [String: String?] = [:],
        decision: String = "allow",
        by person: (cookie: String, csrf: String)
    ) async throws -> Visitor.Answer {
        try await visitor.send(
            .post,
            "/oauth/authorize",
            form: question(changes) + "&csrf=\(person.csrf)&decision=\(decision)",
            cookie: person.cookie
        )
    }

    /// A code of a person who consents.
    func code(_ changes: [String: String?] = [:], by person: (cookie: String, csrf: String)) async throws
        -> String
    {
        let answer = try await consent(changes, by: person)
        #expect(answer.status == 303)
        return try #require(Self.query(answer)["code"])
    }

    /// What was added to the address that an answer leads to.
    static func query(_ answer: Visitor.Answer) -> [String: String] {
        let items = URLComponents(string: answer.headers[.location] ?? "")?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { $1 }
    }

    /// Asks for tokens as itself.
    func token(_ fields: [(String, String)], secret: String? = nil) async throws -> Visitor.Answer {
        let own = [("client_id", id), ("client_secret", secret ?? self.secret)]
        return try await visitor.send(.post, "/oauth/token", form: Self.form(own + fields))
    }

    func redeem(_ code: String, _ more: [(String, String)] = [], address: String? = nil) async throws
        -> Visitor.Answer
    {
        try await token(
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", address ?? self.address)]
                + more
        )
    }

    /// An access and a refresh token of a person who consents.
    func tokens(_ changes: [String: String?] = [:], by person: (cookie: String, csrf: String)) async throws
        -> (access: String, refresh: String)
    {
        let answer = try await redeem(try await code(changes, by: person))
        #expect(answer.status == 200)
        return try #require(Self.pair(answer))
    }

    static func pair(_ answer: Visitor.Answer) -> (access: String, refresh: String)? {
        guard let access = answer.json?.object?["access_token"]?.string,
            let refresh = answer.json?.object?["refresh_token"]?.string
        else { return nil }
        return (access, refresh)
    }

    func refresh(_ token: String, _ more: [(String, String)] = []) async throws -> Visitor.Answer {
        try await self.token([("grant_type", "refresh_token"), ("refresh_token", token)] + more)
    }

    /// The status of a request with a token that needs `read:accounts`.
    func status(_ token: String) async throws -> Int {
        try await visitor.send(.get, "/api/v1/accounts/verify_credentials", token: token).status
    }
}

extension Visitor.Answer {
    /// The code of an error in the form of RFC 6749.
    var errorCode: String? { json?.object?["error"]?.string }
}

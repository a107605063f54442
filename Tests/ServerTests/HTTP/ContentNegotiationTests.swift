import HTTPTypes
import Testing

@testable import Server

/// PAR-19.
@Suite("Content negotiation")
struct ContentNegotiationTests {
    private static let all: [Representation] = [.activity, .linkedData, .html]

    private static func choose(_ accept: String, _ offers: [Representation] = all) throws -> Representation {
        try ContentNegotiation.choose(offers, for: [.accept: accept])
    }

    @Test(
        "the client's favourite among the offers is chosen",
        arguments: [
            ("application/activity+json", Representation.activity),
            ("application/activity+json, application/ld+json", .activity),
            ("application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", .linkedData),
            (
                "application/ld+json;profile=\"https://example.org/ns https://www.w3.org/ns/activitystreams\"",
                .linkedData
            ),
            ("application/ld+json", .linkedData),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", .html),
            ("text/html, application/activity+json;q=0.9", .html),
            ("text/html;q=0.8, application/activity+json", .activity),
            ("*/*", .activity), ("text/*", .html), ("TEXT/HTML", .html),
            ("*/*, application/activity+json;q=0, application/ld+json;q=0", .html),
            ("application/activity+json;q=0.999, text/html;q=1.000", .html),
            ("text/html;x=\"a,b;q=0\", image/png", .html),
            ("nonsense, text/html", .html), (" , ,", .activity), ("", .activity),
        ]
    )
    func favourite(accept: String, expected: Representation) throws {
        #expect(try Self.choose(accept) == expected)
    }

    @Test(
        "nothing acceptable is 406",
        arguments: [
            "image/png", "application/activity+json;q=0", "*/*;q=0", "text/html;q=2, image/*",
            "application/ld+json; profile=\"https://example.org/other\"",
        ]
    )
    func nothing(accept: String) {
        #expect { try Self.choose(accept) } throws: { ($0 as? Problem)?.status == .notAcceptable }
    }

    @Test("an Accept of 100 KB is read in bounded time, up to its 64th range")
    func large() throws {
        let filler = String(repeating: "a/b,", count: 25_000)
        #expect(throws: Problem.self) { try Self.choose(filler + "text/html") }
        #expect(try Self.choose("text/html," + filler) == .html)
        let quotes = "text/html;x=\"" + String(repeating: "\\\"", count: 50_000)
        #expect(try Self.choose(quotes) == .html)
    }

    @Test("without Accept the first offer is sent")
    func missing() throws {
        #expect(try ContentNegotiation.choose([.html, .activity], for: [:]) == .html)
    }

    @Test("Vary names each field once")
    func vary() {
        var fields: HTTPFields = [.vary: "accept"]
        fields.vary(on: .accept, .signature)
        fields.vary(on: .signature)
        #expect(fields[.vary] == "accept, Signature")
    }
}

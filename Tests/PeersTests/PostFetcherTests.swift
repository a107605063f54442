import Domain
import Outbox
import Peers
import Storage
import TestKit
import Testing
import Vocabulary

@Suite("Fetching posts and resolving addresses")
struct PostFetcherTests {
    private static let everybody = "https://www.w3.org/ns/activitystreams#Public"

    private func note(_ path: String, on peer: FakePeer, by author: URI, to: String = everybody) throws
        -> JSONObject
    {
        [
            "id": .string("\(peer.origin)\(path)"), "type": "Note",
            "attributedTo": .string(author.description),
            "content": "<p>Hello</p>", "to": [.string(to)], "published": "2026-11-18T10:26:40Z",
        ]
    }

    private func refusal(_ stage: PeersStage, _ uri: URI) async throws -> PostRefusal? {
        do {
            _ = try await stage.instance.directory.posts.keep(uri, for: stage.school)
            return nil
        } catch let refusal as PostRefusal {
            return refusal
        }
    }

    private func count(_ stage: PeersStage) async throws -> Int {
        try await stage.instance.database.read {
            try $0.run("SELECT COUNT(*) AS n FROM post").first?["n"] ?? 0
        }
    }

    @Test("a post comes from its own home, once, and stands where it was published")
    func kept() async throws {
        try await PeersStage.use { stage async throws in
            let (ben, _) = try stage.person("ben", on: stage.south)
            stage.south.serve("/notes/1", try note("/notes/1", on: stage.south, by: ben))
            let uri = try stage.south.uri("/notes/1")
            let post = try await stage.instance.directory.posts.keep(uri, for: stage.school)
            #expect(post.uri == uri && post.body.text == "Hello")
            #expect(post.id.issuedAt == post.publishedAt)
            let again = try await stage.instance.directory.posts.keep(uri, for: stage.school)
            #expect(again.id == post.id && stage.south.count("/notes/1") == 1)
        }
    }

    @Test(
        "ORI-01, ORI-03: what is of another id, author, type or audience is not kept, and no stranger is asked"
    )
    func refused() async throws {
        try await PeersStage.use { stage async throws in
            let south = stage.south
            let (ben, _) = try stage.person("ben", on: south)
            let (eve, _) = try stage.person("eve", on: stage.evil)
            south.serve("/notes/other", try note("/notes/1", on: south, by: ben))
            south.serve("/notes/evil", try note("/notes/evil", on: south, by: eve))
            south.serve("/notes/html", try note("/notes/html", on: south, by: ben), type: "application/json")
            south.serve("/notes/few", try note("/notes/few", on: south, by: ben, to: "\(ben)/followers"))
            var like = try note("/notes/like", on: south, by: ben)
            like["type"] = "Like"
            south.serve("/notes/like", like)
            south.serve("/notes/gone", ["id": .string("\(south.origin)/notes/gone"), "type": "Tombstone"])
            stage.evil.serve("/notes/1", try note("/notes/1", on: stage.evil, by: eve))
            for (path, isExpected) in [
                ("other", { if case .fetch(.foreignID) = $0 { true } else { false } }),
                ("evil", { if case .author = $0 { true } else { false } }),
                ("html", { if case .fetch(.notActivityStreams) = $0 { true } else { false } }),
                ("few", { $0 == .notForEverybody }),
                ("like", { if case .notAPost = $0 { true } else { false } }),
                ("gone", { $0 == .fetch(.gone(status: 410)) }),
                ("none", { $0 == .fetch(.gone(status: 404)) }),
            ] as [(String, (PostRefusal) -> Bool)] {
                let refusal = try #require(
                    try await refusal(stage, try south.uri("/notes/\(path)")),
                    "\(path)"
                )
                #expect(isExpected(refusal), "\(path): \(refusal)")
            }
            let evil = try await refusal(stage, try stage.evil.uri("/notes/1"))
            #expect(evil == .fetch(.notAllowed(stage.evil.host)) && stage.evil.count() == 0)
            #expect(try await count(stage) == 0)
        }
    }

    @Test("a page's address leads to its object by its Link field, its head, an activity, or a redirect")
    func pages() async throws {
        try await PeersStage.use { stage async throws in
            let south = stage.south
            let (ben, _) = try stage.person("ben", on: south)
            south.serve("/notes/1", try note("/notes/1", on: south, by: ben))
            let alternate = #"rel="alternate"; type="application/activity+json""#
            south.reply(
                "/field",
                .response(
                    200,
                    "<html>",
                    fields: ["Content-Type: text/html", "Link: <\(south.origin)/notes/1>; \(alternate)"]
                )
            )
            let head =
                #"<html><head><link rel="alternate" type="application/rss+xml" href="/rss"><link type="application/activity+json" href="/notes/1" rel="alternate"></head>"#
            south.reply("/head", .response(200, head, fields: ["Content-Type: text/html; charset=utf-8"]))
            south.serve("/page", try note("/notes/1", on: south, by: ben))
            south.redirect("/short", to: "/page")
            south.serve(
                "/activities/1",
                [
                    "id": .string("\(south.origin)/activities/1"), "type": "Create",
                    "object": .string("\(south.origin)/notes/1"),
                ]
            )
            south.reply("/plain", .response(200, "<html><p>Hi", fields: ["Content-Type: text/html"]))
            south.reply(
                "/away",
                .response(
                    200,
                    "<html>",
                    fields: ["Content-Type: text/html", "Link: <\(stage.evil.origin)/notes/1>; \(alternate)"]
                )
            )
            let resolver = stage.instance.directory.resolver
            for path in ["/field", "/head", "/page", "/short", "/activities/1", "/notes/1"] {
                let found = try await resolver.resolve(try south.uri(path), for: stage.school)
                guard case .post(let id) = found else {
                    Issue.record("\(path): \(found)")
                    continue
                }
                let post = try await stage.instance.database.read { try $0.posts.find(id) }
                #expect(post?.uri == (try south.uri("/notes/1")), "\(path)")
                try await stage.instance.database.write { _ = try $0.run("DELETE FROM post") }
            }
            for path in ["/plain", "/away", "/none"] {
                await #expect(throws: PostRefusal.self, "\(path)") {
                    _ = try await resolver.resolve(try south.uri(path), for: stage.school)
                }
            }
            #expect(stage.evil.count() == 0)
        }
    }

    @Test("a profile's address and our own pages mean accounts and posts; ours are never asked for")
    func profiles() async throws {
        try await PeersStage.use { stage async throws in
            let (ben, _) = try stage.person("ben", on: stage.south)
            let ada = try await stage.instance.addPerson("ada", at: stage.school)
            let post = try await stage.instance.publisher.publish(.init(text: "Hi"), as: ada.id)
            let resolver = stage.instance.directory.resolver
            guard case .account(let id) = try await resolver.resolve(ben, for: stage.school) else {
                Issue.record("no account")
                return
            }
            #expect(try await stage.known(ben)?.id == id)
            for (address, found) in [
                ("/@ada", .account(ada.id)), (ada.uri.target, .account(ada.id)),
                ("/posts/\(post.id)", .post(post.id)),
                ("/@ada/\(post.id)", .post(post.id)), (post.uri.target, .post(post.id)),
            ] as [(String, AddressResolver.Found)] {
                let address = try URI("\(stage.school.origin)\(address)")
                #expect(try await resolver.known(address) == found, "\(address)")
            }
            await #expect(throws: PostRefusal.fetch(.ownHost(stage.school.host))) {
                _ = try await resolver.resolve(try URI("\(stage.school.origin)/@nobody"), for: stage.school)
            }
        }
    }
}

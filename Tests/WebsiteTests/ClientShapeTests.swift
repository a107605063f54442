import Domain
import HTTPTypes
import Outbox
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("What apps find in what they read")
    struct ClientShapeTests {
        @Test("what a post or a mute does not have is null, and not left out")
        func nulls() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("read write")
                let post = try await visitor.instance.publisher.publish(
                    PostDraft(text: "plain"),
                    as: visitor.ada.id
                )
                let path = "/api/v1/statuses/\(post.id)"
                let status = try #require(try await visitor.send(.get, path, token: token).json?.object)
                for key in [
                    "content_type", "link", "picture", "learning", "card", "poll", "quote", "reblog",
                    "edited_at",
                ] {
                    #expect(status[key] == .some(.null), "\(key)")
                }
                _ = try await visitor.send(
                    .post,
                    "/api/v1/accounts/\(visitor.cleo.id)/mute",
                    token: token
                )
                let mutes = try await visitor.send(.get, "/api/v1/mutes", token: token).json?.asList
                let muted = mutes?.first?.object
                #expect(muted?["id"]?.string == visitor.cleo.id.description)
                #expect(muted?["mute_expires_at"] == .some(.null))
            }
        }

        @Test(
            "an instance says what it lets partners, strangers and apps do, and that nobody is named to write to"
        )
        func instance() async throws {
            try await Visitor.use { visitor async throws in
                let first = try await visitor.send(.get, "/api/v1/instance").json?.object
                let second = try await visitor.send(.get, "/api/v2/instance").json?.object
                #expect(first?["contact_account"] == .some(.null))
                #expect(second?["contact"]?.object?["account"] == .some(.null))
                for instance in [first, second] {
                    let configuration = instance?["configuration"]?.object
                    #expect(configuration?["limited_federation"] == true)
                    #expect(configuration?["accounts"]?.object?["max_pinned_statuses"] == 5)
                    let access = configuration?["timelines_access"]?.object
                    #expect(access?["live_feeds"]?.object?["local"] == "public")
                }
            }
        }

        @Test(
            "the size of a preview is told as it is in its file",
            arguments: [[1_000, 500], [641, 90], [60, 40]]
        )
        func preview(_ sides: [Int]) async throws {
            try await Visitor.use { visitor in
                let token = try await visitor.token("write")
                let answer = try await visitor.send(
                    .post,
                    "/api/v2/media",
                    bytes: UploadTests.form(
                        "file",
                        try TestPicture.picture("jpg", width: sides[0], height: sides[1])
                    ),
                    type: UploadTests.type,
                    token: token
                )
                let media = try #require(answer.json?.object)
                let small = media["meta"]?.object?["small"]?.object
                let address = try URI(try #require(media["preview_url"]?.string)).target
                let file = try await visitor.send(.get, address).bytes
                // The sides of a WebP picture stand behind its start code (RFC 6386, section 9.1).
                let start = try #require(
                    file.indices.dropLast(7).first { Array(file[$0..<$0 + 3]) == [0x9D, 0x01, 0x2A] }
                )
                let (width, height) = (
                    Int64(file[start + 3]) | Int64(file[start + 4] & 0x3F) << 8,
                    Int64(file[start + 5]) | Int64(file[start + 6] & 0x3F) << 8
                )
                #expect(small?["width"]?.integer == width && small?["height"]?.integer == height)
            }
        }

        @Test("a hashtag that one follows is found by its name before anybody has used it")
        func followedHashtag() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("read write")
                let search = "/api/v2/search?type=hashtags&q=chemistry"
                func names() async throws -> [String?] {
                    let found = try await visitor.send(.get, search, token: token).json?.object
                    return found?["hashtags"]?.asList.map { $0.object?["name"]?.string } ?? []
                }
                #expect(try await names() == [])
                _ = try await visitor.send(.post, "/api/v1/tags/chemistry/follow", token: token)
                #expect(try await names() == ["chemistry"])
            }
        }
    }
}

import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Bookmarks, favourites and mutes in the client API")
    struct SavingTests {
        @Test("a bookmark is listed for who made it alone, newest first by bookmark, and goes with the post")
        func bookmarks() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let old = try await publisher.publish(PostDraft(text: "old"), as: visitor.ada.id)
                let new = try await publisher.publish(PostDraft(text: "new"), as: visitor.ada.id)
                var secret = PostDraft(text: "to myself")
                secret.audience = .direct
                let hidden = try await publisher.publish(secret, as: visitor.ada.id)
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                for post in [new, old] {
                    let path = "/api/v1/statuses/\(post.id)/bookmark"
                    let marked = try await visitor.send(.post, path, token: cleo)
                    #expect(marked.json?.object?["bookmarked"] == true)
                    #expect(try await visitor.send(.post, path, token: cleo).status == 200)
                }
                let refused = "/api/v1/statuses/\(hidden.id)/bookmark"
                #expect(try await visitor.send(.post, refused, token: cleo).status == 404)
                #expect(try await visitor.send(.post, refused).status == 401)
                #expect(
                    try await visitor.ids("/api/v1/bookmarks", cleo) == [old.id, new.id].map(\.description)
                )
                let first = try await visitor.send(.get, "/api/v1/bookmarks?limit=1", token: cleo)
                let link = try #require(first.headers[HTTPField.Name("Link") ?? .location])
                let next = link.split(separator: "max_id=").last.map { $0.prefix { $0 != ">" } } ?? ""
                #expect(
                    try await visitor.ids("/api/v1/bookmarks?max_id=\(next)", cleo) == [new.id.description]
                )
                let ada = try await visitor.token("read write")
                #expect(try await visitor.ids("/api/v1/bookmarks", ada) == [])
                try await publisher.delete(old.id, as: visitor.ada.id)
                #expect(try await visitor.ids("/api/v1/bookmarks", cleo) == [new.id.description])
                let unmarked = try await visitor.send(
                    .post,
                    "/api/v1/statuses/\(new.id)/unbookmark",
                    token: cleo
                )
                #expect(unmarked.json?.object?["bookmarked"] == false)
                #expect(try await visitor.ids("/api/v1/bookmarks", cleo) == [])
            }
        }

        @Test("what one has liked is listed")
        func favourites() async throws {
            try await Visitor.use { visitor async throws in
                let post = try await visitor.instance.publisher.publish(
                    PostDraft(text: "Hi"),
                    as: visitor.ada.id
                )
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                #expect(try await visitor.ids("/api/v1/favourites", cleo) == [])
                let path = "/api/v1/statuses/\(post.id)"
                #expect(try await visitor.send(.post, "\(path)/favourite", token: cleo).status == 200)
                #expect(try await visitor.ids("/api/v1/favourites", cleo) == [post.id.description])
                #expect(try await visitor.send(.post, "\(path)/unfavourite", token: cleo).status == 200)
                #expect(try await visitor.ids("/api/v1/favourites", cleo) == [])
            }
        }

        @Test("who is muted is neither in the timelines nor in notices, until the mute ends")
        func mutes() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                _ = try await publisher.follow(visitor.ada.id, as: visitor.cleo.id)
                let mine = try await publisher.publish(PostDraft(text: "mine"), as: visitor.cleo.id)
                let post = try await publisher.publish(PostDraft(text: "Hi #art"), as: visitor.ada.id)
                try await publisher.react(.like, to: mine.id, as: visitor.ada.id)
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                let lists = ["timelines/home", "timelines/public", "timelines/tag/art"]
                func seen() async throws -> [Bool] {
                    var seen: [Bool] = []
                    for list in lists {
                        seen.append(
                            try await visitor.ids("/api/v1/\(list)", cleo).contains(post.id.description)
                        )
                    }
                    seen.append(try await !visitor.ids("/api/v1/notifications", cleo).isEmpty)
                    return seen
                }
                #expect(try await seen() == [true, true, true, true])
                let path = "/api/v1/accounts/\(visitor.ada.id)"
                let muted = try await visitor.send(.post, "\(path)/mute", form: "duration=60", token: cleo)
                #expect(muted.json?.object?["muting"] == true)
                #expect(muted.json?.object?["muting_notifications"] == true)
                #expect(try await seen() == [false, false, false, false])
                let list = try await visitor.send(.get, "/api/v1/mutes", token: cleo).json?.asList
                #expect(list?.first?.object?["id"]?.string == visitor.ada.id.description)
                #expect(list?.first?.object?["mute_expires_at"]?.string != nil)
                let heard = try await visitor.send(
                    .post,
                    "\(path)/mute",
                    form: "notifications=false",
                    token: cleo
                )
                #expect(heard.json?.object?["muting_notifications"] == false)
                #expect(try await seen() == [false, false, false, true])
                _ = try await visitor.send(.post, "\(path)/mute", form: "duration=60", token: cleo)
                let later = visitor.instance.clock.now() + .seconds(61)
                #expect(
                    try await visitor.instance.database.write {
                        try $0.mutes.removeExpired(now: later, limit: 10)
                    } == 1
                )
                #expect(try await seen() == [true, true, true, true])
                let own = "/api/v1/accounts/\(visitor.cleo.id)/mute"
                #expect(try await visitor.send(.post, own, token: cleo).status == 422)
            }
        }

        @Test("of a thread that is muted nothing is told, from its first post down")
        func conversations() async throws {
            try await Visitor.use { visitor async throws in
                let publisher = visitor.instance.publisher
                let root = try await publisher.publish(PostDraft(text: "Well?"), as: visitor.cleo.id)
                let cleo = try await visitor.token("read write", for: visitor.cleo)
                let path = "/api/v1/statuses/\(root.id)"
                let muted = try await visitor.send(.post, "\(path)/mute", token: cleo)
                #expect(muted.json?.object?["muted"] == true)
                var answer = PostDraft(text: "@cleo yes")
                answer.inReplyTo = root.id
                _ = try await publisher.publish(answer, as: visitor.ada.id)
                #expect(try await visitor.ids("/api/v1/notifications", cleo) == [])
                #expect(try await visitor.send(.post, "\(path)/unmute", token: cleo).status == 200)
                _ = try await publisher.publish(answer, as: visitor.ada.id)
                #expect(try await visitor.ids("/api/v1/notifications", cleo).count == 1)
            }
        }
    }
}

extension Visitor {
    /// The ids in a list of the client API.
    func ids(_ path: String, _ token: String) async throws -> [String] {
        let answer = try await send(.get, path, token: token)
        return answer.json?.asList.compactMap { $0.object?["id"]?.string } ?? ["status \(answer.status)"]
    }
}

import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Server

extension FederationTests {
    @Suite("Serving the collections of posts", .timeLimit(.minutes(10)))
    struct PostCollectionRouteTests {
        private static func answer(
            _ stage: FederationStage,
            _ parent: Post,
            _ text: String,
            _ audience: Audience = .public,
            as account: Account? = nil
        ) async throws -> Post {
            stage.instance.clock.advance(by: Span(milliseconds: 2))
            let draft = PostDraft(text: text, audience: audience, inReplyTo: parent.id)
            return try await stage.instance.publisher.publish(draft, as: (account ?? stage.ada).id)
        }

        /// An answer of a peer's as if it had come in.
        private static func foreign(_ stage: FederationStage, _ parent: Post, by peer: TestPeer) async throws
            -> Post
        {
            stage.instance.clock.advance(by: Span(milliseconds: 2))
            let answer = Post(
                id: stage.instance.ids.next(),
                uri: try URI("\(peer.account.uri)/notes/\(stage.instance.ids.next() as Post.ID)"),
                author: peer.account.id,
                audience: .public,
                inReplyTo: parent.uri,
                conversation: parent.conversation,
                body: Post.Body(html: "<p>foreign</p>", text: "foreign"),
                publishedAt: stage.instance.clock.now()
            )
            return try await stage.instance.database.write { db in
                _ = try db.posts.insert(answer, addressees: [])
                return answer
            }
        }

        private static func items(
            _ stage: FederationStage,
            _ uri: String?,
            by peer: TestPeer?,
            first: String = "?page=true"
        ) async throws -> [String] {
            let target = try URI(try #require(uri)).target
            let overview = try await stage.get(target, by: peer)
            #expect(overview.status == 200 && overview["type"] == "OrderedCollection")
            #expect(overview["orderedItems"] == nil)
            var items: [String] = []
            var next: String? = target + first
            while let page = next, items.count < 100 {
                let answer = try await stage.get(page, by: peer)
                #expect(answer.status == 200 && answer["type"] == "OrderedCollectionPage")
                items += (answer["orderedItems"]?.array ?? []).compactMap(\.string)
                next = try answer["next"]?.string.map { try URI($0).target }
            }
            #expect(overview["totalItems"]?.integer == Int64(items.count))
            return items
        }

        @Test(
            "answers are named to those who may see them, each server's own and ours; newest first, in pages"
        )
        func replies() async throws {
            try await FederationStage.use { stage async throws in
                let root = try await stage.publish("root")
                let document = try await stage.get(root.uri.target, by: stage.wim)
                let replies = document["replies"]?.string
                var open: [String] = []
                for number in 0..<22 {
                    open.append(try await Self.answer(stage, root, "\(number)").uri.description)
                }
                let followers = try await Self.answer(stage, root, "for followers", .followers)
                _ = try await Self.answer(stage, root, "for us", .school)
                let deleted = try await Self.answer(stage, root, "deleted")
                try await stage.instance.publisher.delete(deleted.id, as: stage.ada.id)
                let south = try await Self.foreign(stage, root, by: stage.dora)
                let wanted = Array(open.reversed())
                #expect(try await Self.items(stage, replies, by: stage.wim) == wanted)
                // Ben of the same server follows ada.
                #expect(
                    try await Self.items(stage, replies, by: stage.ben)
                        == [south.uri.description, followers.uri.description] + wanted
                )
                try await stage.requireSignedReads(false)
                #expect(try await Self.items(stage, replies, by: nil) == wanted)
            }
        }

        @Test("likes and boosts are counted, and nobody is named")
        func counts() async throws {
            try await FederationStage.use { stage async throws in
                let post = try await stage.publish("hello")
                let document = try await stage.get(post.uri.target, by: stage.wim)
                for kind in [Reaction.Kind.like, .boost] {
                    try await stage.instance.publisher.react(kind, to: post.id, as: stage.cleo.id)
                }
                try await stage.instance.publisher.react(.like, to: post.id, as: stage.eve.id)
                for (term, count) in [("likes", 2), ("shares", 1)] {
                    let target = try URI(try #require(document[term]?.string)).target
                    for query in ["", "?page=true"] {
                        let answer = try await stage.get(target + query, by: stage.wim)
                        #expect(answer.status == 200 && answer["type"] == "OrderedCollection")
                        #expect(answer["totalItems"]?.integer == Int64(count))
                        #expect(answer["first"] == nil && answer["orderedItems"] == nil)
                    }
                }
            }
        }

        @Test(
            "a conversation has what ours wrote in it, whoever it answers, for those who may see it (FEP-f228)"
        )
        func conversation() async throws {
            try await FederationStage.use { stage async throws in
                let root = try await stage.publish("root")
                let document = try await stage.get(root.uri.target, by: stage.wim)
                let foreign = try await Self.foreign(stage, root, by: stage.dora)
                // West may not see what it answers, but this itself.
                let below = try await Self.answer(stage, foreign, "below", as: stage.cleo)
                let followers = try await Self.answer(stage, root, "for followers", .followers)
                _ = try await stage.publish("another conversation")
                let context = document["context"]?.string
                let open = [below, root].map(\.uri.description)
                #expect(try await Self.items(stage, context, by: stage.wim) == open)
                let all = [followers.uri.description] + open
                #expect(try await Self.items(stage, context, by: stage.ben) == all)
                let overview = try await stage.get(try URI(context ?? "").target, by: stage.wim)
                #expect(overview["attributedTo"]?.string == stage.ada.uri.description)
                // Below is in the same one, which does not begin with it.
                let other = "/ap/contexts/\(below.id)"
                #expect(try await Self.items(stage, "https://school.test\(other)", by: stage.wim) == [])
            }
        }

        @Test(
            "PRV-02: the collections of a post that the reader may not see are answered as if it were not there",
            arguments: ["posts/ID/replies", "posts/ID/likes", "posts/ID/shares", "contexts/ID"]
        )
        func unseen(_ path: String) async throws {
            try await FederationStage.use { stage async throws in
                let posts = try await stage.publishAll()
                func status(_ id: Post.ID, _ peer: TestPeer?) async throws -> Int? {
                    let target = "/ap/" + path.replacing("ID", with: id.description)
                    return try await stage.get(target, by: peer).status
                }
                for (audience, post) in posts {
                    let ben: Bool = audience != .school
                    let wim = audience == .public || audience == .unlisted || audience == .partners
                    #expect(try await status(post.id, stage.ben) == (ben ? 200 : 404), "\(audience)")
                    #expect(try await status(post.id, stage.wim) == (wim ? 200 : 404), "\(audience)")
                    #expect(try await status(post.id, nil) == 401)
                    #expect(try await status(post.id, stage.mallory) == 403)
                }
                let own = try #require(posts[.public])
                try await stage.instance.publisher.delete(own.id, as: stage.ada.id)
                #expect(try await status(own.id, stage.ben) == 404)
                #expect(try await status(Post.ID(rawValue: 7), stage.ben) == 404)
                let annexed = try await stage.publish("annex", as: stage.eve)
                #expect(try await status(annexed.id, stage.ben) == 404)
                let foreign = try await stage.addForeignPost(by: stage.ben)
                #expect(try await status(foreign.id, stage.ben) == 404)
            }
        }
    }
}

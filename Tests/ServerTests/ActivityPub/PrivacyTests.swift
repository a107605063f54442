import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Server

extension FederationTests {
    @Suite("What is served of posts", .timeLimit(.minutes(10)))
    struct PrivacyTests {
        /// Who asks.
        enum Asker: String, CaseIterable, Sendable {
            case nobody, nobodyWhereOpen, follower, partner, stranger

            func peer(_ stage: FederationStage) -> TestPeer? {
                switch self {
                case .nobody, .nobodyWhereOpen: nil
                case .follower: stage.ben
                case .partner: stage.wim
                case .stranger: stage.mallory
                }
            }

            /// The status that each audience's post has for the asker.
            func status(_ audience: Audience) -> Int {
                switch (self, audience) {
                case (.nobody, _): 401
                case (.stranger, _): 403
                case (_, .public), (_, .unlisted): 200
                case (.follower, .followers), (.follower, .direct): 200
                case (.follower, .partners), (.partner, .partners): 200
                default: 404
                }
            }
        }

        @Test(
            "a post and its activity are served to whom it is for, and to others do not exist",
            arguments: Asker.allCases
        )
        func table(_ asker: Asker) async throws {
            try await FederationStage.use { stage async throws in
                let posts = try await stage.publishAll()
                if asker == .nobodyWhereOpen { try await stage.requireSignedReads(false) }
                let peer = asker.peer(stage)
                let missing = try await stage.get("/ap/posts/1", by: peer)
                for (audience, post) in posts {
                    let create = try await stage.activity("Create", about: post)
                    for path in [post.uri.target, create] where !path.isEmpty {
                        let answer = try await stage.get(path, by: peer)
                        #expect(answer.status == asker.status(audience), "\(audience) \(path)")
                        if answer.status == 200 {
                            #expect(answer["id"]?.string == "https://school.test" + path)
                        } else {
                            #expect(
                                !answer.text.contains("only you") && !answer.text.contains("for \(audience)")
                            )
                            #expect(answer.text.body == missing.text.body)
                        }
                    }
                }
            }
        }

        @Test("another server of a partner's is not let in by who is addressed elsewhere")
        func direct() async throws {
            try await FederationStage.use { stage async throws in
                let post = try await stage.publish("@wim@west.test psst", .direct)
                let create = try await stage.activity("Create", about: post)
                for path in [post.uri.target, create] {
                    #expect(try await stage.get(path, by: stage.ben).status == 404)
                    #expect(try await stage.get(path, by: stage.wim).status == 200)
                }
            }
        }

        @Test("a followers' post is no longer served to a host once its last follower is gone")
        func unfollowed() async throws {
            try await FederationStage.use { stage async throws in
                let post = try await stage.publish("for followers", .followers)
                let create = try await stage.activity("Create", about: post)
                for path in [post.uri.target, create] {
                    #expect(try await stage.get(path, by: stage.ben).status == 200)
                }
                let (ben, ada) = (stage.ben.account.id, stage.ada.id)
                try await stage.instance.database.write { db in
                    if let follow = try db.follows.find(follower: ben, followed: ada) {
                        try db.follows.remove(follow.id)
                    }
                }
                for path in [post.uri.target, create] {
                    #expect(try await stage.get(path, by: stage.ben).status == 404)
                }
            }
        }

        @Test("a school's post is not served under another school's name")
        func schools() async throws {
            try await FederationStage.use { stage async throws in
                let theirs = try await stage.publish("from the annex", as: stage.eve)
                let create = try await stage.activity("Create", about: theirs)
                for path in [theirs.uri.target, create] {
                    #expect(try await stage.get(path, by: stage.ben).status == 404)
                }
                #expect(try await stage.get(create, accept: "text/html").status == 404)
                let ours = try await stage.publish("from here")
                #expect(try await stage.get(ours.uri.target, by: stage.ben).status == 200)
            }
        }

        @Test(
            "PRV-02: a browser is sent to a post's page, the same for a post that is not there or not for it"
        )
        func pages() async throws {
            try await FederationStage.use { stage async throws in
                let ids = try await stage.publishAll().values.map(\.id.description) + ["1"]
                for id in ids {
                    let answer = try await stage.get("/ap/posts/\(id)", accept: "text/html")
                    #expect(answer.status == 303 && answer.text.body.isEmpty)
                    #expect(answer.field("Location") == "/posts/\(id)")
                    #expect(answer.field("Vary") == "Accept, Signature")
                }
            }
        }

        @Test("a deleted post is a Tombstone with 410 to those who could see it, and unknown to the others")
        func deleted() async throws {
            try await FederationStage.use { stage async throws in
                let posts = try await stage.publishAll()
                for post in posts.values {
                    try await stage.instance.publisher.delete(post.id, as: stage.ada.id)
                }
                let expected: [Audience: (ben: Int, wim: Int)] = [
                    .public: (410, 410), .unlisted: (410, 410), .partners: (410, 410), .followers: (410, 404),
                    .school: (404, 404), .direct: (404, 404),
                ]
                for (audience, post) in posts {
                    let answer = try await stage.get(post.uri.target, by: stage.ben)
                    #expect(answer.status == expected[audience]?.ben, "\(audience)")
                    if answer.status == 410 {
                        #expect(answer["type"]?.string == "Tombstone")
                        #expect(answer["id"]?.string == post.uri.description)
                        #expect(answer["content"] == nil)
                    }
                    #expect(
                        try await stage.get(post.uri.target, by: stage.wim).status == expected[audience]?.wim
                    )
                    #expect(try await stage.get(post.uri.target).status == 401)
                    let create = try await stage.activity("Create", about: post)
                    if !create.isEmpty { #expect(try await stage.get(create, by: stage.ben).status == 404) }
                }
            }
        }

        @Test("after an edit every activity shows the post as it is now")
        func edited() async throws {
            try await FederationStage.use { stage async throws in
                let post = try await stage.publish("the secret word is rosebud")
                let create = try await stage.activity("Create", about: post)
                _ = try await stage.instance.publisher.edit(
                    post.id,
                    PostDraft(text: "rosebud again"),
                    as: stage.ada.id
                )
                let first = try await stage.activity("Update", about: post)
                _ = try await stage.instance.publisher.edit(
                    post.id,
                    PostDraft(text: "harmless"),
                    as: stage.ada.id
                )
                for path in [create, first, post.uri.target] {
                    let answer = try await stage.get(path, by: stage.ben)
                    #expect(answer.status == 200)
                    #expect(answer.text.contains("harmless"))
                    #expect(!answer.text.contains("rosebud"))
                }
            }
        }
    }
}

import Domain
import Storage
import TestKit
import Testing

@testable import Outbox

@Suite("Who of ours may answer and boost")
struct InteractionTests {
    @Test(
        "ours answer and boost as the author chose, whether the author is ours or a peer's",
        arguments: [
            (InteractionPolicy.everyone, ["stranger", "follower", "mentioned", "author"]),
            (.followers, ["follower", "mentioned", "author"]),
            (.mentioned, ["mentioned", "author"]),
            (.nobody, ["author"]),
        ]
    )
    func policies(policy: InteractionPolicy, allowed: [String]) async throws {
        try await OutboxStage.use { stage in
            let people = try await people(stage)
            let own = try await ownPost(policy, stage)
            let foreign = try await foreignPost(policy, mentioning: people["mentioned"], stage)
            for (name, person) in people.sorted(by: { $0.key < $1.key }) {
                for post in [own, foreign] where name != "author" || post.author == person.id {
                    let mayDo = allowed.contains(name)
                    #expect(try await answers(post, person, stage) == mayDo, "\(name) answers")
                    #expect(try await boosts(post, person, stage) == mayDo, "\(name) boosts")
                    // Likes are nobody's to forbid.
                    try await stage.instance.publisher.react(.like, to: post.id, as: person.id)
                }
            }
        }
    }

    private func people(_ stage: OutboxStage) async throws -> [String: Account] {
        var people = ["author": stage.ada]
        for name in ["stranger", "follower", "mentioned"] {
            people[name] = try await stage.instance.addPerson(name, at: stage.school)
        }
        if let follower = people["follower"] {
            try await stage.instance.addFollow(of: stage.ada, by: follower)
            try await stage.instance.addFollow(of: stage.ben, by: follower)
        }
        return people
    }

    private func ownPost(_ policy: InteractionPolicy, _ stage: OutboxStage) async throws -> Post {
        var draft = PostDraft(text: "Hello @mentioned")
        (draft.replyPolicy, draft.boostPolicy) = (policy, policy)
        return try await stage.instance.publisher.publish(draft, as: stage.ada.id)
    }

    private func foreignPost(
        _ policy: InteractionPolicy,
        mentioning mentioned: Account?,
        _ stage: OutboxStage
    )
        async throws -> Post
    {
        let post = Post(
            id: stage.instance.ids.next(),
            uri: try URI("\(stage.ben.uri)/posts/\(policy)"),
            author: stage.ben.id,
            audience: .public,
            replyPolicy: policy,
            boostPolicy: policy,
            body: Post.Body(
                html: "<p>Hello</p>",
                text: "Hello",
                mentions: [mentioned].compactMap { $0?.uri }
            ),
            publishedAt: stage.instance.clock.now()
        )
        try await stage.instance.database.write { try $0.posts.insert(post, addressees: []) }
        return post
    }

    private func answers(_ post: Post, _ person: Account, _ stage: OutboxStage) async throws -> Bool {
        do {
            let draft = PostDraft(text: "An answer", inReplyTo: post.id)
            _ = try await stage.instance.publisher.publish(draft, as: person.id)
            return true
        } catch OutboxError.repliesClosed(let policy) {
            #expect(policy == post.replyPolicy)
            return false
        }
    }

    private func boosts(_ post: Post, _ person: Account, _ stage: OutboxStage) async throws -> Bool {
        do {
            try await stage.instance.publisher.react(.boost, to: post.id, as: person.id)
            return true
        } catch OutboxError.boostsClosed(let policy) {
            #expect(policy == post.boostPolicy)
            return false
        }
    }
}

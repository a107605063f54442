import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

@Suite("Answers and boosts against an author's choice")
struct InteractionPolicyTests {
    private func post(_ policy: InteractionPolicy, _ stage: InboxStage) async throws -> Post {
        var draft = PostDraft(text: "Hello @dora@south.test")
        (draft.replyPolicy, draft.boostPolicy) = (policy, policy)
        return try await stage.instance.publisher.publish(draft, as: stage.ada.id)
    }

    private func outcome(_ stage: InboxStage, _ id: String) async throws -> String? {
        let uri = try URI(id)
        if try await stage.state(of: uri) == .applied { return "applied" }
        return try await stage.instance.database.read { try $0.receivedActivities.find(uri: uri)?.reason }
    }

    @Test(
        "those of peers are dropped for a named reason, and twins of those who may are shown",
        arguments: [
            (InteractionPolicy.everyone, ben: true, dora: true),
            (.followers, ben: true, dora: true),
            (.mentioned, ben: false, dora: true),
            (.nobody, ben: false, dora: false),
        ]
    )
    func peers(policy: InteractionPolicy, ben: Bool, dora: Bool) async throws {
        try await InboxStage.use { stage in
            try await stage.instance.addFollow(of: stage.ada, by: stage.ben.account)
            let post = try await post(policy, stage)
            for (peer, isAllowed) in [(stage.ben, ben), (stage.dora, dora)] {
                let actor = peer.account.uri.description
                let answer: JSONObject = [
                    "id": .string("\(actor)/activities/answer"), "type": "Create", "actor": .string(actor),
                    "object": [
                        "id": .string("\(actor)/notes/answer"), "type": "Note",
                        "attributedTo": .string(actor), "content": "<p>So do I</p>",
                        "inReplyTo": .string(post.uri.description),
                        "to": ["https://www.w3.org/ns/activitystreams#Public"],
                        "cc": [.string(stage.ada.uri.description)],
                    ],
                ]
                let boost: JSONObject = [
                    "id": .string("\(actor)/activities/boost"), "type": "Announce", "actor": .string(actor),
                    "object": .string(post.uri.description),
                    "to": ["https://www.w3.org/ns/activitystreams#Public"],
                ]
                _ = try await stage.apply(answer, by: peer)
                _ = try await stage.apply(boost, by: peer)
                let answered = try await outcome(stage, "\(actor)/activities/answer")
                let boosted = try await outcome(stage, "\(actor)/activities/boost")
                #expect(answered == (isAllowed ? "applied" : "replies are for \(policy)"))
                #expect(boosted == (isAllowed ? "applied" : "boosts are for \(policy)"))
                let uri = try URI("\(actor)/notes/answer")
                let isKept = try await stage.instance.database.read { try $0.posts.find(uri: uri) != nil }
                #expect(isKept == isAllowed)
            }
            let boosts = try await stage.instance.database.read {
                try $0.reactions.counts(of: [post.id])[post.id]?.boosts ?? 0
            }
            #expect(boosts == [ben, dora].count { $0 })
        }
    }
}

import Domain
import Storage
import TestKit
import Testing

@testable import Outbox

@Suite("Where activities go")
struct RecipientTests {
    @Test(
        "PRV-06: each audience reaches exactly its inboxes: no server that is no partner, and none twice",
        arguments: [
            (
                Audience.public,
                ["south.test/inbox", "west.test/inbox", "rest.test/inbox", "east.test/users/eve/inbox"]
            ),
            (
                .unlisted,
                ["south.test/inbox", "west.test/inbox", "rest.test/inbox", "east.test/users/eve/inbox"]
            ),
            (
                .followers,
                ["south.test/inbox", "west.test/inbox", "rest.test/inbox", "east.test/users/eve/inbox"]
            ),
            (.partners, ["south.test/inbox", "west.test/inbox", "east.test/users/eve/inbox"]),
            (.direct, ["south.test/users/ben/inbox", "east.test/users/eve/inbox"]),
            (.school, []),
        ]
    )
    func audiences(audience: Audience, inboxes: [String]) async throws {
        try await OutboxStage.use { stage in
            try await stage.post("For @ben@south.test and @eve@east.test", audience)
            #expect(try await stage.inboxes("Create") == Set(inboxes))
        }
    }

    @Test("PRV-06: a direct message goes to its addressee's server alone")
    func direct() async throws {
        try await OutboxStage.use { stage in
            try await stage.post("Only @eve@east.test", .direct)
            #expect(try await stage.inboxes("Create") == ["east.test/users/eve/inbox"])
        }
    }

    @Test(
        "PRV-04, PRV-05: what is for followers goes to no server without one, and no longer when the last has gone"
    )
    func withoutFollowers() async throws {
        try await OutboxStage.use { stage in
            try await stage.unfollow(stage.wim)
            let post = try await stage.post("For those who follow", .followers)
            #expect(try await stage.inboxes("Create") == ["south.test/inbox", "rest.test/inbox"])
            try await stage.unfollow(stage.ben)
            let draft = PostDraft(text: "For those who still follow", audience: .followers)
            _ = try await stage.instance.publisher.edit(post.id, draft, as: stage.ada.id)
            #expect(try await stage.inboxes("Update") == ["rest.test/inbox"])
        }
    }

    @Test(
        "an edit and a deletion reach whom the post answers, and servers whose last follower has left since"
    )
    func changes() async throws {
        try await OutboxStage.use { stage in
            let parent = try await stage.foreignPost(by: stage.eve)
            let post = try await stage.post("An answer", .public, answers: parent)
            let all: Set = [
                "south.test/inbox", "west.test/inbox", "rest.test/inbox", "east.test/users/eve/inbox",
            ]
            #expect(try await stage.inboxes("Create") == all)
            try await stage.unfollow(stage.wim)
            _ = try await stage.instance.publisher.edit(post.id, PostDraft(text: "Better"), as: stage.ada.id)
            #expect(try await stage.inboxes("Update") == all)
            try await stage.instance.publisher.delete(post.id, as: stage.ada.id)
            #expect(try await stage.inboxes("Delete") == all)
        }
    }

    @Test(
        "a deletion reaches every server that has the post, whoever follows now; a blocked one gets nothing"
    )
    func deletion() async throws {
        try await OutboxStage.use { stage in
            let post = try await stage.post("For those who follow", .followers)
            try await stage.unfollow(stage.wim)
            try await stage.partner("south.test", .blocked)
            try await stage.instance.publisher.delete(post.id, as: stage.ada.id)
            #expect(try await stage.inboxes("Delete") == ["west.test/inbox", "rest.test/inbox"])
        }
    }

    @Test("a boost is taken back where it went, and a farewell reaches all that an account has written to")
    func farewell() async throws {
        try await OutboxStage.use { stage in
            let post = try await stage.foreignPost(by: stage.eve)
            try await stage.instance.publisher.react(.boost, to: post.id, as: stage.ada.id)
            try await stage.unfollow(stage.wim)
            try await stage.instance.publisher.undo(.boost, of: post.id, as: stage.ada.id)
            #expect(try await stage.inboxes("Undo") == stage.inboxes("Announce"))
            try await stage.unfollow(stage.ben)
            try await stage.instance.publisher.deleteAccount(stage.ada.id)
            let hosts = try await stage.inboxes("Delete").map { $0.split(separator: "/")[0] }
            #expect(Set(hosts) == ["south.test", "west.test", "rest.test", "east.test"])
        }
    }

    @Test(
        "when a host is blocked, or a school turns to partners only, what waits for it and those below is given up"
    )
    func parting() async throws {
        try await OutboxStage.use { stage in
            var open = stage.school
            open.federation = .open
            try await stage.instance.admin.update(open, by: "test")
            let sub = try await stage.instance.addPeer("sue", at: "sub.west.test").account
            try await stage.instance.addFollow(of: stage.ada, by: sub)
            try await stage.post("For all")
            func waiting() async throws -> Set<String> {
                let lines = try await stage.instance.database.read {
                    try $0.queue.deliveries(.waiting, host: nil)
                }
                return Set(lines.map(\.inbox.host.description))
            }
            #expect(
                try await waiting() == ["south.test", "west.test", "sub.west.test", "rest.test", "evil.test"]
            )
            try await stage.partner("west.test", .blocked)
            #expect(try await waiting() == ["south.test", "rest.test", "evil.test"])
            try await stage.instance.admin.update(stage.school, by: "test")
            #expect(try await waiting() == ["south.test", "rest.test"])
            #expect(try await stage.instance.admin.retryDeliveries(to: nil, by: "test") == 2)
        }
    }
}

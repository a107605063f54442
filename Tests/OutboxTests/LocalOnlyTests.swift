import Domain
import Storage
import TestKit
import Testing

@testable import Outbox

@Suite("What stays on this instance")
struct LocalOnlyTests {
    private func draft(_ text: String, _ audience: Audience = .public, isLocalOnly: Bool = true) -> PostDraft
    {
        var draft = PostDraft(text: text, audience: audience)
        draft.isLocalOnly = isLocalOnly
        return draft
    }

    private func everyInbox(_ stage: OutboxStage) async throws -> [String] {
        try await stage.instance.database.read { try $0.queue.deliveries(nil, host: nil) }
            .map(\.inbox.description)
    }

    @Test(
        "PRV-06: nothing about it is delivered, whomever it is for; its twin that may leave is",
        arguments: [Audience.public, .unlisted, .partners, .followers]
    )
    func deliveries(audience: Audience) async throws {
        try await OutboxStage.use { stage in
            let publisher = stage.instance.publisher
            for isLocalOnly in [true, false] {
                let text = "For @ben@south.test"
                let post = try await publisher.publish(
                    draft(text, audience, isLocalOnly: isLocalOnly),
                    as: stage.ada.id
                )
                try await publisher.pin(post.id, as: stage.ada.id)
                try await publisher.react(.like, to: post.id, as: stage.ada.id)
                if audience != .partners { try await publisher.react(.boost, to: post.id, as: stage.ada.id) }
                _ = try await publisher.edit(
                    post.id,
                    draft("Better", audience, isLocalOnly: isLocalOnly),
                    as: stage.ada.id
                )
                if audience != .partners { try await publisher.undo(.boost, of: post.id, as: stage.ada.id) }
                try await publisher.unpin(post.id, as: stage.ada.id)
                try await publisher.delete(post.id, as: stage.ada.id)
                #expect(try await everyInbox(stage).isEmpty == isLocalOnly)
            }
        }
    }

    @Test("it addresses nobody elsewhere, is in no outbox, and no server may see it")
    func hidden() async throws {
        try await OutboxStage.use { stage in
            for isLocalOnly in [true, false] {
                let post = try await stage.instance.publisher.publish(
                    draft("For @ben@south.test", isLocalOnly: isLocalOnly),
                    as: stage.ada.id
                )
                let south = try Host("south.test")
                let (addressees, isSeen, outbox) = try await stage.instance.database.read { db in
                    (
                        try db.posts.addressees(of: post.id), try db.sights.canSee(.server(south), post),
                        try db.outboxActivities.countPublic(of: stage.ada.id)
                    )
                }
                #expect(addressees == (isLocalOnly ? [] : [stage.ben.id]))
                #expect(isSeen == !isLocalOnly)
                #expect(outbox == (isLocalOnly ? 0 : 1))
            }
        }
    }

    @Test("an answer to it stays here too")
    func answers() async throws {
        try await OutboxStage.use { stage in
            let post = try await stage.instance.publisher.publish(draft("Here"), as: stage.ada.id)
            let answer = try await stage.post("Also here", answers: post)
            #expect(answer.isLocalOnly)
            #expect(try await everyInbox(stage).isEmpty)
        }
    }

    @Test("a direct message that stays here is refused when it is for somebody elsewhere")
    func direct() async throws {
        try await OutboxStage.use { stage in
            let publisher = stage.instance.publisher
            let cleo = try await stage.instance.addPerson("cleo", at: stage.school)
            await #expect(throws: OutboxError.staysHere(stage.ben.handle)) {
                try await publisher.publish(
                    draft("@cleo @ben@south.test", .direct),
                    as: stage.ada.id
                )
            }
            let post = try await publisher.publish(draft("@cleo", .direct), as: stage.ada.id)
            let addressees = try await stage.instance.database.read { try $0.posts.addressees(of: post.id) }
            #expect(addressees == [cleo.id])
        }
    }

    @Test("its reach is nobody elsewhere, and says whom it is addressed to in vain")
    func reach() async throws {
        try await OutboxStage.use { stage in
            let reach = try await stage.instance.publisher.reach(
                of: draft("For @ben@south.test"),
                as: stage.ada.id
            )
            #expect(reach.servers.isEmpty && reach.people == 0)
            #expect(reach.unreached == [stage.ben.handle])
        }
    }
}

import Domain
import Peers
import Storage
import TestKit
import Testing

@testable import Outbox

@Suite("Deleting an account")
struct DeletionTests {
    private func deliveries(of type: String, _ stage: OutboxStage) async throws -> [String] {
        let lines = try await stage.instance.database.read { try $0.queue.deliveries(nil, host: nil) }
        return lines.filter { $0.type == type }.map(\.inbox.host.description).sorted()
    }

    private func finish(_ stage: OutboxStage, limit: Int = 2) async throws -> Int {
        var slices = 0
        while try await stage.instance.publisher.proceedWithBurial(limit: limit) { slices += 1 }
        return slices
    }

    @Test(
        "a server that knows an account by an old post alone is told, once, while the posts are buried in slices"
    )
    func oldAcquaintances() async throws {
        try await OutboxStage.use { stage in
            for follower in [stage.ben, stage.wim, stage.pat, stage.mallory] {
                try await stage.unfollow(follower)
            }
            let post = try await stage.post("Hello")
            for _ in 0..<5 { try await stage.post("More") }
            let (ids, now) = (stage.instance.ids, stage.instance.clock.now())
            // The records of what was sent are gone; what is left of eve and mallory are their likes.
            let fans = [stage.eve, stage.mallory]
            try await stage.instance.database.write { db in
                for fan in fans {
                    try db.reactions.insert(
                        Reaction(
                            id: ids.next(),
                            kind: .like,
                            account: fan.id,
                            post: post.id,
                            uri: try URI("\(fan.uri)/likes/1"),
                            createdAt: now
                        )
                    )
                }
            }
            try await stage.instance.publisher.deleteAccount(stage.ada.id)
            #expect(try await deliveries(of: "Delete", stage).isEmpty)
            #expect(try await finish(stage) >= 3)
            // Mallory's server is no partner.
            #expect(try await deliveries(of: "Delete", stage) == ["east.test"])
            let left = try await stage.instance.database.read { db in
                (try db.posts.find(post.id), try db.posts.count(of: stage.ada.id))
            }
            #expect(left.0?.deletedAt == now && left.0?.body.text == "" && left.1 == 0)
        }
    }

    @Test("a deleted account sends nothing more but its Delete, and what it said is in no activity")
    func activities() async throws {
        try await OutboxStage.use { stage in
            try await stage.post("a secret")
            #expect(try await deliveries(of: "Create", stage).count == 3)
            try await stage.instance.publisher.deleteAccount(stage.ada.id)
            _ = try await finish(stage)
            #expect(try await deliveries(of: "Create", stage).isEmpty)
            #expect(try await deliveries(of: "Delete", stage) == ["rest.test", "south.test", "west.test"])
            await #expect(throws: OutboxError.notAbleToAct) { try await stage.post("again") }
            await #expect(throws: OutboxError.notAbleToAct) {
                try await stage.instance.publisher.deleteAccount(stage.ada.id)
            }
        }
    }

    @Test("a deleted account's handle is given to nobody; another one is")
    func reserved() async throws {
        try await OutboxStage.use { stage in
            try await stage.instance.publisher.deleteAccount(stage.ada.id)
            await #expect(throws: RegistrarError.nameIsTaken(stage.ada.handle)) {
                try await stage.instance.addPerson("ada", at: stage.school)
            }
            let bea = try await stage.instance.addPerson("bea", at: stage.school)
            await #expect(throws: OutboxError.nameIsTaken(stage.ada.handle)) {
                _ = try await stage.instance.publisher.rename(bea.id, to: "ada")
            }
        }
    }

    @Test("an admin deletes an account that is suspended, with an audit row; by itself it cannot")
    func suspended() async throws {
        try await OutboxStage.use { stage in
            let publisher = stage.instance.publisher
            try await stage.instance.admin.suspend(stage.ada, by: "test")
            await #expect(throws: OutboxError.notAbleToAct) {
                try await publisher.deleteAccount(stage.ada.id)
            }
            try await publisher.acting(by: "test").deleteAccount(stage.ada.id)
            #expect(try await stage.audit().first?.action == "account.delete")
            let gone = try await stage.instance.database.read { try $0.accounts.find(stage.ada.id) }
            #expect(gone?.goneAt != nil)
        }
    }
}

@Suite("Renaming an account")
struct RenameTests {
    @Test("the actor stays; followers are told; the old handle leads here for a year and is nobody else's")
    func rename() async throws {
        try await OutboxStage.use { stage in
            let renamed = try await stage.instance.publisher.rename(stage.ada.id, to: "Ada.L")
            #expect(renamed.uri == stage.ada.uri && renamed.handle.description == "ada.l@north.test")
            #expect(renamed.page?.description == "https://north.test/@ada.l")
            #expect(
                try await stage.inboxes("Update") == [
                    "south.test/inbox", "west.test/inbox", "rest.test/inbox",
                ]
            )
            let directory = stage.instance.directory
            #expect(try await directory.account(stage.ada.handle, for: stage.school) == renamed)
            #expect(try await directory.account(renamed.handle, for: stage.school) == renamed)
            await #expect(throws: RegistrarError.nameIsTaken(stage.ada.handle)) {
                try await stage.instance.addPerson("ada", at: stage.school)
            }
            stage.instance.clock.advance(by: .days(366))
            await #expect(throws: (any Error).self) {
                try await directory.account(stage.ada.handle, for: stage.school)
            }
            await #expect(throws: RegistrarError.nameIsTaken(stage.ada.handle)) {
                try await stage.instance.addPerson("ada", at: stage.school)
            }
        }
    }

    @Test("a name that is taken, was taken, is none, or is the same is refused; a free one is given")
    func refusals() async throws {
        try await OutboxStage.use { stage in
            let publisher = stage.instance.publisher.acting(by: "test")
            let bea = try await stage.instance.addPerson("bea", at: stage.school)
            await #expect(throws: OutboxError.nameIsTaken(bea.handle)) {
                _ = try await publisher.rename(stage.ada.id, to: "bea")
            }
            _ = try await publisher.rename(bea.id, to: "beate")
            await #expect(throws: OutboxError.nameIsTaken(bea.handle)) {
                _ = try await publisher.rename(stage.ada.id, to: "bea")
            }
            await #expect(throws: NameError.self) { _ = try await publisher.rename(stage.ada.id, to: "a b") }
            await #expect(throws: OutboxError.self) {
                _ = try await publisher.rename(stage.ada.id, to: "ada")
            }
            #expect(try await publisher.rename(stage.ada.id, to: "adele").handle.name == "adele")
            // One's own old name may be had again, and then the other is the old one.
            #expect(try await publisher.rename(bea.id, to: "bea").handle == bea.handle)
            let former = try await stage.instance.database.read { try $0.formerHandles.list(of: bea.id) }
            #expect(former.map(\.handle.name) == ["beate"])
            #expect(try await stage.audit().first?.action == "account.rename")
        }
    }

    @Test("a person is renamed once in thirty days, by an admin also sooner")
    func interval() async throws {
        try await OutboxStage.use { stage in
            let publisher = stage.instance.publisher
            _ = try await publisher.rename(stage.ada.id, to: "one")
            await #expect(throws: OutboxError.renamedLately) {
                _ = try await publisher.rename(stage.ada.id, to: "two")
            }
            _ = try await publisher.acting(by: "test").rename(stage.ada.id, to: "three")
            stage.instance.clock.advance(by: .days(30))
            #expect(try await publisher.rename(stage.ada.id, to: "four").handle.name == "four")
        }
    }

    @Test("a post that mentions somebody by the old name still does after an edit")
    func mentions() async throws {
        try await OutboxStage.use { stage in
            let publisher = stage.instance.publisher
            let bea = try await stage.instance.addPerson("bea", at: stage.school)
            let post = try await stage.post("Thank you @bea")
            #expect(post.body.mentions == [bea.uri])
            _ = try await publisher.rename(bea.id, to: "beate")
            let edited = try await publisher.edit(
                post.id,
                PostDraft(text: "Thanks, @bea", audience: .public),
                as: stage.ada.id
            )
            #expect(edited.body.mentions == [bea.uri])
            #expect(try await stage.post("And @bea@north.test again").body.mentions == [bea.uri])
        }
    }
}

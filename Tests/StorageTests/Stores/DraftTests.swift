import Domain
import Storage
import Testing

@Suite("Drafts")
struct DraftTests {
    private static func draft(
        _ world: World,
        by account: Account,
        _ document: String = "{}",
        uploads: [Upload.ID] = [],
        dueAt: Timestamp? = nil
    ) throws -> SavedDraft {
        let draft = SavedDraft(
            id: world.id(),
            account: account.id,
            document: document,
            uploads: uploads,
            dueAt: dueAt,
            createdAt: world.now,
            changedAt: world.now
        )
        try world.db.drafts.insert(draft)
        return draft
    }

    private static func upload(_ world: World, by account: Account, _ number: Int) throws -> Upload {
        let upload = Upload(
            id: world.id(),
            account: account.id,
            kind: .image,
            mediaType: "image/png",
            key: "key\(number)",
            file: "file\(number)",
            size: 1,
            createdAt: world.now
        )
        try world.db.uploads.insert(upload)
        return upload
    }

    @Test("a draft is read as it was written and changed, by its author alone", arguments: Engine.all)
    func whole(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let school = try world.school("north.example")
            let (ada, ben) = (try world.person("ada", at: school), try world.person("ben", at: school))
            let uploads = try (0..<3).map { try Self.upload(world, by: ada, $0).id }
            var draft = try Self.draft(
                world,
                by: ada,
                #"{"text":"é"}"#,
                uploads: [uploads[2], uploads[0]],
                dueAt: world.now + .hours(1)
            )
            #expect(try db.drafts.find(draft.id, of: ada.id) == draft)
            #expect(try db.drafts.find(draft.id, .scheduled, of: ada.id) == draft)
            #expect(try db.drafts.find(draft.id, .drafts, of: ada.id) == nil)
            #expect(try db.drafts.find(draft.id, of: ben.id) == nil)
            draft.document = "{}"
            draft.uploads = [uploads[1]]
            draft.dueAt = nil
            draft.problem = "no"
            draft.changedAt = world.now + .seconds(1)
            #expect(try db.drafts.update(draft))
            draft.version = 2
            #expect(try db.drafts.find(draft.id, .drafts, of: ada.id) == draft)
            #expect(try !db.drafts.take(draft.id, of: ben.id))
            #expect(try !db.drafts.take(draft.id, .scheduled, of: ada.id))
            #expect(try db.drafts.take(draft.id, .drafts, of: ada.id))
            #expect(try !db.drafts.take(draft.id, of: ada.id) && !db.drafts.update(draft))
            #expect(try db.run("SELECT * FROM draft_upload").isEmpty)
        }
    }

    @Test(
        "an account's drafts and scheduled posts are told apart, in pages, the newest first",
        arguments: Engine.all
    )
    func pages(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let school = try world.school("north.example")
            let (ada, ben) = (try world.person("ada", at: school), try world.person("ben", at: school))
            let drafts = try (0..<5).map { _ in try Self.draft(world, by: ada).id }
            let waiting = try Self.draft(world, by: ada, dueAt: world.now).id
            _ = try Self.draft(world, by: ben)
            func page(before: SavedDraft.ID? = nil, after: SavedDraft.ID? = nil, _ limit: Int) throws
                -> [SavedDraft.ID]
            {
                try db.drafts.page(.drafts, of: ada.id, before: before, after: after, limit: limit).map(\.id)
            }
            #expect(try page(9) == drafts.reversed())
            #expect(try page(before: drafts[3], 2) == [drafts[2], drafts[1]])
            #expect(try page(after: drafts[0], 2) == [drafts[2], drafts[1]])
            #expect(try page(before: drafts[3], after: drafts[0], 1) == [drafts[2]])
            #expect(try db.drafts.page(.scheduled, of: ada.id, limit: 9).map(\.id) == [waiting])
            #expect(try db.drafts.count(.drafts, of: ada.id) == 5)
            #expect(try db.drafts.count(.scheduled, of: ada.id) == 1)
            try db.buryAccount(ada.id, at: world.now)
            #expect(try page(9).isEmpty && db.drafts.count(.drafts, of: ben.id) == 1)
        }
    }

    @Test(
        "what is due is taken as it was read, or put aside, and neither when it has changed",
        arguments: Engine.all
    )
    func due(engine: Engine) async throws {
        try await engine.withWorld { world in
            let (db, now) = (world.db, world.now)
            let ada = try world.ada()
            let late = try Self.draft(world, by: ada, dueAt: now + .minutes(2))
            let early = try Self.draft(world, by: ada, dueAt: now + .minutes(1))
            _ = try Self.draft(world, by: ada)
            #expect(try db.drafts.due(at: now, limit: 9).isEmpty)
            let end = now + .minutes(2)
            #expect(try db.drafts.due(at: end, limit: 9).map(\.id) == [early.id, late.id])
            #expect(try db.drafts.due(at: end, limit: 1) == [early])
            #expect(try !db.drafts.takeDue(late, at: now + .minutes(1)))
            #expect(try db.drafts.update(late))
            #expect(try !db.drafts.takeDue(late, at: end))
            #expect(try !db.drafts.putAside(late, because: "no", at: end))
            #expect(try db.drafts.takeDue(early, at: end) && !db.drafts.takeDue(early, at: end))
            let fresh = try #require(try db.drafts.due(at: end, limit: 9).first)
            #expect(try db.drafts.putAside(fresh, because: "no", at: end))
            #expect(try !db.drafts.putAside(fresh, because: "no", at: end))
            #expect(try db.drafts.due(at: end + .days(9), limit: 9).isEmpty)
            let aside = try db.drafts.find(late.id, .drafts, of: ada.id)
            #expect(aside?.problem == "no" && aside?.dueAt == nil)
        }
    }

    @Test("of many who take one that is due at the same instant one gets it", arguments: Engine.all)
    func race(engine: Engine) async throws {
        try await engine.withDatabase { database in
            let draft = try await database.write { db in
                let world = World(db)
                let ada = try world.ada()
                return try Self.draft(world, by: ada, dueAt: world.now)
            }
            let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<24 {
                    group.addTask {
                        try await database.write { db in
                            number.isMultiple(of: 2)
                                ? try db.drafts.takeDue(draft, at: draft.createdAt)
                                : try db.drafts.take(draft.id, of: draft.account)
                        }
                    }
                }
                return try await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(taken.filter { $0 }.count == 1)
        }
    }

    @Test("an upload that a draft holds is kept, and goes when the draft is gone", arguments: Engine.all)
    func uploads(engine: Engine) async throws {
        try await engine.withWorld { world in
            let db = world.db
            let ada = try world.ada()
            let (held, free) = (try Self.upload(world, by: ada, 1), try Self.upload(world, by: ada, 2))
            let draft = try Self.draft(world, by: ada, uploads: [held.id])
            let later = world.now + .days(9)
            #expect(try !db.uploads.removeUnused(held.id, of: ada.id))
            #expect(try db.uploads.removeUnused(before: later, limit: 9) == 1)
            #expect(try db.uploads.find(held.id, of: ada.id) != nil)
            #expect(try db.uploads.find(free.id, of: ada.id) == nil)
            #expect(try db.drafts.take(draft.id, of: ada.id))
            #expect(try db.uploads.removeUnused(before: later, limit: 9) == 1)
        }
    }
}

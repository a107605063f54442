import Domain
import Storage
import TestKit
import Testing

@testable import Outbox

@Suite("Drafts and posts that wait for their time")
struct DraftTests {
    private func texts(_ stage: OutboxStage) async throws -> [String] {
        try await stage.instance.database.read { db in
            try db.run("SELECT text FROM post ORDER BY id").map { try $0["text"] }
        }
    }

    private func saved(_ stage: OutboxStage, _ kind: DraftStore.Kind) async throws -> [SavedDraft] {
        let ada = stage.ada.id
        return try await stage.instance.database.read { try $0.drafts.page(kind, of: ada, limit: 40) }
    }

    @Test(
        "a draft is read as it was saved, whatever is set, and one of an earlier program with what it lacks"
    )
    func document() throws {
        var draft = PostDraft(
            text: "Which? \u{1F9EA} é",
            audience: .partners,
            inReplyTo: Post.ID(rawValue: 7),
            summary: "s",
            isSensitive: true,
            language: "de",
            poll: PollDraft(options: ["a", "b"], lasts: .hours(1), isMultiple: true, hidesTotals: true)
        )
        draft.format = .markdown
        draft.title = "T"
        draft.uploads = [Upload.ID(rawValue: 3)]
        draft.cover = Upload.ID(rawValue: 3)
        draft.uploadTexts = [.init(Upload.ID(rawValue: 3), description: "d", focus: .init(x: 0.5, y: -1))]
        draft.learning = Learning(.reflection, whatWeDid: "w", why: "y")
        draft.isLocalOnly = true
        draft.replyPolicy = .mentioned
        draft.boostPolicy = .nobody
        draft.quotePolicy = .ask
        draft.quotes = Post.ID(rawValue: 8)
        func saved(_ document: String) -> SavedDraft {
            let time = Timestamp(milliseconds: 0)
            let (id, account) = (SavedDraft.ID(rawValue: 1), Account.ID(rawValue: 1))
            return SavedDraft(id: id, account: account, document: document, createdAt: time, changedAt: time)
        }
        #expect(try saved(try draft.document()).draft() == draft)
        #expect(try saved(#"{"text":"Hi","later":1}"#).draft() == PostDraft(text: "Hi"))
        #expect(throws: OutboxError.self) { try saved(#"{"text":1}"#).draft() }
        #expect(throws: OutboxError.self) { try saved(#"{"text":"Hi","audience":"stars"}"#).draft() }
        draft.text = String(repeating: "x", count: SavedDraft.longestDocument)
        #expect(throws: OutboxError.self) { try draft.document() }
    }

    @Test("a post is published at its time and not before, once, with the poll's end counted from then")
    func published() async throws {
        try await OutboxStage.use { stage in
            let (instance, publisher) = (stage.instance, stage.instance.publisher)
            let time = instance.clock.now() + .hours(1)
            let draft = PostDraft(
                text: "Later @ben@south.test",
                poll: PollDraft(options: ["a", "b"], lasts: .days(1))
            )
            let waiting = try await publisher.schedule(draft, at: time, as: stage.ada.id)
            #expect(try waiting.draft() == draft && waiting.dueAt == time)
            instance.clock.advance(by: .minutes(59))
            #expect(try await publisher.publishDue() == 0)
            #expect(try await texts(stage).isEmpty)
            instance.clock.advance(by: .minutes(1))
            #expect(try await publisher.publishDue() == 1)
            #expect(try await publisher.publishDue() == 0)
            #expect(try await texts(stage) == ["Later @ben@south.test"])
            #expect(try await saved(stage, .scheduled).isEmpty)
            let poll = try await instance.database.read { db in
                try db.run("SELECT ends_at, post_id FROM poll").map { try $0["ends_at"] as Timestamp }
            }
            #expect(poll == [time + .days(1)])
            #expect(try await stage.inboxes("Create").contains("south.test/inbox"))
        }
    }

    @Test("of many who publish what is due at the same instant each post is published by one")
    func race() async throws {
        try await OutboxStage.use { stage in
            let (instance, publisher) = (stage.instance, stage.instance.publisher)
            for number in 0..<10 {
                let time = instance.clock.now() + .minutes(5)
                try await publisher.schedule(PostDraft(text: "\(number)"), at: time, as: stage.ada.id)
            }
            instance.clock.advance(by: .minutes(5))
            let done = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { try await publisher.publishDue() } }
                return try await group.reduce(0, +)
            }
            #expect(done == 10)
            #expect(try await texts(stage).sorted() == (0..<10).map(String.init))
        }
    }

    @Test(
        "two processes on one PostgreSQL database publish each post once",
        .enabled(if: PostgresCluster.address != nil)
    )
    func processes() async throws {
        try await OutboxStage.use { stage in
            let instance = stage.instance
            let time = instance.clock.now() + .minutes(5)
            for number in 0..<20 {
                try await instance.publisher.schedule(
                    PostDraft(text: "\(number)"),
                    at: time,
                    as: stage.ada.id
                )
            }
            instance.clock.advance(by: .minutes(5))
            try await instance.besideProcess(ID(rawValue: 9)) { other in
                let second = Publisher(
                    database: other,
                    directory: instance.directory,
                    ids: instance.ids,
                    clock: instance.clock
                )
                let first = instance.publisher
                async let one = first.publishDue()
                async let two = second.publishDue()
                let done = try await [one, two]
                #expect(done.reduce(0, +) == 20)
            }
            #expect(try await texts(stage).count == 20)
            #expect(try await Set(texts(stage)).count == 20)
        }
    }

    @Test(
        "what is refused at its time is a draft again, with the reason, and its author is told each time; others go out"
    )
    func refused() async throws {
        try await OutboxStage.use { stage in
            let (instance, publisher, ada) = (stage.instance, stage.instance.publisher, stage.ada)
            let parent = try await stage.foreignPost(by: stage.eve)
            for round in 1...2 {
                let time = instance.clock.now() + .minutes(5)
                let answer = PostDraft(text: "Answer \(round)", inReplyTo: parent.id)
                if round == 1 {
                    try await publisher.schedule(answer, at: time, as: ada.id)
                    try await publisher.schedule(PostDraft(text: "Other"), at: time, as: ada.id)
                    try await instance.database.write { try $0.posts.bury(parent.id, at: time) }
                } else {
                    let draft = try #require(try await saved(stage, .drafts).first)
                    await #expect(throws: OutboxError.noSuchPost) {
                        try await publisher.schedule(answer, at: time, in: draft.id, as: ada.id)
                    }
                    // As if it had been deleted only then.
                    try await instance.database.write { db in
                        var draft = draft
                        draft.dueAt = time
                        _ = try db.drafts.update(draft)
                    }
                }
                instance.clock.advance(by: .minutes(5))
                #expect(try await publisher.publishDue() == (round == 1 ? 2 : 1))
                #expect(try await publisher.publishDue() == 0)
                #expect(try await texts(stage).contains("Other"))
                let draft = try #require(try await saved(stage, .drafts).first)
                #expect(draft.problem == OutboxError.noSuchPost.description && draft.dueAt == nil)
                let notices = try await instance.database.read {
                    try $0.notices.page(of: ada.id, before: nil, limit: 9)
                }
                #expect(notices.map(\.kind) == [.draft] && notices.first?.createdAt == instance.clock.now())
            }
            // Somebody who may not act publishes nothing, and loses nothing.
            try await publisher.schedule(
                PostDraft(text: "Mine"),
                at: instance.clock.now() + .minutes(5),
                as: ada.id
            )
            try await instance.admin.suspend(ada, by: "test")
            instance.clock.advance(by: .minutes(5))
            #expect(try await publisher.publishDue() == 1)
            #expect(try await saved(stage, .drafts).count == 2)
        }
    }

    @Test(
        "a time too near, too far or past, and what could not be published, are refused; a time can be changed"
    )
    func times() async throws {
        try await OutboxStage.use { stage in
            let (instance, publisher, ada) = (stage.instance, stage.instance.publisher, stage.ada)
            let now = instance.clock.now()
            for time in [
                now, now + .seconds(299), now + .seconds(-1), now + .days(367), Timestamp(milliseconds: .max),
                Timestamp(milliseconds: .min),
            ] {
                await #expect(throws: OutboxError.self) {
                    try await publisher.schedule(PostDraft(text: "Hi"), at: time, as: ada.id)
                }
            }
            let good = now + .minutes(5)
            for draft in [
                PostDraft(text: ""), PostDraft(text: "Hi", inReplyTo: Post.ID(rawValue: 1)),
                PostDraft(text: "Hi", poll: PollDraft(options: ["a"], lasts: .hours(1))),
                PostDraft(text: String(repeating: "x", count: 200_000)),
            ] {
                await #expect(throws: OutboxError.self) {
                    try await publisher.schedule(draft, at: good, as: ada.id)
                }
            }
            let waiting = try await publisher.schedule(PostDraft(text: "Hi"), at: good, as: ada.id)
            _ = try await publisher.schedule(PostDraft(text: "Ho"), at: now + .days(366), as: ada.id)
            let later = now + .hours(2)
            #expect(try await publisher.reschedule(waiting.id, at: later, as: ada.id).dueAt == later)
            await #expect(throws: OutboxError.self) {
                try await publisher.reschedule(waiting.id, at: now, as: ada.id)
            }
            let cleo = try await instance.addPerson("cleo", at: stage.school)
            await #expect(throws: OutboxError.noSuchDraft) {
                try await publisher.reschedule(waiting.id, at: later, as: cleo.id)
            }
            instance.clock.advance(by: .hours(1))
            #expect(try await publisher.publishDue() == 0)
            await #expect(throws: OutboxError.noSuchDraft) {
                try await publisher.discard(waiting.id, .scheduled, as: cleo.id)
            }
            try await publisher.discard(waiting.id, .scheduled, as: ada.id)
            instance.clock.advance(by: .hours(1))
            #expect(try await publisher.publishDue() == 0)
        }
    }

    @Test("a post that waits quotes what it may quote, still, and is refused at once when it may not")
    func quotes() async throws {
        try await OutboxStage.use { stage in
            let (instance, publisher) = (stage.instance, stage.instance.publisher)
            let cleo = try await instance.addPerson("cleo", at: stage.school)
            var closed = PostDraft(text: "Mine alone")
            closed.quotePolicy = .nobody
            let open = try await publisher.publish(PostDraft(text: "Take it"), as: cleo.id)
            let shut = try await publisher.publish(closed, as: cleo.id)
            let time = instance.clock.now() + .hours(1)
            var draft = PostDraft(text: "See")
            draft.quotes = shut.id
            await #expect(throws: OutboxError.self) {
                try await publisher.schedule(draft, at: time, as: stage.ada.id)
            }
            draft.quotes = open.id
            try await publisher.schedule(draft, at: time, as: stage.ada.id)
            instance.clock.advance(by: .hours(1))
            #expect(try await publisher.publishDue() == 1)
            let quoted = try await instance.database.read { db in
                try db.profiles.posts(of: stage.ada.id, for: .anonymous).map(\.post.body.quotes)
            }
            #expect(quoted == [open.uri])
        }
    }

    @Test("a draft is saved however unfinished, saved again, and published once; there may be 300")
    func drafts() async throws {
        try await OutboxStage.use { stage in
            let (publisher, ada) = (stage.instance.publisher, stage.ada)
            let empty = try await publisher.save(PostDraft(text: ""), as: ada.id)
            let again = try await publisher.save(PostDraft(text: "Hi"), in: empty.id, as: ada.id)
            #expect(again.id == empty.id && again.version == 2)
            #expect(try await saved(stage, .drafts) == [again])
            let cleo = try await stage.instance.addPerson("cleo", at: stage.school)
            await #expect(throws: OutboxError.noSuchDraft) {
                try await publisher.save(PostDraft(text: "No"), in: empty.id, as: cleo.id)
            }
            await #expect(throws: OutboxError.noSuchDraft) {
                try await publisher.publish(PostDraft(text: "No"), from: empty.id, as: cleo.id)
            }
            // What is refused leaves the draft.
            await #expect(throws: OutboxError.self) {
                try await publisher.publish(PostDraft(text: ""), from: empty.id, as: ada.id)
            }
            _ = try await publisher.publish(PostDraft(text: "Hi"), from: empty.id, as: ada.id)
            await #expect(throws: OutboxError.noSuchDraft) {
                try await publisher.publish(PostDraft(text: "Hi"), from: empty.id, as: ada.id)
            }
            #expect(try await texts(stage) == ["Hi"])
            for _ in 0..<SavedDraft.most { try await publisher.save(PostDraft(text: "x"), as: ada.id) }
            await #expect(throws: OutboxError.tooMany("drafts")) {
                try await publisher.save(PostDraft(text: "x"), as: ada.id)
            }
            let last = try #require(try await saved(stage, .drafts).last)
            _ = try await publisher.save(PostDraft(text: "y"), in: last.id, as: ada.id)
            let time = stage.instance.clock.now() + .hours(1)
            #expect(
                try await publisher.schedule(PostDraft(text: "z"), at: time, in: last.id, as: ada.id).dueAt
                    == time
            )
        }
    }
}

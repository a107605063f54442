import Domain
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Outbox

@Suite("Polls that are written here")
struct PollTests {
    private func draft(
        _ options: [String] = ["Tea", "Coffee"],
        lasts: Span = .days(1),
        isMultiple: Bool = false,
        hidesTotals: Bool = false
    ) -> PostDraft {
        PostDraft(
            text: "Which?",
            poll: PollDraft(options: options, lasts: lasts, isMultiple: isMultiple, hidesTotals: hidesTotals)
        )
    }

    private func sent(_ type: String, _ stage: OutboxStage) async throws -> [JSONObject] {
        try await stage.instance.database.read { db in
            try db.run("SELECT json FROM outbox_activity WHERE type = \(type) ORDER BY id").compactMap {
                row in
                let bytes: [UInt8] = try row["json"]
                return try JSONParser.parse(bytes).object
            }
        }
    }

    /// Tells of all that is due.
    private func tell(_ stage: OutboxStage) async throws {
        while try await stage.instance.publisher.tellOfPoll() {}
    }

    @Test("it goes out as a Question with its answers and end; secret counts are left out until then")
    func question() async throws {
        try await OutboxStage.use { stage in
            let publisher = stage.instance.publisher
            let post = try await publisher.publish(draft([" Tea ", "Coffee", ""]), as: stage.ada.id)
            #expect(post.type == .question)
            let note = try #require(try await sent("Create", stage).last?["object"]?.object)
            #expect(note["type"] == "Question" && note["votersCount"] == 0 && note["anyOf"] == nil)
            #expect(note["oneOf"]?.asList.compactMap { $0.object?["name"] } == ["Tea", "Coffee"])
            #expect(note["oneOf"]?.asList.first?.object?["replies"]?.object?["totalItems"] == 0)
            let end = WireDate.format((stage.instance.clock.now() + .days(1)).milliseconds)
            #expect(note["endTime"]?.string == end && note["closed"] == nil)
            _ = try await publisher.publish(draft(isMultiple: true, hidesTotals: true), as: stage.ada.id)
            let secret = try #require(try await sent("Create", stage).last?["object"]?.object)
            #expect(secret["oneOf"] == nil && secret["anyOf"]?.asList.count == 2)
            #expect(secret["anyOf"]?.asList.first?.object?["replies"]?.object?["totalItems"] == nil)
        }
    }

    @Test("a poll with one answer, eleven, a long one, two alike, or an odd time is refused")
    func refused() async throws {
        try await OutboxStage.use { stage in
            let bad: [PostDraft] = [
                draft(["Tea"]), draft(["Tea", " "]), draft((0...10).map { "\($0)" }),
                draft(["Tea", " Tea "]),
                draft(["Tea", String(repeating: "x", count: 101)]), draft(lasts: .minutes(4)),
                draft(lasts: .days(91)), draft(lasts: .seconds(-1)), draft(lasts: Span(milliseconds: .max)),
            ]
            for draft in bad {
                await #expect(throws: OutboxError.self) {
                    try await stage.instance.publisher.publish(draft, as: stage.ada.id)
                }
            }
            let good = [
                draft((0..<10).map { "\($0)" }), draft(["Tea", String(repeating: "x", count: 100)]),
                draft(lasts: .minutes(5)), draft(lasts: .days(90)),
            ]
            for draft in good { _ = try await stage.instance.publisher.publish(draft, as: stage.ada.id) }
        }
    }

    @Test(
        "votes are told together, some minutes later; the end is told to the author and those who voted here"
    )
    func news() async throws {
        try await OutboxStage.use { stage in
            let instance = stage.instance
            let publisher = instance.publisher
            let people = [
                try await instance.addPerson("cleo", at: stage.school),
                try await instance.addPerson("dan", at: stage.school),
            ]
            let post = try await publisher.publish(draft(), as: stage.ada.id)
            await #expect(throws: OutboxError.self) {
                try await publisher.vote(in: post.id, for: [0], as: stage.ada.id)
            }
            // Eve follows nobody; her server is told because she voted.
            let eve = stage.eve.id
            let now = instance.clock.now()
            _ = try await instance.database.write { db in
                try db.polls.vote(in: post.id, by: eve, for: [1], at: now)
            }
            for person in people { try await publisher.vote(in: post.id, for: [0], as: person.id) }
            await #expect(throws: OutboxError.self) {
                try await publisher.vote(in: post.id, for: [1], as: people[0].id)
            }
            try await tell(stage)
            #expect(try await sent("Update", stage).isEmpty)
            instance.clock.advance(by: PollNews.interval)
            try await tell(stage)
            try await tell(stage)
            let update = try #require(try await sent("Update", stage).last)
            #expect(try await sent("Update", stage).count == 1)
            let note = try #require(update["object"]?.object)
            #expect(note["oneOf"]?.asList.map { $0.object?["replies"]?.object?["totalItems"] } == [2, 1])
            #expect(note["votersCount"] == 3 && note["updated"] == nil && note["closed"] == nil)
            let text = String(decoding: JSONWriter.write(.object(update)), as: UTF8.self)
            for voter in people.map(\.uri.description) + [stage.eve.uri.description] {
                #expect(!text.contains(voter))
            }
            let inboxes = try await stage.inboxes("Update")
            #expect(inboxes.contains("east.test/inbox") && inboxes.contains("south.test/inbox"))
            #expect(!inboxes.contains { $0.hasPrefix("evil.test") })
            instance.clock.advance(by: .days(1))
            try await tell(stage)
            try await tell(stage)
            #expect(try await sent("Update", stage).count == 2)
            #expect(try await sent("Update", stage).last?["object"]?.object?["closed"]?.string != nil)
            await #expect(throws: OutboxError.self) {
                let late = try await instance.addPerson("late", at: stage.school)
                try await publisher.vote(in: post.id, for: [0], as: late.id)
            }
            for person in people + [stage.ada] {
                let notices = try await instance.database.read {
                    try $0.notices.page(of: person.id, before: nil, limit: 9)
                }
                #expect(notices.map(\.kind) == [.poll] && notices.first?.post == post.id)
            }
        }
    }

    @Test("of a poll with secret counts nothing is told before its end")
    func secret() async throws {
        try await OutboxStage.use { stage in
            let cleo = try await stage.instance.addPerson("cleo", at: stage.school)
            let post = try await stage.instance.publisher.publish(draft(hidesTotals: true), as: stage.ada.id)
            try await stage.instance.publisher.vote(in: post.id, for: [0], as: cleo.id)
            stage.instance.clock.advance(by: .hours(23))
            try await tell(stage)
            #expect(try await sent("Update", stage).isEmpty)
            stage.instance.clock.advance(by: .hours(1))
            try await tell(stage)
            let options = try await sent("Update", stage).last?["object"]?.object?["oneOf"]?.asList
            #expect(options?.first?.object?["replies"]?.object?["totalItems"] == 1)
        }
    }

    @Test("a vote in a peer's poll goes to its author alone, one Create an answer, and to nobody who asks")
    func abroad() async throws {
        try await OutboxStage.use { stage in
            let (instance, ada) = (stage.instance, stage.ada)
            let post = try await stage.foreignPost(by: stage.eve)
            let poll = Poll(
                post: post.id,
                options: ["Tea", "Coffee", "Milk"].map { Poll.Option(name: $0, title: $0) },
                isMultiple: true,
                endsAt: instance.clock.now() + .hours(1)
            )
            await #expect(throws: OutboxError.self) {
                try await instance.publisher.vote(in: post.id, for: [0], as: ada.id)
            }
            try await instance.database.write { try $0.polls.insert(poll) }
            try await instance.publisher.vote(in: post.id, for: [0, 2], as: ada.id)
            await #expect(throws: OutboxError.self) {
                try await instance.publisher.vote(in: post.id, for: [0], as: ada.id)
            }
            let votes = try await sent("Create", stage)
            #expect(votes.map { $0["object"]?.object?["name"] } == ["Tea", "Milk"])
            for vote in votes {
                let note = try #require(vote["object"]?.object)
                #expect(note["type"] == "Note" && note["content"] == nil && note["cc"] == nil)
                #expect(note["inReplyTo"]?.string == post.uri.description)
                #expect(note["to"]?.string == stage.eve.uri.description && vote["to"] == note["to"])
                #expect(note["attributedTo"]?.string == ada.uri.description)
            }
            #expect(try await stage.inboxes("Create") == ["east.test/users/eve/inbox"])
            #expect(try await instance.database.read { try $0.outboxActivities.countPublic(of: ada.id) } == 0)
        }
    }

    @Test("an edit that asks the same keeps the votes; other answers void them, and none takes the poll away")
    func edits() async throws {
        try await OutboxStage.use { stage in
            let (instance, ada) = (stage.instance, stage.ada)
            let cleo = try await instance.addPerson("cleo", at: stage.school)
            let post = try await instance.publisher.publish(draft(), as: ada.id)
            try await instance.publisher.vote(in: post.id, for: [0], as: cleo.id)
            func poll() async throws -> Poll? {
                try await instance.database.read { try $0.polls.find(post.id) }
            }
            _ = try await instance.publisher.edit(post.id, draft(lasts: .days(2)), as: ada.id)
            #expect(try await poll()?.votes == 1)
            #expect(try await poll()?.endsAt == instance.clock.now() + .days(2))
            _ = try await instance.publisher.edit(post.id, draft(["Tea", "Water"]), as: ada.id)
            #expect(try await poll()?.votes == 0)
            let bare = try await instance.publisher.edit(post.id, PostDraft(text: "No"), as: ada.id)
            #expect(try await poll() == nil && bare.type == .note)
            #expect(try await sent("Update", stage).last?["object"]?.object?["type"] == "Note")
            let again = try await instance.publisher.edit(post.id, draft(), as: ada.id)
            #expect(try await poll()?.options.count == 2 && again.type == .question)
            await #expect(throws: OutboxError.self) {
                try await instance.publisher.edit(post.id, draft(["Tea"]), as: ada.id)
            }
        }
    }
}

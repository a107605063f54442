import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

@Suite("Polls and votes of peers")
struct PollActivityTests {
    /// A Question of ben's.
    private func question(_ name: String, by peer: TestPeer, _ change: (inout JSONObject) -> Void = { _ in })
        -> JSONObject
    {
        var note = Wire.note(name, by: peer, "Which?", cc: ["\(peer.account.uri)/followers"])
        note["type"] = "Question"
        note["oneOf"] = [answer("Tea", 2), answer("Coffee", 1)]
        note["votersCount"] = 3
        note["endTime"] = "2026-12-01T00:00:00Z"
        change(&note)
        return note
    }

    private func answer(_ name: String, _ votes: JSONValue?) -> JSONValue {
        var replies: JSONObject = ["type": "Collection"]
        replies["totalItems"] = votes
        return ["type": "Note", "name": .string(name), "replies": .object(replies)]
    }

    private func send(
        _ type: String,
        _ name: String,
        _ note: JSONObject,
        _ stage: InboxStage,
        by peer: TestPeer? = nil
    ) async throws -> ReceivedActivity.State? {
        let peer = peer ?? stage.ben
        return try await stage.apply(
            Wire.activity(type, name, by: peer, .object(note), to: [Wire.everybody]),
            by: peer
        )
    }

    private func poll(_ note: JSONObject, _ stage: InboxStage) async throws -> Poll? {
        guard let post = try await stage.post(note["id"]?.string ?? "") else { return nil }
        return try await stage.instance.database.read { try $0.polls.find(post.id) }
    }

    @Test("a Question is kept with its answers, counts and end, and found by its answers")
    func taken() async throws {
        try await InboxStage.use { stage async throws in
            let note = question("1", by: stage.ben)
            #expect(try await send("Create", "1", note, stage) == .applied)
            let poll = try #require(try await poll(note, stage))
            #expect(poll.options.map(\.title) == ["Tea", "Coffee"] && poll.options.map(\.votes) == [2, 1])
            #expect(poll.voters == 3 && !poll.isMultiple && poll.endedAt == nil && poll.flaws.isEmpty)
            #expect(poll.endsAt.map { WireDate.format($0.milliseconds) } == "2026-12-01T00:00:00.000Z")
            let post = try #require(try await stage.post(note["id"]?.string ?? ""))
            #expect(post.body.html == "<p>Which?</p>" && post.body.text.contains("Coffee"))
            let many = question("2", by: stage.ben) { note in
                note["anyOf"] = note["oneOf"]
                note["oneOf"] = nil
                note["votersCount"] = 2
                note["closed"] = "2026-11-01T00:00:00Z"
            }
            #expect(try await send("Create", "2", many, stage) == .applied)
            let second = try #require(try await self.poll(many, stage))
            #expect(second.isMultiple && second.voters == 2 && second.flaws.isEmpty)
            #expect(second.endedAt.map { WireDate.format($0.milliseconds) } == "2026-11-01T00:00:00.000Z")
        }
    }

    @Test(
        "ACT-20: counts that are negative, huge, no numbers or contradict each other are bounded, and that has a name",
        arguments: [
            ("negative", [-5, 1], 1, [nil, 1], 1), ("huge", [2, 1_000_000_000_000], 3, [2, nil], 3),
            ("text", ["two", 1], 3, [nil, 1], 3), ("fraction", [.number(1e300), 1], 3, [nil, 1], 3),
            ("voters", [2, 1], 900, [2, 1], 3), ("nobody", [2, 1], -1, [2, 1], 3),
        ] as [(String, [JSONValue], JSONValue, [Int?], Int?)]
    )
    func counts(
        _ name: String,
        _ counts: [JSONValue],
        _ voters: JSONValue,
        _ votes: [Int?],
        _ people: Int?
    ) async throws {
        try await InboxStage.use { stage async throws in
            let note = question(name, by: stage.ben) { note in
                note["oneOf"] = [answer("Tea", counts[0]), answer("Coffee", counts[1])]
                note["votersCount"] = voters
            }
            #expect(try await send("Create", name, note, stage) == .applied)
            let poll = try #require(try await poll(note, stage))
            #expect(poll.options.map(\.votes) == votes && poll.voters == people)
            #expect(poll.flaws == [.badCounts])
        }
    }

    @Test("ACT-20, ACT-30: of a list of answers without end 20 are kept, and an end in the year 9999 is none")
    func bounds() async throws {
        try await InboxStage.use { stage async throws in
            let note = question("many", by: stage.ben) { note in
                note["oneOf"] = .array((0..<9_000).map { answer("answer \($0)", 1) })
                note["endTime"] = "9999-12-31T23:59:59Z"
                note["votersCount"] = nil
            }
            #expect(try await send("Create", "many", note, stage) == .applied)
            let poll = try #require(try await poll(note, stage))
            #expect(poll.options.count == ObjectLimits.options && poll.endsAt == nil && poll.endedAt == nil)
            #expect(poll.flaws == [.tooManyOptions, .badEnd])
            let ends: [(String, JSONValue, Bool, Set<Poll.Flaw>)] = [
                ("past", "0001-01-01T00:00:00Z", true, []), ("word", "soon", false, [.badEnd]),
                ("number", 7, false, [.badEnd]),
            ]
            for (name, end, isOver, flaws) in ends {
                let note = question(name, by: stage.ben) { $0["endTime"] = end }
                #expect(try await send("Create", name, note, stage) == .applied)
                let poll = try #require(try await self.poll(note, stage))
                #expect((poll.endedAt != nil) == isOver && poll.flaws == flaws, "\(name)")
            }
            for (name, answers) in [("none", JSONValue.array([])), ("odd", [7, "x", [:], ["name": ""]])] {
                let note = question(name, by: stage.ben) { $0["oneOf"] = answers }
                #expect(try await send("Create", name, note, stage) == .applied)
                #expect(try await self.poll(note, stage) == nil)
                #expect(try await stage.post(note["id"]?.string ?? "")?.body.text == "Which?")
            }
        }
    }

    @Test(
        "an Update of the counts is taken from the author alone and is no edit; other answers void what was chosen"
    )
    func updates() async throws {
        try await InboxStage.use { stage async throws in
            let note = question("1", by: stage.ben)
            try await _ = send("Create", "1", note, stage)
            let post = try #require(try await stage.post(note["id"]?.string ?? ""))
            try await stage.instance.publisher.vote(in: post.id, for: [1], as: stage.ada.id)
            #expect(try await poll(note, stage)?.options.map(\.votes) == [2, 2])
            let counted = question("1", by: stage.ben) { note in
                note["oneOf"] = [answer("Tea", 5), answer("Coffee", 4)]
                note["votersCount"] = 9
            }
            var forged = counted
            #expect(try await send("Update", "2", forged, stage, by: stage.dora) == .ignored)
            forged["attributedTo"] = .string(stage.dora.account.uri.description)
            #expect(try await send("Update", "3", forged, stage, by: stage.dora) == .ignored)
            #expect(try await poll(note, stage)?.voters == 4)
            #expect(try await send("Update", "4", counted, stage) == .applied)
            #expect(try await poll(note, stage)?.options.map(\.votes) == [5, 4])
            #expect(try await stage.post(post.uri.description)?.editedAt == nil)
            #expect(try await send("Update", "5", counted, stage) == .ignored)
            func own() async throws -> [Int]? {
                let ada = stage.ada.id
                return try await stage.instance.database.read {
                    try $0.polls.own(of: ada, in: [post.id])[post.id]
                }
            }
            #expect(try await own() == [1])
            let changed = question("1", by: stage.ben) { note in
                note["oneOf"] = [answer("Tea", 0), answer("Water", 0)]
                note["votersCount"] = 0
            }
            #expect(try await send("Update", "6", changed, stage) == .applied)
            #expect(try await poll(note, stage)?.options.map(\.title) == ["Tea", "Water"])
            #expect(try await own() == nil)
            #expect(try await stage.post(post.uri.description)?.editedAt != nil)
        }
    }

    @Test("who voted in a peer's poll is told of its end, once, also when its home closes it early")
    func ended() async throws {
        try await InboxStage.use { stage async throws in
            let instance = stage.instance
            let note = question("1", by: stage.ben)
            try await _ = send("Create", "1", note, stage)
            let post = try #require(try await stage.post(note["id"]?.string ?? ""))
            try await instance.publisher.vote(in: post.id, for: [0], as: stage.cleo.id)
            #expect(try await !instance.publisher.tellOfPoll())
            let closed = question("1", by: stage.ben) { note in
                note["closed"] = .string(WireDate.format(instance.clock.now().milliseconds))
            }
            #expect(try await send("Update", "2", closed, stage) == .applied)
            #expect(try await instance.publisher.tellOfPoll())
            #expect(try await !instance.publisher.tellOfPoll())
            instance.clock.advance(by: .days(30))
            #expect(try await !instance.publisher.tellOfPoll())
            #expect(try await stage.notices(stage.cleo) == [.poll])
            #expect(try await stage.notices(stage.ada).isEmpty)
            // Of a peer's poll its own server tells: nothing goes out but the vote.
            #expect(try await stage.sent() == ["Create"])
        }
    }

    // MARK: Votes in our polls

    private func ask(
        _ stage: InboxStage,
        _ text: String = "Which?",
        _ audience: Audience = .public,
        isMultiple: Bool = false
    ) async throws -> Post {
        var draft = PostDraft(text: text, audience: audience)
        draft.poll = PollDraft(options: ["Tea", "Coffee"], lasts: .days(1), isMultiple: isMultiple)
        return try await stage.instance.publisher.publish(draft, as: stage.ada.id)
    }

    private func vote(
        _ name: String,
        for answer: String,
        in post: Post,
        _ stage: InboxStage,
        by peer: TestPeer,
        _ change: (inout JSONObject) -> Void = { _ in }
    ) async throws -> String? {
        let me = JSONValue.string(peer.account.uri.description)
        let ada = JSONValue.string(stage.ada.uri.description)
        var note: JSONObject = [
            "id": .string("\(peer.account.uri)#votes/\(name)"), "type": "Note", "name": .string(answer),
            "attributedTo": me, "to": ada, "inReplyTo": .string(post.uri.description),
        ]
        change(&note)
        let activity: JSONObject = [
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": .string("\(peer.account.uri)#votes/\(name)/activity"), "type": "Create", "actor": me,
            "object": .object(note), "to": ada,
        ]
        let state = try await stage.apply(activity, by: peer, to: stage.ada)
        return state == .applied ? nil : try await stage.row(activity)?.reason ?? "not kept"
    }

    private func votes(_ post: Post, _ stage: InboxStage) async throws -> [Int?] {
        try await stage.instance.database.read { try $0.polls.find(post.id)?.options.map(\.votes) ?? [] }
    }

    @Test(
        "ACT-20: a vote is counted once; a second, one for no answer and one after the end are ignored by name"
    )
    func voting() async throws {
        try await InboxStage.use { stage async throws in
            let post = try await ask(stage)
            let (ben, dora) = (stage.ben, stage.dora)
            #expect(
                try await vote("1", for: "Water", in: post, stage, by: ben)
                    == "a vote for no answer of the poll"
            )
            #expect(try await vote("2", for: "Tea", in: post, stage, by: ben) == nil)
            #expect(try await vote("3", for: "Tea", in: post, stage, by: ben) == "a second vote")
            #expect(try await vote("4", for: "Coffee", in: post, stage, by: ben) == "a second vote")
            #expect(try await votes(post, stage) == [1, 0])
            let plain = try await stage.instance.publisher.publish(PostDraft(text: "Hi"), as: stage.ada.id)
            #expect(try await vote("5", for: "Tea", in: plain, stage, by: ben) == "a vote in no poll of ours")
            // In somebody else's name, and with a text: no vote.
            #expect(
                try await vote("6", for: "Tea", in: post, stage, by: dora) { note in
                    note["attributedTo"] = .string(ben.account.uri.description)
                } == "written by somebody else"
            )
            #expect(
                try await vote("7", for: "Tea", in: post, stage, by: dora) { $0["content"] = "<p>Yes</p>" }
                    == nil
            )
            #expect(try await votes(post, stage) == [1, 0])
            stage.instance.clock.advance(by: .hours(23))
            #expect(
                try await vote("8", for: "Coffee", in: post, stage, by: dora) { $0["content"] = "" } == nil
            )
            #expect(try await votes(post, stage) == [1, 1])
            stage.instance.clock.advance(by: .hours(1))
            let eve = try await stage.instance.addPeer("eve", at: "south.test")
            #expect(try await vote("9", for: "Tea", in: post, stage, by: eve) == "a vote after the end")
            #expect(try await votes(post, stage) == [1, 1])
        }
    }

    @Test("where several answers may be chosen each is counted once, and its voter once")
    func several() async throws {
        try await InboxStage.use { stage async throws in
            let post = try await ask(stage, isMultiple: true)
            #expect(try await vote("1", for: "Tea", in: post, stage, by: stage.ben) == nil)
            #expect(try await vote("2", for: "Coffee", in: post, stage, by: stage.ben) == nil)
            #expect(try await vote("3", for: "Coffee", in: post, stage, by: stage.ben) == "a second vote")
            let poll = try await stage.instance.database.read { try $0.polls.find(post.id) }
            #expect(poll?.options.map(\.votes) == [1, 1] && poll?.voters == 1)
        }
    }

    @Test("ACT-17: only who may see a poll votes in it; nobody is told of a vote, and it is no answer")
    func unseen() async throws {
        try await InboxStage.use { stage async throws in
            let (instance, ben, dora) = (stage.instance, stage.ben, stage.dora)
            let direct = try await ask(stage, "Which, @ben@south.test?", .direct)
            let private_ = try await ask(stage, "Which?", .followers)
            let school = try await ask(stage, "Which?", .school)
            try await instance.addFollow(of: stage.ada, by: ben.account)
            let reason = "a vote in no poll of ours"
            for (number, post) in [direct, private_, school].enumerated() {
                #expect(try await vote("x\(number)", for: "Tea", in: post, stage, by: dora) == reason)
                let expected = post.id == school.id ? reason : nil
                #expect(try await vote("y\(number)", for: "Tea", in: post, stage, by: ben) == expected)
                #expect(try await votes(post, stage) == [expected == nil ? 1 : 0, 0])
            }
            let open = try await ask(stage)
            #expect(try await vote("z", for: "Tea", in: open, stage, by: dora) == nil)
            try await instance.publisher.block(dora.account.id, as: stage.ada.id)
            let second = try await ask(stage)
            #expect(try await vote("b", for: "Tea", in: second, stage, by: dora) == reason)
            #expect(try await stage.notices(stage.ada).isEmpty)
            let (ada, viewer) = (stage.ada, Viewer.account(stage.ada.id, school: stage.school.id))
            let posts = [direct, private_, open]
            try await instance.database.read { db in
                for post in posts {
                    let thread = try #require(try db.threads.thread(of: post.id, for: viewer))
                    #expect(thread.descendants.isEmpty && thread.post.replies == 0)
                    let note = try NoteDocument.make(
                        post,
                        .init(author: ada, mentioned: [], poll: db.polls.find(of: post))
                    )
                    let text = String(decoding: JSONWriter.write(.object(note)), as: UTF8.self)
                    #expect(!text.contains("dora") && (post.id == direct.id || !text.contains("users/ben")))
                }
            }
        }
    }
}

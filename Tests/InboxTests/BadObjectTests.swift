import Domain
import Storage
import TestKit
import Testing
import Vocabulary

@Suite("Objects that are bad, huge or strange")
struct BadObjectTests {
    private func create(_ name: String, by stage: InboxStage, _ change: (inout JSONObject) -> Void)
        -> (JSONObject, String)
    {
        var note = Wire.note(name, by: stage.ben, name)
        change(&note)
        let activity = Wire.activity("Create", name, by: stage.ben, .object(note), to: [Wire.everybody])
        return (activity, note["id"]?.string ?? "")
    }

    private func reason(_ activity: JSONObject, _ stage: InboxStage) async throws -> String? {
        let uri = try URI(activity["id"]?.string ?? "")
        return try await stage.instance.database.read { db in
            try db.run("SELECT reason FROM received_activity WHERE uri = \(uri)").first?["reason"]
        }
    }

    @Test("a date in the year 9999, before 1970, of another type or missing is shown as one that can be")
    func dates() async throws {
        try await InboxStage.use { stage async throws in
            let now = stage.instance.clock.now()
            let cases: [(String, JSONValue?, Timestamp)] = [
                ("future", "9999-12-31T23:59:59Z", now),
                ("past", "1850-01-01T00:00:00Z", Timestamp(milliseconds: 0)),
                ("number", 20_261_118, now), ("missing", nil, now), ("no-date", "yesterday", now),
            ]
            for (name, date, expected) in cases {
                let (activity, uri) = create(name, by: stage) { note in
                    note["published"] = date
                    note["updated"] = date
                }
                #expect(try await stage.apply(activity, by: stage.ben) == .applied, "\(name)")
                #expect(try await stage.post(uri)?.publishedAt == expected, "\(name)")
            }
        }
    }

    @Test("of 10,000 mentions a hundred are kept, of as many attachments, emoji and answers a few")
    func many() async throws {
        try await InboxStage.use { stage async throws in
            func list(_ make: (Int) -> JSONValue) -> JSONValue { .array((0..<10_000).map(make)) }
            let (mentions, first) = create("mentions", by: stage) { note in
                note["tag"] = list { ["type": "Mention", "href": .string("https://far.test/\($0)")] }
            }
            #expect(try await stage.apply(mentions, by: stage.ben) == .applied)
            #expect(try await stage.post(first)?.body.mentions.count == ObjectLimits.people)
            let (parts, second) = create("parts", by: stage) { note in
                note["type"] = "Question"
                note["attachment"] = list {
                    ["type": "Image", "url": .string("https://far.test/\($0).png")]
                }
                note["oneOf"] = list { ["type": "Note", "name": .string("answer \($0)")] }
                note["url"] = list { .string("https://far.test/page/\($0)") }
            }
            #expect(try await stage.apply(parts, by: stage.ben) == .applied)
            let post = try #require(try await stage.post(second))
            let kept = try await stage.instance.database.read { try $0.postAttachments.find(of: post.id) }
            #expect(kept.count == ObjectLimits.attachmentsKept)
            #expect(post.body.text.hasSuffix("answer \(ObjectLimits.options - 1)"))
            #expect(try post.page == URI("https://far.test/page/0"))
        }
    }

    @Test("a text of a megabyte is cut, and an unknown object of more than 64 KiB keeps no document")
    func large() async throws {
        try await InboxStage.use { stage async throws in
            let text = JSONValue.string("<p>\(String(repeating: "word ", count: 200_000))</p>")
            let (long, first) = create("long", by: stage) { note in
                note["content"] = text
                note["name"] = text
                note["summary"] = text
            }
            #expect(try await stage.apply(long, by: stage.ben) == .applied)
            let body = try #require(try await stage.post(first)).body
            #expect(body.title.count == ObjectLimits.title && body.summary.count == ObjectLimits.summary)
            let (fitting, second) = create("fitting", by: stage) { note in note["content"] = text }
            #expect(try await stage.apply(fitting, by: stage.ben) == .applied)
            let post = try #require(try await stage.post(second))
            #expect((1_000...100_000).contains(post.body.html.utf8.count))
            for (name, size, isKept) in [("small", 1_000, true), ("big", 70_000, false)] {
                let (activity, uri) = create(name, by: stage) { note in
                    note["type"] = "Contraption"
                    note["name"] = "A wheel"
                    note["x"] = .string(String(repeating: "x", count: size))
                }
                #expect(try await stage.apply(activity, by: stage.ben) == .applied)
                let post = try #require(try await stage.post(uri))
                #expect(post.type == .other("Contraption") && post.body.title == "A wheel")
                let json = try await stage.instance.database.read { try $0.postDocuments.find(of: post.id) }
                #expect((json != nil) == isKept, "\(name)")
            }
        }
    }

    @Test("terms of a wrong type are as if they were not there; what cannot be shown is ignored by name")
    func types() async throws {
        try await InboxStage.use { stage async throws in
            let (odd, uri) = create("odd", by: stage) { note in
                for term in ["attachment", "url", "icon", "image", "tag", "summary", "inReplyTo", "context"] {
                    note[term] = [["a": [1, 2, nil]], 7, true]
                }
                note["location"] = 3
                note["source"] = 4
                note["sensitive"] = "yes"
            }
            #expect(try await stage.apply(odd, by: stage.ben) == .applied)
            let post = try #require(try await stage.post(uri))
            #expect(post.body.text == "odd" && post.page == nil && !post.body.isSensitive)
            let refused: [(String, JSONValue?, String)] = [
                ("actor", "Person", "not a post: Person"), ("untyped", nil, "no type"),
                ("empty", "Contraption", "nothing to show"),
            ]
            for (name, type, expected) in refused {
                let (activity, uri) = create(name, by: stage) { note in
                    note["type"] = type
                    note["content"] = nil
                }
                #expect(try await stage.apply(activity, by: stage.ben) == .ignored, "\(name)")
                #expect(try await reason(activity, stage) == expected)
                #expect(try await stage.post(uri) == nil)
            }
        }
    }

    @Test("one of several authors may write; an object that names only others is not theirs")
    func authors() async throws {
        try await InboxStage.use { stage async throws in
            let others: JSONValue = [
                ["type": "Group", "id": "https://south.test/groups/1"],
                .string("https://south.test/users/zed"),
            ]
            let mine = JSONValue.array([["type": "Person", "id": .string(stage.ben.account.uri.description)]])
            let (foreign, first) = create("foreign", by: stage) { $0["attributedTo"] = others }
            #expect(try await stage.apply(foreign, by: stage.ben) == .ignored)
            #expect(try await stage.post(first) == nil)
            let (own, second) = create("own", by: stage) { note in
                note["attributedTo"] = .array((others.array ?? []) + (mine.array ?? []))
            }
            #expect(try await stage.apply(own, by: stage.ben) == .applied)
            #expect(try await stage.post(second)?.author == stage.ben.account.id)
        }
    }
}

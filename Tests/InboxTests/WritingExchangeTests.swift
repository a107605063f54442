import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

/// What one Staffroom writes, another reads: ada's activities come again as if ben had sent them.
@Suite("Articles, kinds of learning and policies between schools")
struct WritingExchangeTests {
    /// What ada sent last, as ben's.
    private func asBens(_ type: String, _ stage: InboxStage) async throws
        -> JSONObject
    {
        let sent = try #require(try await stage.lastSent(type))
        let text = String(decoding: JSONWriter.write(.object(sent)), as: UTF8.self)
            .replacing("\(stage.ada.endpoints.followers?.description ?? "")", with: "FOLLOWERS")
            .replacing(stage.ada.uri.description, with: stage.ben.account.uri.description)
            .replacing("FOLLOWERS", with: stage.ben.account.endpoints.followers?.description ?? "")
            .replacing("https://north.test/", with: "https://south.test/")
        return try #require(try JSONParser.parse(Array(text.utf8)).object)
    }

    private func received(_ activity: JSONObject, _ stage: InboxStage) async throws -> Post {
        #expect(try await stage.apply(activity, by: stage.ben) == .applied)
        let uri = activity["object"]?.object?["id"]?.string ?? ""
        return try #require(try await stage.post(uri))
    }

    @Test("all that was written is read again, and an edit of it")
    func exchange() async throws {
        try await InboxStage.use { stage in
            var draft = PostDraft(text: "With **paper** and #maths", summary: "Cut & paste", language: "en")
            draft.title = "Folding"
            draft.format = .markdown
            draft.learning = Learning(.trying, whatWeDid: "Folded & cut\nTwice", why: "To see")
            draft.picture = .init(try URI("https://north.test/media/1"), description: "A crane")
            draft.replyPolicy = .followers
            draft.boostPolicy = .nobody
            let written = try await stage.instance.publisher.publish(draft, as: stage.ada.id)
            let read = try await received(try await asBens("Create", stage), stage)
            #expect(read.type == .article && read.body.title == "Folding")
            #expect(read.body.learning == draft.learning)
            #expect(read.body.summary == "Cut & paste" && read.abstract == "Cut & paste")
            #expect(read.body.hashtags == ["maths", "tryingthis"])
            #expect(
                read.body.html.replacing("south.test", with: "north.test")
                    == written.body.html
            )
            #expect(read.body.language == "en")
            #expect(read.body.picture?.description == "A crane")
            #expect(read.replyPolicy == .followers && read.boostPolicy == .nobody)
            #expect(
                read.conversation
                    == written.conversation?.replacing("north.test", with: "south.test")
            )

            stage.instance.clock.advance(by: .minutes(1))
            var edit = PostDraft(editing: written)
            edit.learning?.kind = .reflection
            edit.boostPolicy = .mentioned
            _ = try await stage.instance.publisher.edit(written.id, edit, as: stage.ada.id)
            let again = try await received(try await asBens("Update", stage), stage)
            #expect(again.body.learning?.kind == .reflection)
            // Of ben's post nobody is mentioned: the nearest is that its author alone may.
            #expect(again.replyPolicy == .followers && again.boostPolicy == .nobody)
        }
    }

    @Test(
        "a policy is read to the nearest that lets nobody whom its home would not",
        arguments: [
            (#"{}"#, InteractionPolicy.everyone, InteractionPolicy.everyone),
            (#"{"canQuote": {"automaticApproval": []}}"#, .everyone, .everyone),
            (#"{"canReply": {}, "canAnnounce": null}"#, .everyone, .everyone),
            (#"{"canReply": {"always": "AUTHOR"}}"#, .nobody, .everyone),
            (
                #"{"canReply": {"always": []}, "canAnnounce": {"automaticApproval": "as:Public"}}"#, .nobody,
                .everyone
            ),
            (
                #"{"canReply": {"always": ["AUTHOR", "AUTHOR/followers"]}, "canAnnounce": {"automaticApproval": ["AUTHOR"], "always": "as:Public"}}"#,
                .followers, .nobody
            ),
            (
                #"{"canReply": {"always": ["AUTHOR", "https://north.test/x"], "approvalRequired": "as:Public"}}"#,
                .mentioned, .everyone
            ),
            (#"{"canReply": {"manualApproval": ["as:Public"]}}"#, .nobody, .everyone),
            (#"{"canReply": "nonsense", "canAnnounce": [7]}"#, .everyone, .everyone),
            (#"7"#, .everyone, .everyone),
        ]
    )
    func policies(json: String, reply: InteractionPolicy, boost: InteractionPolicy) async throws {
        try await InboxStage.use { stage in
            let ben = stage.ben.account
            let text = json.replacing("AUTHOR/followers", with: ben.endpoints.followers?.description ?? "")
                .replacing("AUTHOR", with: ben.uri.description)
            var note = Wire.note("p", by: stage.ben, "Hello")
            note["interactionPolicy"] = try JSONParser.parse(Array(text.utf8))
            let create = Wire.activity("Create", "p", by: stage.ben, .object(note))
            let post = try await received(create, stage)
            #expect(post.replyPolicy == reply && post.boostPolicy == boost)
        }
    }

    @Test("an Update that changes the policy alone is no edit, and counts")
    func policyAlone() async throws {
        try await InboxStage.use { stage in
            var note = Wire.note("p", by: stage.ben, "Hello")
            _ = try await received(Wire.activity("Create", "p", by: stage.ben, .object(note)), stage)
            note["interactionPolicy"] = ["canReply": ["always": .string(stage.ben.account.uri.description)]]
            let post = try await received(Wire.activity("Update", "p", by: stage.ben, .object(note)), stage)
            #expect(post.replyPolicy == .nobody && post.editedAt == nil)
            let again = Wire.activity("Update", "q", by: stage.ben, .object(note))
            #expect(try await stage.apply(again, by: stage.ben) == .ignored)
        }
    }

    @Test(
        "a kind of learning that is none, or too long, harms nothing",
        arguments: [
            #"{"learningKind": "party"}"#, #"{"learningKind": 7}"#, #"[]"#, #""trying""#,
            #"{"whatWeDid": "x"}"#,
        ]
    )
    func badLearning(json: String) async throws {
        try await InboxStage.use { stage in
            var note = Wire.note("p", by: stage.ben, "Hello")
            note["learning"] = try JSONParser.parse(Array(json.utf8))
            let post = try await received(Wire.activity("Create", "p", by: stage.ben, .object(note)), stage)
            #expect(post.body.learning == nil)
            var good = Wire.note("q", by: stage.ben, "Hello")
            let long = String(repeating: "x", count: 5_000)
            good["learning"] = ["learningKind": "trying", "why": .string(long), "whatWeDid": 7]
            let read = try await received(Wire.activity("Create", "q", by: stage.ben, .object(good)), stage)
            #expect(read.body.learning?.why.count == Learning.longestText)
        }
    }
}

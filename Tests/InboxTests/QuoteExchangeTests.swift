import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

@Suite("Ours quote peers' posts")
struct QuoteExchangeTests {
    /// Ben's post with a rule about quotes, and ada's quote of it.
    private func quoted(_ stage: InboxStage) async throws -> (
        note: JSONObject, post: Post, request: JSONObject
    ) {
        var note = Wire.note("p", by: stage.ben, "Hello")
        note["interactionPolicy"] = ["canQuote": ["automaticApproval": .string(Wire.everybody)]]
        #expect(
            try await stage.apply(Wire.activity("Create", "p", by: stage.ben, .object(note)), by: stage.ben)
                == .applied
        )
        try await stage.instance.addFollow(of: stage.ada, by: stage.dora.account)
        let theirs = try #require(try await stage.post(note["id"]?.string ?? ""))
        var draft = PostDraft(text: "So true", language: "en")
        draft.quotes = theirs.id
        let post = try await stage.instance.publisher.publish(draft, as: stage.ada.id)
        return (note, post, try #require(try await stage.lastSent("QuoteRequest")))
    }

    private func answer(
        _ type: String,
        _ name: String,
        by peer: TestPeer,
        _ request: JSONObject,
        stamp: String? = nil
    ) -> JSONObject {
        var answer = Wire.activity(type, name, by: peer, request["id"] ?? .null)
        answer["result"] = stamp.map { .string($0) }
        return answer
    }

    private func state(_ post: Post, _ stage: InboxStage) async throws -> Quote.State? {
        try await stage.instance.database.read { try $0.quotes.find(uri: post.uri)?.state }
    }

    @Test(
        "it is asked for with the post in it, and the post says so; approved it is sent again with the stamp"
    )
    func approved() async throws {
        try await InboxStage.use { stage async throws in
            let (note, post, request) = try await quoted(stage)
            #expect(request["object"]?.string == note["id"]?.string)
            #expect(request["instrument"]?.object?["id"]?.string == post.uri.description)
            #expect(request["instrument"]?.object?["quote"]?.string == note["id"]?.string)
            let create = try #require(try await stage.lastSent("Create")?["object"]?.object)
            #expect(create["quote"]?.string == note["id"]?.string && create["quoteAuthorization"] == nil)
            #expect(create["content"]?.string?.contains("class=\"quote-inline\"") == true)
            #expect(create["contentMap"]?.object?["en"]?.string == create["content"]?.string)
            #expect(try NoteObject(create).parts.quotes == note["id"]?.string)
            #expect(try await state(post, stage) == .pending)

            let stamp = "\(stage.ben.account.uri)/stamps/1"
            for (name, peer, type, result) in [
                ("a", stage.dora, "Accept", stamp), ("b", stage.ben, "Accept", "https://east.test/stamps/1"),
                ("c", stage.ben, "Accept", nil), ("d", stage.dora, "Reject", nil),
            ] {
                let answer = answer(type, name, by: peer, request, stamp: result)
                #expect(try await stage.apply(answer, by: peer) == .ignored, "\(name)")
            }
            #expect(try await stage.lastSent("Update") == nil)
            let accept = answer("Accept", "e", by: stage.ben, request, stamp: stamp)
            #expect(try await stage.apply(accept, by: stage.ben) == .applied)
            #expect(try await state(post, stage) == .accepted)
            let update = try #require(try await stage.lastSent("Update")?["object"]?.object)
            #expect(update["quoteAuthorization"]?.string == stamp)
        }
    }

    @Test("refused it is quoted no more; taken back it is sent again without the quote, by the author alone")
    func refused() async throws {
        try await InboxStage.use { stage async throws in
            let (note, post, request) = try await quoted(stage)
            let reject = answer("Reject", "a", by: stage.ben, request)
            #expect(try await stage.apply(reject, by: stage.ben) == .applied)
            #expect(try await state(post, stage) == .rejected)
            #expect(try await stage.lastSent("Update") == nil)
            let stamp = "\(stage.ben.account.uri)/stamps/1"
            _ = try await stage.apply(
                answer("Accept", "b", by: stage.ben, request, stamp: stamp),
                by: stage.ben
            )
            #expect(try await state(post, stage) == .accepted)
            let wrong = Wire.activity("Delete", "a", by: stage.dora, .string(stamp))
            _ = try await stage.apply(wrong, by: stage.dora)
            #expect(try await state(post, stage) == .accepted)
            let delete = Wire.activity(
                "Delete",
                "b",
                by: stage.ben,
                ["id": .string(stamp), "type": "QuoteAuthorization"]
            )
            #expect(try await stage.apply(delete, by: stage.ben) == .applied)
            #expect(try await state(post, stage) == .revoked)
            let update = try #require(try await stage.lastSent("Update")?["object"]?.object)
            #expect(update["quote"] == nil && update["quoteAuthorization"] == nil)
            #expect(update["content"]?.string?.contains(note["id"]?.string ?? "") == false)
        }
    }

    @Test(
        "whose author says nothing about quotes, or lets nobody, is not quoted; nor for others than may know"
    )
    func closed() async throws {
        try await InboxStage.use { stage async throws in
            let publisher = stage.instance.publisher
            for (name, rule) in [("1", nil), ("2", stage.ben.account.uri.description)] as [(String, String?)]
            {
                var note = Wire.note(name, by: stage.ben, "Hello")
                note["interactionPolicy"] = rule.map { ["canQuote": ["automaticApproval": .string($0)]] }
                _ = try await stage.apply(
                    Wire.activity("Create", name, by: stage.ben, .object(note)),
                    by: stage.ben
                )
                var draft = PostDraft(text: "So true")
                draft.quotes = try await stage.post(note["id"]?.string ?? "")?.id
                await #expect(throws: OutboxError.quotesClosed) {
                    _ = try await publisher.publish(draft, as: stage.ada.id)
                }
            }
            let (_, post, _) = try await quoted(stage)
            let theirs = try #require(try await stage.post("\(stage.ben.account.uri)/notes/p"))
            for audience in Audience.allCases where !audience.isForEverybody {
                // A direct message is for whom it names; here that is somebody else.
                var draft = PostDraft(text: "Look @cleo", audience: audience)
                draft.quotes = theirs.id
                await #expect(throws: OutboxError.self, "\(audience)") {
                    _ = try await publisher.publish(draft, as: stage.ada.id)
                }
            }
            var stays = PostDraft(text: "Look")
            (stays.quotes, stays.isLocalOnly) = (theirs.id, true)
            await #expect(throws: OutboxError.self) {
                _ = try await publisher.publish(stays, as: stage.ada.id)
            }
            #expect(post.body.quotes == theirs.uri)
        }
    }

    @Test("PRV-02: a colleague's post for few is quoted by its author alone, and for the same people")
    func few() async throws {
        try await InboxStage.use { stage async throws in
            let publisher = stage.instance.publisher
            let few = try await publisher.publish(
                PostDraft(text: "Us", audience: .school),
                as: stage.ada.id
            )
            var draft = PostDraft(text: "Look", audience: .school)
            draft.quotes = few.id
            await #expect(throws: OutboxError.quotesClosed) {
                _ = try await publisher.publish(draft, as: stage.cleo.id)
            }
            var wide = draft
            wide.audience = .public
            await #expect(throws: OutboxError.self) {
                _ = try await publisher.publish(wide, as: stage.ada.id)
            }
            let own = try await publisher.publish(draft, as: stage.ada.id)
            #expect(try await state(own, stage) == .accepted)
            // What one cannot see one cannot quote.
            let direct = try await publisher.publish(
                PostDraft(text: "You @ben@south.test", audience: .direct),
                as: stage.ada.id
            )
            draft.quotes = direct.id
            await #expect(throws: OutboxError.noSuchPost) {
                _ = try await publisher.publish(draft, as: stage.cleo.id)
            }
        }
    }
}

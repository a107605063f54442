import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

@Suite("Peers quote posts of ours")
struct QuoteRequestTests {
    private func post(_ policy: QuotePolicy, _ stage: InboxStage, _ audience: Audience = .public) async throws
        -> Post
    {
        var draft = PostDraft(text: "Hello", audience: audience)
        draft.quotePolicy = policy
        return try await stage.instance.publisher.publish(draft, as: stage.ada.id)
    }

    private func note(_ name: String, by peer: TestPeer, quoting uri: URI) -> JSONObject {
        var note = Wire.note(name, by: peer, "So true")
        note["quote"] = .string(uri.description)
        return note
    }

    private func request(_ name: String, by peer: TestPeer, _ post: Post, of note: JSONObject) -> JSONObject {
        var request = Wire.activity("QuoteRequest", name, by: peer, .string(post.uri.description))
        request["instrument"] = .object(note)
        return request
    }

    private func quote(_ note: JSONObject, _ stage: InboxStage) async throws -> Quote? {
        let uri = try URI(note["id"]?.string ?? "")
        return try await stage.instance.database.read { try $0.quotes.find(uri: uri) }
    }

    @Test(
        "the policy answers: a stamp, nothing until the author says so, or Reject; again the same",
        arguments: [
            (QuotePolicy.everyone, Quote.State.accepted, Quote.State.accepted),
            (QuotePolicy(automatic: .followers), .accepted, .rejected),
            (.ask, .pending, .pending),
            (QuotePolicy(automatic: .nobody, manual: .followers), .pending, .rejected),
            (.nobody, .rejected, .rejected),
        ]
    )
    func policy(policy: QuotePolicy, follower: Quote.State, stranger: Quote.State) async throws {
        try await InboxStage.use { stage async throws in
            try await stage.instance.addFollow(of: stage.ada, by: stage.ben.account)
            let post = try await post(policy, stage)
            for (peer, state) in [(stage.ben, follower), (stage.dora, stranger)] {
                let note = note("q", by: peer, quoting: post.uri)
                for name in ["1", "2"] {
                    let request = request(name, by: peer, post, of: note)
                    #expect(try await stage.apply(request, by: peer) == .applied)
                    let found = try #require(try await quote(note, stage))
                    #expect(found.state == state && found.account == peer.account.id)
                    guard state != .pending else { continue }
                    let answer = try #require(
                        try await stage.lastSent(state == .accepted ? "Accept" : "Reject")
                    )
                    let asked = answer["object"]?.object
                    #expect(asked?["id"]?.string == request["id"]?.string)
                    #expect(asked?["instrument"]?.string == note["id"]?.string)
                    #expect(answer["to"]?.asList.first?.string == peer.account.uri.description)
                    let stamp = "https://north.test/ap/quotes/\(found.id)"
                    #expect(answer["result"]?.string == (state == .accepted ? stamp : nil))
                }
            }
            if follower == .pending { #expect(try await stage.lastSent("Accept") == nil) }
        }
    }

    @Test("PRV-02: what is wrong, for others, of a blocked account or of a stranger's host gets no approval")
    func refused() async throws {
        try await InboxStage.use { stage async throws in
            let post = try await post(.everyone, stage)
            let hidden = try await self.post(.everyone, stage, .followers)
            let ben = stage.ben
            let good = note("good", by: ben, quoting: post.uri)
            var others = good
            others["attributedTo"] = .string(stage.dora.account.uri.description)
            others["id"] = .string("\(ben.account.uri)/notes/others")
            var foreign = good
            foreign["id"] = "https://east.test/notes/1"
            let cases: [(String, JSONObject, Post)] = [
                ("author", others, post), ("origin", foreign, post),
                ("other", note("other", by: ben, quoting: hidden.uri), post),
                ("hidden", note("hidden", by: ben, quoting: hidden.uri), hidden),
            ]
            for (name, note, post) in cases {
                let state = try await stage.apply(request(name, by: ben, post, of: note), by: ben)
                #expect(state == .ignored, "\(name)")
                #expect(try await quote(note, stage) == nil, "\(name)")
            }
            #expect(try await stage.apply(request("good", by: ben, post, of: good), by: ben) == .applied)
            try await stage.instance.publisher.block(stage.dora.account.id, as: stage.ada.id)
            let blocked = note("blocked", by: stage.dora, quoting: post.uri)
            _ = try await stage.apply(request("b", by: stage.dora, post, of: blocked), by: stage.dora)
            #expect(try await quote(blocked, stage)?.state == .rejected)
            #expect(try await stage.lastSent("Reject")?["result"] == nil)
            let evil = note("evil", by: stage.mallory, quoting: post.uri)
            let receipt = try await stage.send(
                request("e", by: stage.mallory, post, of: evil),
                by: stage.mallory
            )
            #expect(receipt == .refused(.hostNotAllowed))
        }
    }

    @Test("a Create that quotes a post of ours is kept, whichever comes first, and its author is told once")
    func created() async throws {
        try await InboxStage.use { stage async throws in
            let post = try await post(.everyone, stage)
            for (name, isFirst) in [("1", true), ("2", false)] {
                let note = note(name, by: stage.dora, quoting: post.uri)
                let create = Wire.activity("Create", name, by: stage.dora, .object(note))
                let request = request(name, by: stage.dora, post, of: note)
                for activity in isFirst ? [request, create] : [create, request] {
                    #expect(try await stage.apply(activity, by: stage.dora) == .applied)
                }
                #expect(try await quote(note, stage)?.state == .accepted)
            }
            #expect(try await stage.notices(stage.ada) == [.quote, .quote])
            var plain = note("3", by: stage.dora, quoting: post.uri)
            plain["quote"] = nil
            let state = try await stage.apply(
                Wire.activity("Create", "3", by: stage.dora, .object(plain)),
                by: stage.dora
            )
            #expect(state == .ignored)
        }
    }

    @Test("a note's own word that it was approved counts for nothing with a post of ours")
    func claimed() async throws {
        try await InboxStage.use { stage async throws in
            let post = try await post(.ask, stage)
            var note = note("1", by: stage.ben, quoting: post.uri)
            note["quoteAuthorization"] = "https://north.test/ap/quotes/1"
            #expect(
                try await stage.apply(
                    Wire.activity("Create", "1", by: stage.ben, .object(note)),
                    by: stage.ben
                )
                    == .applied
            )
            let found = try #require(try await quote(note, stage))
            #expect(found.state == .pending && found.stamp == nil && found.dueAt == nil)
        }
    }

    @Test("the author allows, refuses and takes back by hand; what is taken back stays so")
    func byHand() async throws {
        try await InboxStage.use { stage async throws in
            let publisher = stage.instance.publisher
            let post = try await post(.ask, stage)
            var quoting: [Post] = []
            for name in ["1", "2"] {
                let note = note(name, by: stage.ben, quoting: post.uri)
                let create = Wire.activity("Create", name, by: stage.ben, .object(note))
                let request = request(name, by: stage.ben, post, of: note)
                for activity in [create, request] { _ = try await stage.apply(activity, by: stage.ben) }
                quoting.append(try #require(try await stage.post(note["id"]?.string ?? "")))
            }
            #expect(try await stage.notices(stage.ada) == [.quoteRequest, .quoteRequest])
            await #expect(throws: OutboxError.noSuchPost) {
                try await publisher.answerQuote(quoting[0].id, accepts: true, as: stage.cleo.id)
            }
            try await publisher.answerQuote(quoting[0].id, accepts: true, as: stage.ada.id)
            try await publisher.answerQuote(quoting[1].id, accepts: false, as: stage.ada.id)
            #expect(try await stage.notices(stage.ada) == [.quote])
            let accept = try #require(try await stage.lastSent("Accept"))
            let stamp = try #require(accept["result"]?.string)
            #expect(try await stage.lastSent("Reject") != nil)
            try await publisher.revokeQuote(quoting[0].id, as: stage.ada.id)
            let delete = try #require(try await stage.lastSent("Delete"))
            #expect(delete["object"]?.object?["id"]?.string == stamp)
            #expect(delete["object"]?.object?["interactingObject"] == nil)
            let note = note("1", by: stage.ben, quoting: post.uri)
            _ = try await stage.apply(request("again", by: stage.ben, post, of: note), by: stage.ben)
            #expect(try await quote(note, stage)?.state == .revoked)
            await #expect(throws: OutboxError.noSuchPost) {
                try await publisher.revokeQuote(quoting[1].id, as: stage.ada.id)
            }
        }
    }

    @Test("a post that was deleted quotes nothing any more")
    func deleted() async throws {
        try await InboxStage.use { stage async throws in
            let post = try await post(.everyone, stage)
            let note = note("1", by: stage.ben, quoting: post.uri)
            _ = try await stage.apply(
                Wire.activity("Create", "1", by: stage.ben, .object(note)),
                by: stage.ben
            )
            _ = try await stage.apply(request("1", by: stage.ben, post, of: note), by: stage.ben)
            #expect(
                try await stage.instance.database.read { try $0.quotes.countAccepted(of: [post.uri]) } == [
                    post.uri: 1
                ]
            )
            let delete = Wire.activity("Delete", "1", by: stage.ben, note["id"] ?? .null)
            #expect(try await stage.apply(delete, by: stage.ben) == .applied)
            #expect(try await quote(note, stage) == nil)
            #expect(
                try await stage.apply(request("2", by: stage.ben, post, of: note), by: stage.ben) == .ignored
            )
        }
    }
}

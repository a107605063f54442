import Domain
import Logging
import Outbox
import Peers
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

@Suite("Fetching what answers a post")
struct RepliesErrandTests {
    private static let replies = "/users/dora/notes/root/replies"

    /// Dora's post, boosted by ben, whose answers are in a collection.
    @discardableResult
    private func boostRoot(_ stage: ErrandStage, context: String = "tag:west,1", as term: String = "context")
        async throws -> String
    {
        let root = stage.serve("root", by: stage.dora) { note in
            note["replies"] = .string("\(stage.west.origin)\(Self.replies)")
            note[term] = .string(context)
        }
        let boost = Wire.activity("Announce", "1", by: stage.ben, .string(root), to: [Wire.everybody])
        #expect(try await stage.stage.apply(boost, by: stage.ben) == .applied)
        return root
    }

    private func collection(
        _ stage: ErrandStage,
        _ items: [JSONValue],
        next: String? = nil,
        page: String = ""
    )
        -> JSONObject
    {
        var document: JSONObject = [
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": .string("\(stage.west.origin)\(Self.replies)\(page)"),
            "type": page.isEmpty ? "Collection" : "CollectionPage",
            "items": .array(items),
        ]
        document["next"] = next.map { .string($0) }
        return document
    }

    @Test("after a boost the answers come, page by page, from their own homes, and theirs in turn; quietly")
    func downwards() async throws {
        try await ErrandStage.use { stage async throws in
            let root = stage.uri("root", by: stage.dora)
            let first = stage.serve("1", by: stage.ben, answers: root) { note in
                note["replies"] = .object([
                    "type": "Collection", "id": .string("\(stage.uri("1", by: stage.ben))/replies"),
                    "first": .object([
                        "type": "CollectionPage", "items": [.string(stage.uri("3", by: stage.dora))],
                    ]),
                ])
            }
            let second = stage.serve("2", by: stage.dora, answers: root)
            stage.serve("3", by: stage.dora, answers: first)
            let next = "\(stage.west.origin)\(Self.replies)?page=2"
            stage.west.serve(Self.replies, collection(stage, [.string(first)], next: next))
            stage.west.serve(
                "\(Self.replies)?page=2",
                // A document in a collection is a name for what its home has.
                collection(stage, [.object(stage.note("2", by: stage.dora))], page: "?page=2")
            )
            try await boostRoot(stage)
            #expect(await stage.run() == 1)
            let thread = try await stage.thread(root)
            #expect(Set(thread.posts) == ["root", "1", "2", "3"] && thread.gaps == [])
            #expect(try await stage.stage.home(stage.stage.ada) == ["root"])
            #expect(try await stage.stage.notices(stage.stage.ada) == [])
            #expect(stage.west.count("/users/dora/notes/2") == 1 && second.hasSuffix("/notes/2"))
        }
    }

    @Test(
        "what PeerTube calls the comments of a film answers it; WordPress embeds the name of a collection alone",
        arguments: ["comments", "replies"]
    )
    func dialects(_ term: String) async throws {
        try await ErrandStage.use { stage async throws in
            let film = stage.serve("film", by: stage.dora) { note in
                note["type"] = "Video"
                let uri = JSONValue.string("\(stage.west.origin)\(Self.replies)")
                note[term] = term == "comments" ? uri : ["id": uri, "type": "Collection"]
            }
            let answer = stage.serve("1", by: stage.ben, answers: film)
            stage.west.serve(Self.replies, collection(stage, [.string(answer)]))
            let boost = Wire.activity("Announce", "1", by: stage.ben, .string(film), to: [Wire.everybody])
            #expect(try await stage.stage.apply(boost, by: stage.ben) == .applied)
            await stage.run()
            #expect(try await stage.thread(film) == ErrandStage.Seen(["film", "1"], []))
        }
    }

    @Test(
        "a conversation's collection has the thread in any order (FEP-f228); one that is a name is none",
        arguments: ["context", "conversation"]
    )
    func conversation(_ term: String) async throws {
        try await ErrandStage.use { stage async throws in
            let root = stage.uri("root", by: stage.dora)
            let first = stage.serve("1", by: stage.ben, answers: root)
            let second = stage.serve("2", by: stage.dora, answers: first)
            let other = stage.serve("other", by: stage.ben)
            var context = collection(stage, [second, other, first, root].map { .string($0) })
            context["id"] = .string("\(stage.west.origin)/contexts/1")
            stage.west.serve("/contexts/1", context)
            try await boostRoot(stage, context: "\(stage.west.origin)/contexts/1", as: term)
            await stage.run()
            #expect(try await stage.thread(root) == ErrandStage.Seen(["root", "1", "2"], []))
            // What answers nothing of the thread is not kept.
            #expect(try await stage.stage.post(other) == nil)
        }
    }

    @Test(
        "FET-20: a collection that leads to itself, elsewhere or on without end is left, and the gap says why",
        arguments: ["loop", "elsewhere", "ours", "endless", "none"]
    )
    func endless(_ what: String) async throws {
        try await ErrandStage.use { stage async throws in
            let answer = stage.serve("1", by: stage.dora, answers: stage.uri("root", by: stage.dora))
            let base = "\(stage.west.origin)\(Self.replies)"
            let next: String? =
                switch what {
                case "loop": base
                case "elsewhere": "\(stage.south.origin)\(Self.replies)"
                case "ours": "\(stage.stage.school.origin)/ap/inbox"
                case "endless": "\(base)?page=1"
                default: nil
                }
            stage.west.serve(Self.replies, collection(stage, [.string(answer)], next: next))
            for index in 1...50 where what == "endless" {
                let page = collection(stage, [], next: "\(base)?page=\(index + 1)", page: "?page=\(index)")
                stage.west.serve("\(Self.replies)?page=\(index)", page)
            }
            try await boostRoot(stage)
            await stage.run()
            let reason = ["loop": "loop", "endless": "tooManyPages"][what] ?? "unreadable"
            let thread = try await stage.thread(stage.uri("root", by: stage.dora))
            #expect(thread == ErrandStage.Seen(["root", "1"], what == "none" ? [] : ["below: \(reason)"]))
            #expect(stage.south.count(Self.replies) == 0)
            #expect(stage.west.count("\(Self.replies)?page=20") == 0)
            #expect(stage.west.count(Self.replies) == 1)
        }
    }

    @Test("10,000 answers on one page: a hundred are asked for")
    func many() async throws {
        try await ErrandStage.use { stage async throws in
            let root = stage.uri("root", by: stage.dora)
            let items = (0..<10_000).map { JSONValue.string(stage.uri("\($0)", by: stage.dora)) }
            for index in 0..<3 { stage.serve("\(index)", by: stage.dora, answers: root) }
            stage.west.serve(Self.replies, collection(stage, items))
            try await boostRoot(stage)
            await stage.run()
            let thread = try await stage.thread(root)
            #expect(thread.posts.count == 4)
            #expect(thread.gaps == ["below: tooManyPosts"])
            #expect(stage.west.count("/users/dora/notes/99") == 1)
            #expect(stage.west.count("/users/dora/notes/100") == 0)
        }
    }

    @Test(
        "a server is asked five times for what it does not have, or does not belong there, and then no more"
    )
    func misses() async throws {
        try await ErrandStage.use { stage async throws in
            let root = stage.uri("root", by: stage.dora)
            let lost = (0..<50).map { stage.uri("lost-\($0)", by: stage.ben) }
            let others = (0..<3).map { stage.serve("other-\($0)", by: stage.ben) }
            // What its own server lists in vain counts for nothing.
            let own = (0..<9).map { stage.uri("own-\($0)", by: stage.dora) }
            let answer = stage.serve("1", by: stage.dora, answers: root)
            let items = others + lost + own + [answer]
            stage.west.serve(Self.replies, collection(stage, items.map { .string($0) }))
            try await boostRoot(stage)
            await stage.run()
            #expect(try await stage.thread(root) == ErrandStage.Seen(["root", "1"], ["below: unreadable"]))
            #expect(stage.south.count() == FetchBudget.maximumMisses)
        }
    }

    @Test("whom nobody here follows makes us fetch nothing by a boost")
    func strangers() async throws {
        try await ErrandStage.use { stage async throws in
            let root = stage.serve("root", by: stage.ben, answers: stage.uri("0", by: stage.dora)) { note in
                note["replies"] = .string("\(stage.south.origin)/replies")
            }
            let note = JSONValue.object(stage.note("root", by: stage.ben))
            let create = Wire.activity("Create", "root", by: stage.ben, note)
            #expect(try await stage.stage.apply(create, by: stage.ben) == .applied)
            let boost = Wire.activity("Announce", "1", by: stage.dora, .string(root), to: [Wire.everybody])
            #expect(try await stage.stage.apply(boost, by: stage.dora) == .applied)
            #expect(await stage.run() == 0)
            #expect(stage.south.count() == 0 && stage.west.count() == 0)
        }
    }

    @Test("pages of a megabyte each are read until there is too much")
    func large() async throws {
        try await ErrandStage.use { stage async throws in
            let base = "\(stage.west.origin)\(Self.replies)"
            for index in 0...9 {
                let page = index == 0 ? "" : "?page=\(index)"
                var document = collection(stage, [], next: "\(base)?page=\(index + 1)", page: page)
                document["summary"] = .string(String(repeating: "x", count: 900 << 10))
                stage.west.serve(Self.replies + page, document)
            }
            try await boostRoot(stage)
            await stage.run()
            let gaps = try await stage.thread(stage.uri("root", by: stage.dora)).gaps
            #expect(gaps == ["below: tooMuch"])
            #expect(stage.west.count("\(Self.replies)?page=6") == 0)
        }
    }

    @Test(
        "answers at more servers than twenty are left; those at strangers' cost nothing, and nobody is asked"
    )
    func hosts() async throws {
        try await ErrandStage.use { stage async throws in
            let root = stage.uri("root", by: stage.dora)
            // Nothing listens there.
            let silent = (1...30).map { "http://127.0.9.\($0):1" }
            for origin in silent {
                let host = try Origin(origin).host
                try await stage.stage.instance.admin.setPartner(
                    host,
                    .approved,
                    at: stage.stage.school,
                    by: "test"
                )
            }
            let strangers = (0..<50).map { "\(stage.east.origin)/notes/\($0)" }
            let items = strangers + [stage.serve("1", by: stage.dora, answers: root)]
            let more = silent.map { "\($0)/notes/1" }
            stage.west.serve(Self.replies, collection(stage, items.map { .string($0) }))
            try await boostRoot(stage)
            await stage.run()
            #expect(try await stage.thread(root) == ErrandStage.Seen(["root", "1"], ["below: notAPartner"]))
            #expect(stage.east.count() == 0)
            stage.west.serve(Self.replies, collection(stage, (items + more).map { .string($0) }))
            stage.clock.advance(by: .minutes(11))
            try await stage.read(root)
            await stage.run()
            #expect(try await stage.thread(root).gaps == ["below: tooManyHosts"])
        }
    }

    @Test("a server that does not answer ends the errand in time")
    func slow() async throws {
        try await ErrandStage.use { stage async throws in
            stage.west.reply(Self.replies, .hang)
            try await boostRoot(stage)
            let instance = stage.stage.instance
            let hasty = ErrandRunner(
                database: instance.database,
                directory: instance.directory,
                ids: instance.ids,
                clock: instance.clock,
                longest: .milliseconds(300),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            while await hasty.proceed() {}
            let gaps = try await stage.thread(stage.uri("root", by: stage.dora)).gaps
            #expect(gaps == ["below: tooSlow"])
        }
    }

    @Test(
        "an answer whose author is of another origin, or that is not for everybody, is not shown; its twin is"
    )
    func forged() async throws {
        try await ErrandStage.use { stage async throws in
            let root = stage.uri("root", by: stage.dora)
            let forged = stage.serve("1", by: stage.dora, answers: root) { note in
                note["attributedTo"] = .string(stage.ben.account.uri.description)
            }
            let secret = stage.serve("2", by: stage.dora, answers: root) { note in
                note["to"] = .string("\(stage.dora.account.uri)/followers")
            }
            let fine = stage.serve("3", by: stage.dora, answers: root)
            stage.west.serve(Self.replies, collection(stage, [forged, secret, fine].map { .string($0) }))
            try await boostRoot(stage)
            await stage.run()
            #expect(try await stage.thread(root) == ErrandStage.Seen(["root", "3"], ["below: unreadable"]))
        }
    }

    @Test("an answer to a post of ours is kept to its author's choice, however it is found")
    func policy() async throws {
        try await ErrandStage.use { stage async throws in
            let root = try await boostRoot(stage)
            let parent = try #require(try await stage.stage.post(root))
            var draft = PostDraft(text: "ours", inReplyTo: parent.id)
            draft.replyPolicy = .nobody
            let ours = try await stage.stage.instance.publisher.publish(draft, as: stage.stage.ada.id)
            let unwanted = stage.serve("1", by: stage.dora, answers: ours.uri.description)
            let wanted = stage.serve("2", by: stage.dora, answers: root)
            let items = [ours.uri.description, unwanted, wanted].map { JSONValue.string($0) }
            stage.west.serve(Self.replies, collection(stage, items))
            await stage.run()
            let thread = try await stage.thread(root)
            #expect(Set(thread.posts) == ["root", "ours", "2"] && thread.gaps == [])
        }
    }
}

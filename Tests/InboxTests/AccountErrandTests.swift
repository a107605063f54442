import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

@Suite("Fetching the last posts of an account that is followed")
struct AccountErrandTests {
    /// Cleo asks to follow dora, who says yes.
    private func follow(_ stage: ErrandStage, by follower: Account) async throws {
        let uri = try URI("\(follower.uri)/follows/dora")
        let follow = Follow(
            id: stage.stage.instance.ids.next(),
            follower: follower.id,
            followed: stage.dora.account.id,
            uri: uri,
            state: .pending,
            createdAt: stage.clock.now()
        )
        _ = try await stage.stage.instance.database.write { try $0.follows.insert(follow) }
        let accept = Wire.activity(
            "Accept",
            follower.id.description,
            by: stage.dora,
            .string(uri.description)
        )
        #expect(try await stage.stage.apply(accept, by: stage.dora) == .applied)
    }

    /// Dora's note of a day in October.
    private func note(_ stage: ErrandStage, _ day: Int) -> JSONObject {
        var note = stage.note("\(day)", by: stage.dora)
        note["published"] = .string("2026-10-\(day < 10 ? "0" : "")\(day)T10:00:00Z")
        note["tag"] = [["type": "Mention", "href": .string(stage.stage.cleo.uri.description)]]
        return note
    }

    private func create(_ stage: ErrandStage, _ note: JSONObject) -> JSONValue {
        .object(Wire.activity("Create", note["id"]?.string ?? "", by: stage.dora, .object(note)))
    }

    /// Serves a collection of dora's in pages of ten.
    private func serve(_ stage: ErrandStage, _ name: String, _ items: [JSONValue]) {
        let path = "/users/dora/\(name)"
        var overview: JSONObject = [
            "id": .string("\(stage.west.origin)\(path)"), "type": "OrderedCollection",
        ]
        overview["first"] = .string("\(stage.west.origin)\(path)?page=0")
        stage.west.serve(path, overview)
        for (index, start) in stride(from: 0, to: max(1, items.count), by: 10).enumerated() {
            let end = min(start + 10, items.count)
            var page: JSONObject = [
                "id": .string("\(stage.west.origin)\(path)?page=\(index)"), "type": "OrderedCollectionPage",
                "orderedItems": .array(Array(items[start..<end])),
            ]
            if end < items.count { page["next"] = .string("\(stage.west.origin)\(path)?page=\(index + 1)") }
            stage.west.serve("\(path)?page=\(index)", page)
        }
    }

    @Test("on the first follow the last twenty posts come, quietly, each in its place by date")
    func first() async throws {
        try await ErrandStage.use { stage async throws in
            let (inner, cleo) = (stage.stage, stage.stage.cleo)
            var items: [JSONValue] = []
            for day in (1...25).reversed() {
                items.append(create(stage, note(stage, day)))
                if day.isMultiple(of: 5) {
                    items.append(
                        .object(
                            Wire.activity(
                                "Announce",
                                "\(day)",
                                by: stage.dora,
                                .string(stage.uri("x", by: stage.ben))
                            )
                        )
                    )
                }
            }
            serve(stage, "outbox", items)
            let own = try await inner.instance.publisher.publish(PostDraft(text: "mine"), as: cleo.id)
            try await follow(stage, by: cleo)
            #expect(await stage.run() == 2)
            let days = (6...25).reversed().map(String.init)
            #expect(try await inner.home(cleo) == [own.body.text] + days)
            let (viewer, dora) = (Viewer.account(cleo.id, school: inner.school.id), stage.dora.account.id)
            let profile = try await inner.instance.database.read {
                try $0.profiles.posts(of: dora, for: viewer, limit: 40).map(\.post.body.text)
            }
            #expect(profile == days)
            // They name cleo, who is told nothing; nothing is sent, and nobody else has it.
            #expect(try await inner.notices(cleo) == [])
            #expect(try await inner.sent() == [])
            #expect(try await inner.home(inner.ada) == [])
            #expect(stage.south.count() == 0)
            // The second to follow finds them on the profile.
            try await follow(stage, by: inner.ada)
            #expect(await stage.run() == 0)
            #expect(stage.west.count("/users/dora/outbox") == 1)
        }
    }

    @Test("what is not for everybody, of another origin or by somebody else is left out; names are fetched")
    func left() async throws {
        try await ErrandStage.use { stage async throws in
            var secret = note(stage, 1)
            secret["to"] = .string("\(stage.dora.account.uri)/followers")
            var foreign = note(stage, 2)
            foreign["id"] = .string(stage.uri("2", by: stage.ben))
            var stolen = note(stage, 3)
            stolen["attributedTo"] = .string("\(stage.west.origin)/users/somebody")
            stage.west.serve("/users/dora/notes/4", note(stage, 4))
            let named = JSONValue.string(stage.uri("4", by: stage.dora))
            let bare = JSONValue.object(note(stage, 5))
            let items: [JSONValue] = [
                create(stage, secret), create(stage, foreign), create(stage, stolen), named, bare,
                create(stage, note(stage, 5)), 7, ["type": "Create"],
            ]
            serve(stage, "outbox", items)
            try await follow(stage, by: stage.stage.cleo)
            await stage.run()
            #expect(try await stage.stage.home(stage.stage.cleo) == ["5", "4"])
        }
    }

    @Test("FET-20: an outbox of boosts without end is read for twenty pages; what was found is kept")
    func endless() async throws {
        try await ErrandStage.use { stage async throws in
            let boosts = (0..<500).map { index in
                JSONValue.object(
                    Wire.activity(
                        "Announce",
                        "\(index)",
                        by: stage.dora,
                        .string("https://far.test/\(index)")
                    )
                )
            }
            serve(stage, "outbox", [create(stage, note(stage, 9))] + boosts)
            try await follow(stage, by: stage.stage.cleo)
            await stage.run()
            #expect(try await stage.stage.home(stage.stage.cleo) == ["9"])
            #expect(stage.west.count("/users/dora/outbox?page=18") == 1)
            #expect(stage.west.count("/users/dora/outbox?page=19") == 0)
        }
    }

    @Test("the pins come too, in their order, and stand in no timeline")
    func pins() async throws {
        try await ErrandStage.use { stage async throws in
            serve(stage, "outbox", [])
            for day in [1, 2] { stage.west.serve("/users/dora/notes/\(day)", note(stage, day)) }
            serve(stage, "featured", [1, 2].map { .string(stage.uri("\($0)", by: stage.dora)) })
            try await follow(stage, by: stage.stage.cleo)
            await stage.run()
            let (dora, viewer) = (stage.dora.account.id, stage.viewer)
            let pinned = try await stage.stage.instance.database.read {
                try $0.profiles.pinned(by: dora, for: viewer).map(\.body.text)
            }
            #expect(pinned == ["1", "2"])
            #expect(try await stage.stage.home(stage.stage.cleo) == [])
        }
    }

    @Test("an outbox that fails is read again later; one that is not there is not")
    func again() async throws {
        try await ErrandStage.use { stage async throws in
            stage.west.reply("/users/dora/outbox", .response(503))
            try await follow(stage, by: stage.stage.cleo)
            #expect(await stage.run() == 2)
            serve(stage, "outbox", [create(stage, note(stage, 1))])
            stage.clock.advance(by: .minutes(3))
            #expect(await stage.run() == 1)
            #expect(try await stage.stage.home(stage.stage.cleo) == ["1"])
        }
    }
}

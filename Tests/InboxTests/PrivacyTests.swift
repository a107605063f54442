import Domain
import Inbox
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@Suite("What others may see and reach", .timeLimit(.minutes(10)))
struct PrivacyTests {
    private func note(
        _ stage: InboxStage,
        _ name: String,
        by peer: TestPeer,
        _ change: (inout JSONObject) -> Void
    )
        -> JSONObject
    {
        var note = Wire.note(name, by: peer, name)
        change(&note)
        return Wire.activity("Create", name, by: peer, .object(note))
    }

    @Test("ACT-17: an answer to a post that its author's server may not see is no answer")
    func hiddenParent() async throws {
        try await InboxStage.use { stage async throws in
            let closed = try await stage.instance.publisher.publish(
                .init(text: "Closed", audience: .school),
                as: stage.ada.id
            )
            let open = try await stage.instance.publisher.publish(.init(text: "Open"), as: stage.ada.id)
            for (name, parent) in [("closed", closed), ("open", open)] {
                for peer in [stage.ben, stage.dora] {
                    let answer = note(stage, name, by: peer) {
                        $0["inReplyTo"] = .string(parent.uri.description)
                    }
                    try await stage.apply(answer, by: peer)
                }
            }
            // ada follows ben, so his is kept; dora's is kept only where it answers what she may see.
            #expect(try await stage.post("\(stage.ben.account.uri)/notes/closed")?.inReplyTo == nil)
            #expect(try await stage.post("\(stage.dora.account.uri)/notes/closed") == nil)
            for peer in [stage.ben, stage.dora] {
                #expect(try await stage.post("\(peer.account.uri)/notes/open")?.inReplyTo == open.uri)
            }
        }
    }

    @Test("PRV-03: a public answer to a direct message leaves the message as private as it was")
    func publicAnswer() async throws {
        try await InboxStage.use { stage async throws in
            let ada = stage.ada.uri.description
            let message = Wire.create("m", by: stage.ben, "Between us", to: [ada])
            try await stage.apply(message, by: stage.ben)
            let answer = note(stage, "a", by: stage.ben) {
                $0["inReplyTo"] = .string("\(stage.ben.account.uri)/notes/m")
            }
            try await stage.apply(answer, by: stage.ben)
            let post = try #require(try await stage.post("\(stage.ben.account.uri)/notes/m"))
            #expect(post.audience == .direct)
            let (school, cleo, reader) = (stage.school.id, stage.cleo.id, stage.ada.id)
            let sights = try await stage.instance.database.read { db in
                [
                    try db.sights.canSee(.account(cleo, school: school), post),
                    try db.sights.canSee(.anonymous, post),
                    try db.sights.canSee(.account(reader, school: school), post),
                ]
            }
            #expect(sights == [false, false, true])
        }
    }

    @Test("a post that names nobody of ours and came to somebody's own inbox is theirs (bcc)")
    func blindCopy() async throws {
        try await InboxStage.use { stage async throws in
            let dora = stage.dora.account.uri.description
            let create = Wire.create("1", by: stage.ben, "For dora and, secretly, cleo", to: [dora])
            try await stage.apply(create, by: stage.ben, to: stage.cleo)
            #expect(try await stage.home(stage.cleo) == ["For dora and, secretly, cleo"])
            #expect(try await stage.home(stage.ada) == [])
            // The same to the shared inbox concerns nobody.
            let ben = stage.ben.account.uri.description
            let shared = Wire.create("2", by: stage.dora, "For ben", to: [ben])
            #expect(try await stage.apply(shared, by: stage.dora) == .ignored)
        }
    }

    @Test("ACT-24: bto and bcc of what comes in are neither kept nor shown")
    func hiddenRecipients() async throws {
        try await InboxStage.use { stage async throws in
            let create = note(stage, "1", by: stage.ben) {
                $0["bcc"] = [.string(stage.cleo.uri.description)]
                $0["bto"] = [.string("https://far.test/users/secret")]
            }
            try await stage.apply(create, by: stage.ben)
            let post = try #require(try await stage.post("\(stage.ben.account.uri)/notes/1"))
            let addressees = try await stage.instance.database.read { try $0.posts.addressees(of: post.id) }
            #expect(addressees == [])
            #expect(try await stage.notices(stage.cleo) == [])
        }
    }

    @Test("FET-22: a note with a thousand mentions causes no request, and at most a hundred are read")
    func manyMentions() async throws {
        try await InboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
            let far = try FakePeer()
            try await stage.partner(far)
            let create = note(stage, "1", by: stage.ben) { note in
                note["tag"] = .array(
                    (0..<1_000).map { ["type": "Mention", "href": .string("\(far.origin)/users/\($0)")] }
                        + [["type": "Mention", "href": .string(stage.cleo.uri.description)]]
                )
            }
            #expect(try await stage.apply(create, by: stage.ben) == .applied)
            #expect(far.server.connectionCount == 0)
            #expect(try await stage.notices(stage.cleo) == [])
        }
    }

    @Test("RES-07: a hundred rounds of follow and undo leave one notice")
    func followBomb() async throws {
        try await InboxStage.use { stage async throws in
            let ada = JSONValue.string(stage.ada.uri.description)
            for round in 0..<100 {
                let follow = Wire.activity("Follow", "\(round)", by: stage.dora, ada)
                _ = try await stage.send(follow, by: stage.dora)
                if round < 99 {
                    let undo = Wire.activity("Undo", "\(round)", by: stage.dora, .object(follow))
                    _ = try await stage.send(undo, by: stage.dora)
                }
            }
            try await stage.work()
            #expect(try await stage.notices(stage.ada) == [.follow])
            let notice = Notice(
                id: stage.instance.ids.next(),
                account: stage.ada.id,
                kind: .follow,
                from: stage.dora.account.id,
                post: nil,
                createdAt: stage.instance.clock.now()
            )
            try await stage.instance.database.write { try $0.notices.insert(notice) }
            #expect(try await stage.notices(stage.ada).count == 1)
        }
    }

    @Test("ACT-15: boosts of what not everybody may see have no effect, also by their own server")
    func boosts() async throws {
        try await InboxStage.use { stage async throws in
            try await stage.takeForFew(stage.ada)
            for name in ["f", "d"] {
                let uri = JSONValue.string("\(stage.ben.account.uri)/notes/\(name)")
                #expect(
                    try await stage.apply(
                        Wire.activity("Announce", name, by: stage.dora, uri),
                        by: stage.dora
                    )
                        == .ignored
                )
            }
            #expect(try await stage.count("reaction") == 0)
        }
    }

    @Test("ACT-01, ORI-08, ORI-24: neither another host's post nor ours is changed by an Update or a Create")
    func foreignChanges() async throws {
        try await InboxStage.use { stage async throws in
            let eve = try await stage.instance.addPeer("eve", at: "west.test")
            try await stage.instance.admin.setPartner(
                eve.account.host,
                .approved,
                at: stage.school,
                by: "test"
            )
            try await stage.apply(Wire.create("1", by: stage.ben, "Ben's"), by: stage.ben)
            let own = try await stage.instance.publisher.publish(.init(text: "Ours"), as: stage.ada.id)
            for uri in ["\(stage.ben.account.uri)/notes/1", own.uri.description] {
                for type in ["Update", "Create"] {
                    var note = Wire.note("x", by: eve, "Changed")
                    note["id"] = .string(uri)
                    let activity = Wire.activity(type, "\(uri.count)", by: eve, .object(note))
                    #expect(try await stage.apply(activity, by: eve) == .ignored)
                }
            }
            #expect(try await stage.home(stage.ada) == ["Ours", "Ben's"])
        }
    }

    @Test("ACT-28: an activity without an id is not taken")
    func anonymous() async throws {
        try await InboxStage.use { stage async throws in
            var create = Wire.create("1", by: stage.ben, "x")
            create["id"] = nil
            #expect(try await stage.send(create, by: stage.ben) == .refused(.malformed))
            #expect(try await stage.send(Wire.create("1", by: stage.ben, "x"), by: stage.ben) == .accepted)
        }
    }
}

import Domain
import Inbox
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@Suite("Create, Update and Delete")
struct PostActivityTests {
    @Test(
        "ACT-22: everybody in any spelling, alone or in a list, is public in to and unlisted in cc",
        arguments: [
            JSONValue.string("as:Public"), ["Public"],
            [["id": "https://www.w3.org/ns/activitystreams#Public"]],
        ]
    )
    func everybody(_ spelling: JSONValue) async throws {
        try await InboxStage.use { stage async throws in
            for (term, audience) in [("to", Audience.public), ("cc", .unlisted)] {
                var note = Wire.note(term, by: stage.ben, "Hello", to: [], cc: [])
                note[term] = spelling
                try await stage.apply(
                    Wire.activity("Create", term, by: stage.ben, .object(note)),
                    by: stage.ben
                )
                #expect(try await stage.post("\(stage.ben.account.uri)/notes/\(term)")?.audience == audience)
            }
        }
    }

    @Test(
        "ACT-23: addressed to nobody, it is private to the inbox it came to",
        arguments: [nil, 7, ["x": "y"]] as [JSONValue?]
    )
    func nobody(_ to: JSONValue?) async throws {
        try await InboxStage.use { stage async throws in
            var note = Wire.note("1", by: stage.ben, "Psst", to: [], cc: [])
            note["to"] = to
            note["cc"] = nil
            var create = Wire.activity("Create", "1", by: stage.ben, .object(note))
            create["to"] = nil
            create["cc"] = nil
            try await stage.apply(create, by: stage.ben, to: stage.cleo)
            #expect(try await stage.home(stage.cleo) == ["Psst"])
            #expect(try await stage.home(stage.ada) == [])
        }
    }

    @Test("PAR-05: NUL characters are left out of a post; a raw one makes the document no JSON")
    func nullCharacters() async throws {
        try await InboxStage.use { stage async throws in
            let everybody = "https://www.w3.org/ns/activitystreams#Public"
            let create = Wire.create("nul", by: stage.ben, "He~llo <b>~you</b>&#0;", to: [everybody])
            let text = JSONWriter.text(.object(create))
            let escaped = Array(text.replacing("~", with: #"\u0000"#).utf8)
            #expect(try await stage.send(escaped, signedBy: stage.ben.signer) == .accepted)
            try await stage.work()
            let post = try #require(try await stage.post("\(stage.ben.account.uri)/notes/nul"))
            #expect(post.body.text.hasPrefix("Hello you"), "\(post.body.text)")
            #expect(!post.body.html.utf8.contains(0) && !post.body.text.utf8.contains(0))
            let raw = Array(text.replacing("~", with: "\0").replacing("nul", with: "raw").utf8)
            guard case .refused = try await stage.send(raw, signedBy: stage.ben.signer) else {
                Issue.record("a raw NUL character was taken")
                return
            }
            #expect(try await stage.count("received_activity") == 1)
        }
    }

    @Test("a followers' post is for followers, a direct one for whom it names")
    func private_() async throws {
        try await InboxStage.use { stage async throws in
            try await stage.takeForFew(stage.cleo)
            #expect(try await stage.home(stage.ada) == ["For followers"])
            #expect(try await stage.home(stage.cleo) == ["For one"])
            #expect(try await stage.notices(stage.cleo) == [.mention])
        }
    }

    @Test("ORI-07, ACT-01: an object of another host, or by another author, is not taken")
    func foreignObjects() async throws {
        try await InboxStage.use { stage async throws in
            var note = Wire.note("1", by: stage.ben, "Forged")
            note["id"] = "https://third.test/notes/1"
            #expect(
                try await stage.apply(
                    Wire.activity("Create", "1", by: stage.ben, .object(note)),
                    by: stage.ben
                ) == .ignored
            )
            var dora = Wire.note("2", by: stage.dora, "Forged")
            #expect(
                try await stage.apply(
                    Wire.activity("Create", "2", by: stage.ben, .object(dora)),
                    by: stage.ben
                ) == .ignored
            )
            dora["attributedTo"] = .string(stage.ben.account.uri.description)
            #expect(
                try await stage.apply(
                    Wire.activity("Create", "3", by: stage.ben, .object(dora)),
                    by: stage.ben
                ) == .applied
            )
            #expect(try await stage.count("post") == 1)
        }
    }

    @Test("an Update changes the author's own post, and nobody else's (ACT-01, ORI-24)")
    func update() async throws {
        try await InboxStage.use { stage async throws in
            try await stage.apply(Wire.create("1", by: stage.ben, "Old"), by: stage.ben)
            let note = Wire.note("1", by: stage.ben, "New")
            #expect(
                try await stage.apply(
                    Wire.activity("Update", "x", by: stage.dora, .object(note)),
                    by: stage.dora
                ) == .ignored
            )
            #expect(try await stage.home(stage.ada) == ["Old"])
            #expect(
                try await stage.apply(
                    Wire.activity("Update", "y", by: stage.ben, .object(note)),
                    by: stage.ben
                ) == .applied
            )
            #expect(try await stage.home(stage.ada) == ["New"])
        }
    }

    @Test("ACT-34: an edit that makes a post private hides it, and none makes it more public")
    func narrowed() async throws {
        try await InboxStage.use { stage async throws in
            try await stage.apply(Wire.create("1", by: stage.ben, "Open"), by: stage.ben)
            let uri = "\(stage.ben.account.uri)/notes/1"
            let closed = Wire.note("1", by: stage.ben, "Closed", to: [stage.cleo.uri.description])
            try await stage.apply(Wire.activity("Update", "1", by: stage.ben, .object(closed)), by: stage.ben)
            #expect(try await stage.post(uri)?.audience == .direct)
            #expect(try await stage.home(stage.ada) == [])
            try await stage.apply(
                Wire.activity("Update", "2", by: stage.ben, .object(Wire.note("1", by: stage.ben, "Open"))),
                by: stage.ben
            )
            #expect(try await stage.post(uri)?.audience == .direct)
        }
    }

    @Test("a Delete takes the author's own post away, and nobody else's (ACT-05)")
    func delete() async throws {
        try await InboxStage.use { stage async throws in
            let create = Wire.create("1", by: stage.ben, "Hello")
            try await stage.apply(create, by: stage.ben)
            let uri = JSONValue.string("\(stage.ben.account.uri)/notes/1")
            let own = try await stage.instance.publisher.publish(.init(text: "Mine"), as: stage.ada.id)
            #expect(
                try await stage.apply(Wire.activity("Delete", "1", by: stage.dora, uri), by: stage.dora)
                    == .ignored
            )
            let ours = JSONValue.string(own.uri.description)
            #expect(
                try await stage.apply(Wire.activity("Delete", "2", by: stage.ben, ours), by: stage.ben)
                    == .ignored
            )
            let actor = JSONValue.string(stage.dora.account.uri.description)
            // Another's actor is an object of ben's host that we do not know as a post: no effect on her.
            try await stage.apply(Wire.activity("Delete", "3", by: stage.ben, actor), by: stage.ben)
            let dora = stage.dora.account.uri
            let known = try await stage.instance.database.read { try $0.accounts.find(uri: dora) }
            #expect(known?.isActive == true)
            try await stage.instance.addFollow(of: stage.dora.account, by: stage.cleo)
            #expect(
                try await stage.apply(Wire.create("d", by: stage.dora, "Still here"), by: stage.dora)
                    == .applied
            )
            #expect(try await stage.home(stage.ada) == ["Mine", "Hello"])
            #expect(
                try await stage.apply(Wire.activity("Delete", "4", by: stage.ben, uri), by: stage.ben)
                    == .applied
            )
            #expect(try await stage.home(stage.ada) == ["Mine"])
        }
    }

    @Test("ACT-06: a Delete that overtakes its Create keeps the post away")
    func deleteFirst() async throws {
        try await InboxStage.use { stage async throws in
            let uri = JSONValue.string("\(stage.ben.account.uri)/notes/1")
            #expect(
                try await stage.apply(Wire.activity("Delete", "1", by: stage.ben, uri), by: stage.ben)
                    == .applied
            )
            #expect(try await stage.apply(Wire.create("1", by: stage.ben, "Late"), by: stage.ben) == .ignored)
            #expect(
                try await stage.apply(Wire.create("2", by: stage.ben, "Another"), by: stage.ben) == .applied
            )
            #expect(try await stage.home(stage.ada) == ["Another"])
        }
    }

    @Test(
        "ACT-30: dates far off never lead a timeline astray",
        arguments: ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
    )
    func dates(_ published: String) async throws {
        try await InboxStage.use { stage async throws in
            var note = Wire.note("1", by: stage.ben, "When?")
            note["published"] = .string(published)
            try await stage.apply(Wire.activity("Create", "1", by: stage.ben, .object(note)), by: stage.ben)
            let post = try #require(try await stage.post("\(stage.ben.account.uri)/notes/1"))
            #expect(post.publishedAt <= stage.instance.clock.now())
            #expect(post.publishedAt >= Timestamp(milliseconds: 0))
        }
    }

    @Test("ORI-20: of a mention the address counts, the name says nothing")
    func mention() async throws {
        try await InboxStage.use { stage async throws in
            var note = Wire.note("1", by: stage.ben, "Hi")
            note["tag"] = [
                ["type": "Mention", "href": .string(stage.cleo.uri.description), "name": "@ada@north.test"]
            ]
            try await stage.apply(Wire.activity("Create", "1", by: stage.ben, .object(note)), by: stage.ben)
            #expect(try await stage.notices(stage.cleo) == [.mention])
            #expect(try await stage.notices(stage.ada) == [])
        }
    }

    @Test("a post that concerns nobody here is not kept")
    func unwanted() async throws {
        try await InboxStage.use { stage async throws in
            #expect(
                try await stage.apply(Wire.create("1", by: stage.dora, "Who?"), by: stage.dora) == .ignored
            )
            #expect(try await stage.count("post") == 0)
        }
    }

    @Test("a partner's public post with a hashtag that somebody here follows is kept, for them alone")
    func followedHashtag() async throws {
        try await InboxStage.use { stage async throws in
            try await stage.instance.publisher.followHashtag("fractions", as: stage.cleo.id)
            func create(_ name: String, _ tag: String, to: String = Wire.everybody) -> JSONObject {
                var note = Wire.note(name, by: stage.dora, name, to: [to])
                note["tag"] = [["type": "Hashtag", "name": .string("#\(tag)")]]
                return Wire.activity("Create", name, by: stage.dora, .object(note), to: [to])
            }
            #expect(try await stage.apply(create("1", "Fractions"), by: stage.dora) == .applied)
            #expect(try await stage.apply(create("2", "music"), by: stage.dora) == .ignored)
            let followers = "\(stage.dora.account.uri)/followers"
            #expect(
                try await stage.apply(create("3", "fractions", to: followers), by: stage.dora) == .ignored
            )
            #expect(try await stage.home(stage.cleo) == ["1"])
            #expect(try await stage.home(stage.ada) == [])
        }
    }

    @Test("foreign HTML is sanitised before it is stored")
    func sanitised() async throws {
        try await InboxStage.use { stage async throws in
            let text =
                #"Hi<script>alert(1)</script><img src=x onerror=alert(1)> <a href="javascript:x">y</a>"#
            try await stage.apply(Wire.create("1", by: stage.ben, text), by: stage.ben)
            let html = try await stage.post("\(stage.ben.account.uri)/notes/1")?.body.html ?? ""
            #expect(!html.contains("script") && !html.contains("onerror") && html.contains("Hi"))
        }
    }
}

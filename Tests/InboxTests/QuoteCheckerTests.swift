import Domain
import Logging
import Outbox
import Peers
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

@Suite("Approvals of peers' quotes of peers' posts")
struct QuoteCheckerTests {
    /// Ben on one server, dora on another; ada follows ben.
    private struct Stage {
        let stage: InboxStage
        let south: FakePeer
        let west: FakePeer
        let ben: TestPeer
        let dora: TestPeer
        let checker: QuoteChecker

        static func use(_ body: (Stage) async throws -> Void) async throws {
            try await InboxStage.use(reaching: [try AddressRange("127.0.0.0/8")]) { stage async throws in
                let (south, west) = (try FakePeer(address: "127.0.0.2"), try FakePeer(address: "127.0.0.3"))
                for peer in [south, west] { try await stage.partner(peer) }
                let ben = try await stage.instance.addPeer("ben", at: south.origin)
                let dora = try await stage.instance.addPeer("dora", at: west.origin)
                try await stage.instance.addFollow(of: ben.account, by: stage.ada)
                let checker = QuoteChecker(
                    database: stage.instance.database,
                    directory: stage.instance.directory,
                    clock: stage.instance.clock,
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                )
                try await body(
                    Stage(stage: stage, south: south, west: west, ben: ben, dora: dora, checker: checker)
                )
            }
        }

        /// Ben's post that quotes dora's; her server has the post.
        func quote(_ name: String, stamp: String?) async throws -> JSONObject {
            west.serve("/users/dora/notes/1", Wire.note("1", by: dora, "Hello"))
            var note = Wire.note(name, by: ben, "So true")
            note["quote"] = .string("\(dora.account.uri)/notes/1")
            note["quoteAuthorization"] = stamp.map { .string($0) }
            let create = Wire.activity("Create", name, by: ben, .object(note))
            #expect(try await stage.apply(create, by: ben) == .applied)
            return note
        }

        func stamp(_ name: String, of note: JSONObject) -> JSONObject {
            [
                "@context": "https://www.w3.org/ns/activitystreams",
                "id": .string("\(west.origin)/stamps/\(name)"),
                "type": "QuoteAuthorization", "attributedTo": .string(dora.account.uri.description),
                "interactingObject": note["id"] ?? .null,
                "interactionTarget": .string("\(dora.account.uri)/notes/1"),
            ]
        }

        /// What ada sees in the post.
        func shown(_ note: JSONObject) async throws -> String {
            let post = try #require(try await stage.post(note["id"]?.string ?? ""))
            let viewer = Viewer.account(stage.ada.id, school: stage.school.id)
            let shown = try await stage.instance.database.read {
                try $0.presenter.present([post], to: viewer)
            }
            return switch shown.first?.quote {
            case .shown(let quoted): quoted.post.body.text
            case .named: "named"
            case .hidden(let reason): reason.rawValue
            case nil: "none"
            }
        }
    }

    @Test("a quote is shown when the stamp at the quoted origin says all three; before that it is not")
    func approved() async throws {
        try await Stage.use { stage async throws in
            let note = try await stage.quote("1", stamp: "\(stage.west.origin)/stamps/1")
            stage.west.serve("/stamps/1", stage.stamp("1", of: note))
            #expect(try await stage.shown(note) == "pending")
            #expect(await stage.checker.proceed())
            #expect(try await stage.shown(note) == "Hello")
            #expect(await stage.checker.proceed() == false)
        }
    }

    @Test(
        "a stamp that is of another post, quote or author, of another type or not there approves nothing",
        arguments: ["interactingObject", "interactionTarget", "attributedTo", "type", "id", "absent"]
    )
    func wrong(member: String) async throws {
        try await Stage.use { stage async throws in
            let note = try await stage.quote("1", stamp: "\(stage.west.origin)/stamps/1")
            var stamp = stage.stamp("1", of: note)
            stamp[member] = member == "type" ? "Note" : .string(stage.ben.account.uri.description)
            if member != "absent" { stage.west.serve("/stamps/1", stamp) }
            #expect(await stage.checker.proceed())
            #expect(try await stage.shown(note) == "rejected")
        }
    }

    @Test("a stamp of another origin than the quoted post's is not even asked for; without one it waits")
    func origin() async throws {
        try await Stage.use { stage async throws in
            let own = try await stage.quote("1", stamp: "\(stage.south.origin)/stamps/1")
            stage.south.serve("/stamps/1", stage.stamp("1", of: own))
            let bare = try await stage.quote("2", stamp: nil)
            #expect(await stage.checker.proceed() == false)
            #expect(stage.south.count("/stamps/1") == 0)
            for note in [own, bare] { #expect(try await stage.shown(note) == "pending") }
        }
    }

    @Test("one's own post, and one that mentions whoever quotes, need no stamp")
    func unasked() async throws {
        try await Stage.use { stage async throws in
            stage.south.serve("/users/ben/notes/0", Wire.note("0", by: stage.ben, "Earlier"))
            var own = Wire.note("1", by: stage.ben, "Again")
            own["_misskey_quote"] = .string("\(stage.ben.account.uri)/notes/0")
            _ = try await stage.stage.apply(
                Wire.activity("Create", "1", by: stage.ben, .object(own)),
                by: stage.ben
            )
            #expect(await stage.checker.proceed())
            #expect(try await stage.shown(own) == "Earlier")
            var asking = Wire.note(
                "1",
                by: stage.dora,
                "What says ben?",
                cc: [stage.ben.account.uri.description]
            )
            asking["tag"] = [["type": "Mention", "href": .string(stage.ben.account.uri.description)]]
            stage.west.serve("/users/dora/notes/1", asking)
            let uri = try stage.west.uri("/users/dora/notes/1")
            _ = try await stage.stage.instance.directory.posts.keep(uri, for: stage.stage.school)
            var answer = Wire.note("2", by: stage.ben, "This")
            answer["quoteUrl"] = .string(uri.description)
            _ = try await stage.stage.apply(
                Wire.activity("Create", "2", by: stage.ben, .object(answer)),
                by: stage.ben
            )
            #expect(try await stage.shown(answer) == "What says ben?")
        }
    }

    @Test("an Update brings the stamp; a Delete of it, or its absence a day later, takes the post out again")
    func takenBack() async throws {
        try await Stage.use { stage async throws in
            for (name, isTold) in [("1", true), ("2", false)] {
                var note = try await stage.quote(name, stamp: nil)
                #expect(try await stage.shown(note) == "pending")
                note["quoteAuthorization"] = .string("\(stage.west.origin)/stamps/\(name)")
                stage.west.serve("/stamps/\(name)", stage.stamp(name, of: note))
                let update = Wire.activity("Update", name, by: stage.ben, .object(note))
                #expect(try await stage.stage.apply(update, by: stage.ben) == .applied)
                #expect(await stage.checker.proceed())
                #expect(try await stage.shown(note) == "Hello")
                if isTold {
                    let delete = Wire.activity(
                        "Delete",
                        name,
                        by: stage.dora,
                        .string("\(stage.west.origin)/stamps/\(name)")
                    )
                    #expect(try await stage.stage.apply(delete, by: stage.dora) == .applied)
                } else {
                    #expect(await stage.checker.proceed() == false)
                    stage.west.reply("/stamps/\(name)", .response(404))
                    stage.stage.instance.clock.advance(by: .hours(25))
                    #expect(await stage.checker.proceed())
                }
                #expect(try await stage.shown(note) == "revoked")
            }
        }
    }

    @Test("a server that does not answer now is asked again, a few times")
    func later() async throws {
        try await Stage.use { stage async throws in
            let note = try await stage.quote("1", stamp: "\(stage.west.origin)/stamps/1")
            stage.west.reply("/stamps/1", .response(503))
            #expect(await stage.checker.proceed())
            #expect(await stage.checker.proceed() == false)
            #expect(try await stage.shown(note) == "pending")
            stage.west.serve("/stamps/1", stage.stamp("1", of: note))
            stage.stage.instance.clock.advance(by: .minutes(2))
            #expect(await stage.checker.proceed())
            #expect(try await stage.shown(note) == "Hello")
        }
    }
}

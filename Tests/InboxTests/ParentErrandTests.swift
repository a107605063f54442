import Domain
import Inbox
import Storage
import TestKit
import Testing
import Vocabulary

@Suite("Fetching what an answer answers")
struct ParentErrandTests {
    @Test("the posts above an answer come from their homes, quietly; nothing is fetched twice")
    func upwards() async throws {
        try await ErrandStage.use { stage async throws in
            let first = stage.serve("1", by: stage.dora)
            let second = stage.serve("2", by: stage.ben, answers: first)
            let third = stage.serve("3", by: stage.dora, answers: second)
            #expect(try await stage.receive("4", answers: third) == .applied)
            let uri = stage.uri("4", by: stage.ben)
            #expect(try await stage.thread(uri) == ErrandStage.Seen(["4"], ["above: waiting"]))
            #expect(await stage.run() == 1)
            #expect(try await stage.thread(uri).posts == ["1", "2", "3", "4"])
            #expect(try await stage.stage.home(stage.stage.ada) == ["4"])
            #expect(try await stage.stage.notices(stage.stage.ada) == [])
            #expect(try await stage.stage.sent() == [])
            #expect(stage.west.count("/users/dora/notes/1") == 1)
            // A second answer finds them here.
            try await stage.receive("5", answers: third)
            #expect(stage.west.count("/users/dora/notes/3") == 1)
        }
    }

    @Test("nothing is asked of a server that is no partner; the gap says so")
    func strangers() async throws {
        try await ErrandStage.use { stage async throws in
            let parent = stage.serve("1", by: stage.eve)
            try await stage.receive("2", answers: parent)
            #expect(await stage.run() == 1)
            #expect(stage.east.count() == 0)
            let uri = stage.uri("2", by: stage.ben)
            #expect(try await stage.thread(uri) == ErrandStage.Seen(["2"], ["above: notAPartner"]))
            // As a partner it is asked, when somebody reads and the last time is a while ago.
            try await stage.stage.partner(stage.east)
            #expect(await stage.run() == 0)
            stage.clock.advance(by: .minutes(11))
            try await stage.read(uri)
            await stage.run()
            #expect(try await stage.thread(uri).posts == ["1", "2"])
        }
    }

    @Test("a chain that leads back to itself ends, between servers and at one post")
    func loops() async throws {
        try await ErrandStage.use { stage async throws in
            let one = stage.uri("1", by: stage.dora)
            let two = stage.serve("2", by: stage.ben, answers: one)
            stage.serve("1", by: stage.dora, answers: two)
            try await stage.receive("3", answers: one)
            #expect(await stage.run() == 1)
            let thread = try await stage.thread(stage.uri("3", by: stage.ben))
            #expect(thread == ErrandStage.Seen(["2", "1", "3"], ["above: loop"]))
            #expect(stage.west.count("/users/dora/notes/1") == 1)
            let itself = stage.uri("4", by: stage.ben)
            try await stage.receive("4", answers: itself)
            #expect(await stage.run() <= 2)
            #expect(try await stage.thread(itself) == ErrandStage.Seen(["4"], ["above: loop"]))
        }
    }

    @Test("a chain without end is followed for twenty posts; who reads on gets twenty more")
    func depth() async throws {
        try await ErrandStage.use { stage async throws in
            for index in 1...45 {
                stage.serve("\(index)", by: stage.dora, answers: stage.uri("\(index - 1)", by: stage.dora))
            }
            stage.serve("0", by: stage.dora)
            try await stage.receive("last", answers: stage.uri("45", by: stage.dora))
            #expect(await stage.run() == 1)
            let uri = stage.uri("last", by: stage.ben)
            let thread = try await stage.thread(uri)
            #expect(thread.posts == (26...45).map(String.init) + ["last"])
            #expect(thread.gaps == ["above: tooDeep"])
            stage.clock.advance(by: .minutes(11))
            try await stage.read(uri)
            await stage.run()
            #expect(try await stage.thread(uri).posts.first == "6")
        }
    }

    @Test(
        "what cannot be had is not kept, and the gap says why; its twin is shown",
        arguments: ["gone", "unreadable", "notForEverybody", "foreign", "redirect", "none"]
    )
    func reasons(_ what: String) async throws {
        try await ErrandStage.use { stage async throws in
            let target = "/users/dora/notes/1"
            let parent = stage.serve("1", by: stage.dora) { note in
                switch what {
                case "notForEverybody": note["to"] = .string("\(stage.dora.account.uri)/followers")
                case "foreign": note["id"] = .string(stage.uri("1", by: stage.ben))
                default: break
                }
            }
            if what == "gone" { stage.west.reply(target, .response(410)) }
            if what == "unreadable" { stage.west.reply(target, .response(200, "<html>")) }
            // Nobody is led to another server, nor to a private address.
            if what == "redirect" { stage.west.redirect(target, to: "\(stage.south.origin)\(target)") }
            try await stage.receive("2", answers: parent)
            await stage.run()
            let thread = try await stage.thread(stage.uri("2", by: stage.ben))
            let reason = ["foreign": "unreadable", "redirect": "unreachable"][what] ?? what
            #expect(thread.gaps == (what == "none" ? [] : ["above: \(reason)"]))
            #expect(thread.posts == (what == "none" ? ["1", "2"] : ["2"]))
            #expect(stage.south.count(target) == 0)
        }
    }

    @Test("a server that fails is asked again after two minutes and after thirty, and then no more")
    func again() async throws {
        try await ErrandStage.use { stage async throws in
            let target = "/users/dora/notes/1"
            stage.west.reply(target, .response(503))
            try await stage.receive("2", answers: stage.uri("1", by: stage.dora))
            #expect(await stage.run() == 1)
            let uri = stage.uri("2", by: stage.ben)
            #expect(try await stage.thread(uri).gaps == ["above: unreachable"])
            #expect(await stage.run() == 0)
            stage.clock.advance(by: .minutes(3))
            #expect(await stage.run() == 1)
            stage.clock.advance(by: .minutes(31))
            #expect(await stage.run() == 1)
            stage.clock.advance(by: .hours(20))
            #expect(await stage.run() == 0)
            stage.serve("1", by: stage.dora)
            try await stage.read(uri)
            #expect(await stage.run() == 2)
            #expect(try await stage.thread(uri) == ErrandStage.Seen(["1", "2"], []))
        }
    }

    @Test("a post that was fetched before it was sent reaches its readers when it is sent, once")
    func arrival() async throws {
        try await ErrandStage.use { stage async throws in
            let (inner, ada) = (stage.stage, stage.stage.ada)
            var parent = stage.note("1", by: stage.ben)
            parent["tag"] = [["type": "Mention", "href": .string(ada.uri.description)]]
            stage.south.serve("/users/ben/notes/1", parent)
            try await stage.receive("2", answers: stage.uri("1", by: stage.ben))
            await stage.run()
            #expect(try await inner.home(ada) == ["2"])
            #expect(try await inner.notices(ada) == [])
            let create = Wire.activity("Create", "1", by: stage.ben, .object(parent))
            #expect(try await inner.apply(create, by: stage.ben) == .applied)
            #expect(Set(try await inner.home(ada)) == ["1", "2"])
            #expect(try await inner.notices(ada) == [.mention])
            let again = Wire.activity("Create", "1-again", by: stage.ben, .object(parent))
            #expect(try await inner.apply(again, by: stage.ben) == .ignored)
        }
    }

    @Test("what a boosted post answers is fetched too")
    func boosts() async throws {
        try await ErrandStage.use { stage async throws in
            let first = stage.serve("1", by: stage.dora)
            let second = stage.serve("2", by: stage.dora, answers: first)
            let boost = Wire.activity("Announce", "1", by: stage.ben, .string(second), to: [Wire.everybody])
            #expect(try await stage.stage.apply(boost, by: stage.ben) == .applied)
            await stage.run()
            #expect(try await stage.thread(second).posts == ["1", "2"])
            #expect(try await stage.stage.home(stage.stage.ada) == ["2"])
        }
    }
}

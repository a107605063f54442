import Domain
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Inbox

@Suite("Flag")
struct FlagActivityTests {
    private func flag(_ name: String, by peer: TestPeer, _ objects: [URI], _ comment: String = "Look")
        -> JSONObject
    {
        var activity = Wire.activity("Flag", name, by: peer, .array(objects.map { .string($0.description) }))
        activity["content"] = .string(comment)
        return activity
    }

    private func reports(_ stage: InboxStage) async throws -> [Report] {
        try await stage.instance.database.read { try $0.reports.page(.init(school: nil)) }
    }

    private func posts(_ report: Report, _ stage: InboxStage) async throws -> [Post.ID] {
        try await stage.instance.database.read { try $0.reports.posts(of: report.id).map(\.id) }
    }

    /// Sends a Flag; why it was ignored, or its state.
    private func outcome(_ activity: JSONObject, by peer: TestPeer, _ stage: InboxStage) async throws
        -> String
    {
        let state = try await stage.apply(activity, by: peer)
        return try await stage.row(activity)?.reason ?? state?.rawValue ?? "not kept"
    }

    @Test("a Flag about one of ours and her posts opens a case at her school, once, and she is told nothing")
    func taken() async throws {
        try await InboxStage.use { stage async throws in
            let post = try await stage.instance.publisher.publish(PostDraft(text: "Mine"), as: stage.ada.id)
            let activity = flag("1", by: stage.ben, [stage.ada.uri, post.uri], "She is rude\u{202E}\nTwice")
            #expect(try await outcome(activity, by: stage.ben, stage) == "applied")
            let report = try #require(try await reports(stage).first)
            #expect(report.reported == stage.ada.id && report.reporter == stage.ben.account.id)
            #expect(report.school == stage.school.id && report.host == stage.ben.account.host)
            #expect(report.state == .open && report.comment == "She is rude\nTwice")
            #expect(try await posts(report, stage) == [post.id])
            #expect(try await stage.notices(stage.ada) == [])
            #expect(try await stage.sent() == [])
            #expect(try await stage.send(activity, by: stage.ben) == .duplicate)
            try await stage.work()
            #expect(try await reports(stage).count == 1)
        }
    }

    @Test("a Flag about several of ours opens a case for each, at most five; of posts their authors'")
    func several() async throws {
        try await InboxStage.use { stage async throws in
            let post = try await stage.instance.publisher.publish(PostDraft(text: "Mine"), as: stage.cleo.id)
            let both = flag("1", by: stage.ben, [stage.ada.uri, post.uri])
            #expect(try await outcome(both, by: stage.ben, stage) == "applied")
            #expect(Set(try await reports(stage).map(\.reported)) == [stage.ada.id, stage.cleo.id])
            var people: [URI] = []
            for number in 1...7 {
                people.append(try await stage.instance.addPerson("p\(number)", at: stage.school).uri)
            }
            #expect(try await outcome(flag("2", by: stage.ben, people), by: stage.ben, stage) == "applied")
            #expect(try await reports(stage).count == 7)
        }
    }

    @Test(
        "ACT-18: posts that the reporter may not see are left out of the case, and alone they make none; others stay"
    )
    func unseen() async throws {
        try await InboxStage.use { stage async throws in
            let (ada, ben, dora) = (stage.ada, stage.ben, stage.dora)
            let publisher = stage.instance.publisher
            try await stage.instance.addFollow(of: ada, by: ben.account)
            func post(_ text: String, _ audience: Audience) async throws -> Post {
                try await publisher.publish(PostDraft(text: text, audience: audience), as: ada.id)
            }
            let open = try await post("open", .public)
            let followers = try await post("followers", .followers)
            let letter = try await post("@ben@south.test letter", .direct)
            let own = try await post("school", .school)
            let private_ = try await post("@cleo private", .direct)
            let all = [open, followers, letter, own, private_].map(\.uri)
            // Ben follows and was written to; dora, on the same server, sees only what is for everybody.
            #expect(try await outcome(flag("1", by: ben, [ada.uri] + all), by: ben, stage) == "applied")
            #expect(try await outcome(flag("1", by: dora, [ada.uri] + all), by: dora, stage) == "applied")
            let cases = try await reports(stage)
            let byBen = try #require(cases.first { $0.reporter == ben.account.id })
            let byDora = try #require(cases.first { $0.reporter == dora.account.id })
            #expect(Set(try await posts(byBen, stage)) == [open.id, followers.id, letter.id])
            #expect(try await posts(byDora, stage) == [open.id])
            let alone = flag("2", by: dora, [followers, letter, own, private_].map(\.uri))
            #expect(try await outcome(alone, by: dora, stage) == "about nobody here")
            #expect(try await reports(stage).count == 2)
            // Nothing of it can be asked back: a Flag of a peer's is no document of ours.
            #expect(try await stage.sent().filter { $0 == "Flag" } == [])
        }
    }

    @Test("a Flag by a stranger is refused by name and not kept; one about nobody here is ignored by name")
    func refused() async throws {
        try await InboxStage.use { stage async throws in
            let (ada, ben) = (stage.ada, stage.ben)
            let foreign = flag("1", by: stage.mallory, [ada.uri])
            #expect(try await stage.send(foreign, by: stage.mallory) == .refused(.hostNotAllowed))
            #expect(try await stage.count("received_activity") == 0)
            let schoolActor = LocalActorURIs(origin: stage.school.origin).schoolActor
            let nobodies: [[URI]] = [
                [stage.dora.account.uri], [schoolActor], [try URI("https://north.test/ap/actors/7")],
                [try URI("https://north.test/ap/posts/7"), try URI("https://other.test/x")],
            ]
            for (number, objects) in nobodies.enumerated() {
                let activity = flag("n\(number)", by: ben, objects)
                #expect(try await outcome(activity, by: ben, stage) == "about nobody here")
            }
            #expect(try await outcome(flag("e", by: ben, []), by: ben, stage) == "no object")
            // A school that does not exchange activities with the sender's host is not reached.
            let annex = try await stage.instance.addSchool("https://annex.test")
            let eve = try await stage.instance.addPerson("eve", at: annex)
            #expect(try await outcome(flag("a", by: ben, [eve.uri]), by: ben, stage) == "about nobody here")
            #expect(try await reports(stage).isEmpty)
            #expect(try await outcome(flag("2", by: ben, [ada.uri]), by: ben, stage) == "applied")
            try await stage.instance.admin.suspend(ben.account, by: "test")
            #expect(
                try await outcome(flag("3", by: ben, [ada.uri]), by: ben, stage)
                    == "the sender is suspended or gone"
            )
        }
    }

    @Test(
        "what a Flag says is cut, what it names is counted, and an account's reports of an hour are bounded"
    )
    func bounded() async throws {
        try await InboxStage.use { stage async throws in
            let (ada, ben, dora) = (stage.ada, stage.ben, stage.dora)
            var uris: [URI] = []
            for number in 0..<30 {
                let draft = PostDraft(text: "Number \(number)")
                uris.append(try await stage.instance.publisher.publish(draft, as: ada.id).uri)
            }
            let long = flag("long", by: ben, uris, String(repeating: "x", count: 100_000))
            #expect(try await outcome(long, by: ben, stage) == "applied")
            let report = try #require(try await reports(stage).first)
            #expect(report.comment.count == Report.longestForeignComment)
            #expect(try await posts(report, stage).count == Report.mostPosts)
            for number in 1..<ReportLimits.byAccountAnHour {
                let next = flag("\(number)", by: ben, [ada.uri])
                #expect(try await outcome(next, by: ben, stage) == "applied")
            }
            #expect(try await outcome(flag("more", by: ben, [ada.uri]), by: ben, stage) == "too many reports")
            #expect(try await outcome(flag("1", by: dora, [ada.uri]), by: dora, stage) == "applied")
            stage.instance.clock.advance(by: .minutes(61))
            #expect(try await outcome(flag("later", by: ben, [ada.uri]), by: ben, stage) == "applied")
        }
    }

    @Test("what one Staffroom forwards, another takes, and it does not say who reported")
    func exchanged() async throws {
        try await InboxStage.use { south async throws in
            // Here the roles are turned: cleo reports ben, and south.test is the stage's own school.
            var draft = ReportDraft(about: south.ben.account.id, comment: "Please look")
            draft.isForwarded = true
            let report = try await south.instance.publisher.report(draft, as: south.cleo.id)
            #expect(report.isForwarded)
            let sent = try #require(try await south.lastSent("Flag"))
            let text = String(decoding: JSONWriter.write(.object(sent)), as: UTF8.self)
            #expect(!text.contains("cleo") && !text.contains(south.cleo.id.description))
            try await InboxStage.use { north async throws in
                let schoolActor = try await north.instance.addPeer("office", at: "south.test")
                let there = text.replacing(
                    "https://north.test/ap/actor\"",
                    with: "\(schoolActor.account.uri)\""
                )
                .replacing("https://north.test/ap/activities/", with: "https://south.test/ap/activities/")
                .replacing(south.ben.account.uri.description, with: north.ada.uri.description)
                let received = try #require(try JSONParser.parse(Array(there.utf8)).object)
                #expect(try await outcome(received, by: schoolActor, north) == "applied")
                let taken = try #require(try await reports(north).first)
                #expect(taken.reported == north.ada.id && taken.comment == "Please look")
                #expect(taken.reporter == schoolActor.account.id)
            }
        }
    }
}

import Domain
import Storage
import TestKit
import Testing
import Vocabulary

@testable import Outbox

@Suite("Reports of our own people")
struct ReportTests {
    private func sent(_ type: String, _ stage: OutboxStage) async throws -> JSONObject? {
        try await stage.instance.database.read { db in
            let rows = try db.run(
                "SELECT json FROM outbox_activity WHERE type = \(type) ORDER BY id DESC LIMIT 1"
            )
            let bytes: [UInt8]? = try rows.first.map { row throws(StorageError) in try row["json"] }
            return bytes.flatMap { try? JSONParser.parse($0) }?.object
        }
    }

    @Test("a report opens a case at the reporter's school and goes nowhere unless that was asked for")
    func filed() async throws {
        try await OutboxStage.use { stage in
            let post = try await stage.foreignPost(by: stage.ben)
            var draft = ReportDraft(about: stage.ben.id, posts: [post.id], comment: " Rude \u{7} ")
            draft.category = .violation
            let report = try await stage.instance.publisher.report(draft, as: stage.ada.id)
            #expect(
                report.school == stage.school.id && report.reporter == stage.ada.id && !report.isForwarded
            )
            #expect(report.comment == "Rude" && report.category == .violation && report.state == .open)
            let kept = try await stage.instance.database.read { db in
                (try db.reports.find(report.id), try db.reports.posts(of: report.id).map(\.id))
            }
            #expect(kept.0 == report && kept.1 == [post.id])
            #expect(try await stage.inboxes("Flag") == [])
        }
    }

    @Test(
        "forwarded, it goes to the account's own server alone, from the school's actor and without the reporter"
    )
    func forwarded() async throws {
        try await OutboxStage.use { stage in
            let post = try await stage.foreignPost(by: stage.ben)
            var draft = ReportDraft(about: stage.ben.id, posts: [post.id], comment: "Rude")
            draft.isForwarded = true
            let report = try await stage.instance.publisher.report(draft, as: stage.ada.id)
            #expect(report.isForwarded)
            #expect(try await stage.inboxes("Flag") == ["south.test/users/ben/inbox"])
            let flag = try #require(try await sent("Flag", stage))
            #expect(flag["actor"] == "https://north.test/ap/actor")
            #expect(flag["object"] == [.string(stage.ben.uri.description), .string(post.uri.description)])
            #expect(flag["content"] == "Rude" && flag["to"] == [.string(stage.ben.uri.description)])
            let text = String(decoding: JSONWriter.write(.object(flag)), as: UTF8.self)
            #expect(!text.contains(stage.ada.uri.description) && !text.contains("ada"))
            // The key that signs is the school's own.
            let signer = try await stage.instance.database.read { db -> URI? in
                let rows = try db.run(
                    "SELECT a.uri AS uri FROM delivery d JOIN account a ON a.id = d.account_id"
                )
                return try rows.first?["uri"]
            }
            #expect(signer == LocalActorURIs(origin: stage.school.origin).schoolActor)
            // To a host that the school exchanges nothing with it cannot go; the case is there all the same.
            var other = ReportDraft(about: stage.mallory.id)
            other.isForwarded = true
            let kept = try await stage.instance.publisher.report(other, as: stage.ada.id)
            #expect(!kept.isForwarded)
            #expect(try await stage.inboxes("Flag") == ["south.test/users/ben/inbox"])
        }
    }

    @Test(
        "forwarded to another school of the instance, it opens a case there that names the school as reporter"
    )
    func neighbours() async throws {
        try await OutboxStage.use { stage in
            let annex = try await stage.instance.addSchool("https://annex.test")
            let zoe = try await stage.instance.addPerson("zoe", at: annex)
            var draft = ReportDraft(about: zoe.id, comment: "Rude")
            _ = try await stage.instance.publisher.report(draft, as: stage.ada.id)
            func cases() async throws -> [Report] {
                try await stage.instance.database.read { try $0.reports.page(.init(school: annex.id)) }
            }
            #expect(try await cases().isEmpty)
            draft.isForwarded = true
            let own = try await stage.instance.publisher.report(draft, as: stage.ada.id)
            #expect(own.isForwarded && own.school == stage.school.id)
            let there = try #require(try await cases().first)
            let reporter = try await stage.instance.database.read { try $0.accounts.find(there.reporter) }
            #expect(reporter?.uri == LocalActorURIs(origin: stage.school.origin).schoolActor)
            #expect(there.reported == zoe.id && there.comment == "Rude" && there.host == stage.school.host)
        }
    }

    @Test(
        "what one may not see, or is not the account's, cannot be reported; nor oneself; long and many are refused"
    )
    func refused() async throws {
        try await OutboxStage.use { stage in
            let publisher = stage.instance.publisher
            let cleo = try await stage.instance.addPerson("cleo", at: stage.school)
            let open = try await publisher.publish(PostDraft(text: "open"), as: cleo.id)
            let closed = try await publisher.publish(
                PostDraft(text: "closed", audience: .followers),
                as: cleo.id
            )
            let own = try await stage.post("mine")
            for post in [closed.id, own.id, Post.ID(rawValue: 7)] {
                await #expect(throws: OutboxError.noSuchPost) {
                    try await publisher.report(ReportDraft(about: cleo.id, posts: [post]), as: stage.ada.id)
                }
            }
            await #expect(throws: OutboxError.self) {
                try await publisher.report(ReportDraft(about: stage.ada.id), as: stage.ada.id)
            }
            await #expect(throws: OutboxError.noSuchAccount) {
                try await publisher.report(ReportDraft(about: .init(rawValue: 7)), as: stage.ada.id)
            }
            let long = ReportDraft(about: cleo.id, comment: String(repeating: "x", count: 1_001))
            await #expect(throws: OutboxError.self) { try await publisher.report(long, as: stage.ada.id) }
            // Whoever has blocked somebody can still report what they wrote.
            try await publisher.block(cleo.id, as: stage.ada.id)
            for _ in 0..<ReportLimits.byAccountAnHour {
                _ = try await publisher.report(
                    ReportDraft(about: cleo.id, posts: [open.id]),
                    as: stage.ada.id
                )
            }
            await #expect(throws: OutboxError.tooOften("reports")) {
                try await publisher.report(ReportDraft(about: cleo.id), as: stage.ada.id)
            }
            stage.instance.clock.advance(by: .minutes(61))
            _ = try await publisher.report(ReportDraft(about: cleo.id), as: stage.ada.id)
        }
    }
}

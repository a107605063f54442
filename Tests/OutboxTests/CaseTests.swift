import Domain
import Storage
import TestKit
import Testing

@testable import Outbox

/// North High with one of each role, annex.test with a moderator, and a report by ada about cleo.
private struct CaseStage {
    let stage: OutboxStage
    let annex: School
    let cleo: Account
    let people: [Role: Account]
    let neighbour: Account
    let report: Report

    var desk: CaseDesk { stage.instance.publisher.cases }

    static func use(_ body: (CaseStage) async throws -> Void) async throws {
        try await OutboxStage.use { stage in try await body(try await CaseStage(stage)) }
    }

    private init(_ stage: OutboxStage) async throws {
        self.stage = stage
        let instance = stage.instance
        annex = try await instance.addSchool("https://annex.test")
        cleo = try await instance.addPerson("cleo", at: stage.school)
        var people: [Role: Account] = [:]
        for role in Role.allCases {
            let name = role.rawValue.replacing("-", with: "")
            let account = try await instance.addPerson("the\(name)", at: stage.school)
            try await instance.admin.setRole(role, of: account, by: "test")
            people[role] = account
        }
        self.people = people
        neighbour = try await instance.addPerson("noor", at: annex)
        try await instance.admin.setRole(.admin, of: neighbour, by: "test")
        report = try await instance.publisher.report(ReportDraft(about: cleo.id), as: stage.ada.id)
    }

    func worker(_ role: Role) throws -> CaseWorker { .account(try #require(people[role]).id) }
}

@Suite("Cases")
struct CaseTests {
    @Test("who may read and change cases, by role and school")
    func rights() async throws {
        try await CaseStage.use { scene in
            let (desk, id) = (scene.desk, scene.report.id)
            for (role, reads, handles) in [
                (Role.member, false, false), (.auditor, true, false), (.moderator, true, true),
                (.admin, true, true), (.districtAdmin, true, true),
            ] {
                let worker = try scene.worker(role)
                if reads {
                    #expect(try await desk.find(id, as: worker).report.id == id, "\(role)")
                    #expect(try await desk.page(.init(school: nil), as: worker).count == 1, "\(role)")
                } else {
                    await #expect(throws: CaseError.noSuchReport) { try await desk.find(id, as: worker) }
                    await #expect(throws: CaseError.notAllowed) {
                        try await desk.page(.init(school: nil), as: worker)
                    }
                }
                if handles {
                    #expect(
                        try await desk.note(id, "by \(role)", as: worker).notes.last?.text == "by \(role)"
                    )
                } else {
                    await #expect(throws: CaseError.self) { try await desk.note(id, "x", as: worker) }
                }
            }
            #expect(try await desk.find(id, as: .commandLine("root")).notes.count == 3)
            // Of another school nobody but a district admin has anything to do with it.
            let other = CaseWorker.account(scene.neighbour.id)
            await #expect(throws: CaseError.noSuchReport) { try await desk.find(id, as: other) }
            #expect(try await desk.page(.init(school: nil), as: other).isEmpty)
            #expect(try await desk.page(.init(school: scene.stage.school.id), as: other).isEmpty)
            let there = ReportDraft(about: scene.neighbour.id)
            let zoe = try await scene.stage.instance.addPerson("zoe", at: scene.annex)
            let theirs = try await scene.stage.instance.publisher.report(there, as: zoe.id)
            #expect(
                try await desk.find(theirs.id, as: try scene.worker(.districtAdmin)).school == scene.annex
            )
            await #expect(throws: CaseError.noSuchReport) {
                try await desk.find(theirs.id, as: try scene.worker(.admin))
            }
            // And nobody with what is about themselves.
            await #expect(throws: CaseError.noSuchReport) { try await desk.find(theirs.id, as: other) }
            #expect(try await desk.page(.init(school: nil), as: other).isEmpty)
        }
    }

    @Test("a case goes from open to assigned to resolved and back; each step leaves one row in the audit log")
    func states() async throws {
        try await CaseStage.use { scene in
            let (desk, id) = (scene.desk, scene.report.id)
            let moderator = try #require(scene.people[.moderator])
            let worker = CaseWorker.account(moderator.id)
            let before = try await scene.stage.audit().count
            #expect(try await desk.assign(id, to: moderator.id, as: worker).report.state == .assigned)
            #expect(try await desk.assign(id, to: nil, as: worker).report.state == .open)
            let member = try #require(scene.people[.member])
            for wrong in [member.id, scene.cleo.id, scene.neighbour.id] {
                await #expect(throws: CaseError.notAModerator) {
                    try await desk.assign(id, to: wrong, as: worker)
                }
            }
            await #expect(throws: CaseError.isNotResolved) { try await desk.reopen(id, as: worker) }
            _ = try await desk.note(id, "Spoke with her", as: worker)
            for bad in ["", " \n", String(repeating: "x", count: 2_001)] {
                await #expect(throws: CaseError.self) { try await desk.note(id, bad, as: worker) }
            }
            let closed = try await desk.resolve(id, .warned, as: worker)
            #expect(closed.report.state == .resolved && closed.report.outcome == .warned)
            #expect(closed.assignee?.id == moderator.id)
            await #expect(throws: CaseError.isResolved) { try await desk.resolve(id, .dismissed, as: worker) }
            await #expect(throws: CaseError.isResolved) { try await desk.assign(id, to: nil, as: worker) }
            #expect(try await desk.page(.init(school: nil), as: worker).isEmpty)
            #expect(try await desk.page(.init(school: nil, states: [.resolved]), as: worker).count == 1)
            let again = try await desk.reopen(id, as: worker)
            #expect(again.report.state == .assigned && again.report.outcome == nil)
            let rows = try await scene.stage.audit()
            #expect(rows.count == before + 5)
            #expect(
                rows.prefix(5).map(\.action) == [
                    "report.reopen", "report.resolve", "report.note", "report.unassign", "report.assign",
                ]
            )
            #expect(
                rows.prefix(5).allSatisfy {
                    $0.by == "themoderator@north.test" && $0.subject == id.description
                        && $0.school == scene.stage.school.id
                }
            )
        }
    }

    @Test("the outcomes limited and suspended do it to the account; who stands no lower is not touched")
    func outcomes() async throws {
        try await CaseStage.use { scene in
            let (desk, instance) = (scene.desk, scene.stage.instance)
            let worker = try scene.worker(.moderator)
            func account(_ id: Account.ID) async throws -> Account? {
                try await instance.database.read { try $0.accounts.find(id) }
            }
            _ = try await desk.resolve(scene.report.id, .limited, as: worker)
            #expect(try await account(scene.cleo.id)?.isLimited == true)
            _ = try await desk.reopen(scene.report.id, as: worker)
            let before = try await scene.stage.audit().count
            _ = try await desk.resolve(scene.report.id, .suspended, as: worker)
            #expect(try await account(scene.cleo.id)?.suspendedAt != nil)
            #expect(
                try await scene.stage.audit().prefix(2).map(\.action) == [
                    "report.resolve", "account.suspend",
                ]
            )
            #expect(try await scene.stage.audit().count == before + 2)
            await #expect(throws: OutboxError.notAbleToAct) {
                try await instance.publisher.publish(PostDraft(text: "x"), as: scene.cleo.id)
            }
            // A moderator does not suspend an admin, an admin does not an admin; and what fails changes nothing.
            let admin = try #require(scene.people[.admin])
            let about = try await instance.publisher.report(
                ReportDraft(about: admin.id),
                as: scene.stage.ada.id
            )
            await #expect(throws: CaseError.ofSameRank) {
                try await desk.resolve(about.id, .suspended, as: worker)
            }
            #expect(try await desk.find(about.id, as: worker).report.state == .open)
            #expect(try await account(admin.id)?.suspendedAt == nil)
            _ = try await desk.resolve(about.id, .suspended, as: try scene.worker(.districtAdmin))
            #expect(try await account(admin.id)?.suspendedAt != nil)
            // Accounts of other servers are all schools' of the instance.
            await #expect(throws: CaseError.notOfThisSchool) {
                try await desk.act(.suspend, on: scene.stage.ben.id, as: worker)
            }
            try await desk.act(.limit, on: scene.stage.ben.id, as: try scene.worker(.districtAdmin))
            #expect(try await account(scene.stage.ben.id)?.isLimited == true)
            await #expect(throws: CaseError.notOfThisSchool) {
                try await desk.act(.limit, on: scene.neighbour.id, as: worker)
            }
            await #expect(throws: CaseError.notAllowed) {
                try await desk.act(.limit, on: scene.cleo.id, as: try scene.worker(.auditor))
            }
        }
    }
}

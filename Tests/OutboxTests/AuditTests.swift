import Domain
import Storage
import TestKit
import Testing

@testable import Outbox

@Suite("The audit log")
struct AuditTests {
    @Test("API-28: every act of an admin leaves one row, in the act's own transaction")
    func admin() async throws {
        try await OutboxStage.use { stage in
            let (admin, ada, school) = (stage.instance.admin, stage.ada, stage.school)
            let acts: [(String, () async throws -> Void)] = [
                ("school.set", { try await admin.update(school, by: "root") }),
                (
                    "partner.blocked",
                    { try await admin.setPartner(try Host("evil.test"), .blocked, at: school, by: "root") }
                ),
                ("account.suspend", { try await admin.suspend(ada, by: "root") }),
                ("account.unsuspend", { try await admin.unsuspend(ada, by: "root") }),
                ("account.password", { try await admin.setPassword("x", of: ada, by: "root") }),
                ("queue.retry", { _ = try await admin.retryDeliveries(to: nil, by: "root") }),
            ]
            for (action, act) in acts {
                let before = try await stage.audit().count
                try await act()
                let after = try await stage.audit()
                #expect(after.count == before + 1, "\(action)")
                #expect(after.first?.action == action && after.first?.by == "root")
            }
        }
    }

    @Test(
        "API-28: who acts in an account's place leaves a row; who acts as themselves does not; what fails leaves none"
    )
    func acting() async throws {
        try await OutboxStage.use { stage in
            let ada = stage.ada
            let own = stage.instance.publisher
            let acting = own.acting(by: "command line")
            let before = try await stage.audit().count
            let post = try await own.publish(PostDraft(text: "Mine"), as: ada.id)
            #expect(try await stage.audit().count == before)
            _ = try await acting.publish(PostDraft(text: "For her"), as: ada.id)
            _ = try await acting.follow(stage.eve.id, as: ada.id)
            try await acting.react(.like, to: post.id, as: ada.id)
            try await acting.delete(post.id, as: ada.id)
            let rows = try await stage.audit()
            #expect(rows.count == before + 4)
            #expect(
                rows.prefix(4).map(\.action) == [
                    "account.delete-post", "account.like", "account.follow", "account.post",
                ]
            )
            #expect(rows.prefix(4).allSatisfy { $0.by == "command line" && $0.subject == "ada@north.test" })
            await #expect(throws: OutboxError.self) { try await acting.delete(post.id, as: ada.id) }
            #expect(try await stage.audit().count == before + 4)
        }
    }
}

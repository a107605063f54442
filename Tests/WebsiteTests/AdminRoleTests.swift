import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing

extension WebsiteTests {
    @Suite("What each role may do")
    struct AdminRoleTests {
        /// Something that a form or an app asks for, and who may: others get the other status and change nothing.
        private struct Act {
            let path: String
            let form: String
            let allowed: Set<Role>
            var done = 303
            var refused = 403
            var method = HTTPRequest.Method.post
        }

        private static let moderators: Set<Role> = [.moderator, .admin, .districtAdmin]
        private static let admins: Set<Role> = [.admin, .districtAdmin]
        private static let readers: Set<Role> = [.auditor, .admin, .districtAdmin]

        private func rows(_ visitor: Visitor) async throws -> Int {
            try await visitor.instance.database.read { try $0.audit.newest(limit: 1_000).count }
        }

        @Test(
            "each act on pages is done for the roles that may, with a row in the audit log, and refused to the others",
            arguments: Role.allCases
        )
        func pages(role: Role) async throws {
            try await Visitor.use { visitor async throws in
                let instance = visitor.instance
                let annex = try await instance.addSchool("https://annex.test")
                let eve = try await instance.addPerson("eve", at: annex)
                let boss = try await instance.addPerson("boss", at: visitor.school)
                try await instance.admin.setRole(.admin, of: boss, by: "test")
                try await instance.admin.setRole(role, of: visitor.ada, by: "test")
                let (cookie, csrf) = try await visitor.signIn()
                let person = "/admin/accounts/\(visitor.cleo.id)"
                let acts = [
                    Act(path: "\(person)/limit", form: "", allowed: Self.moderators),
                    Act(path: "\(person)/unlimit", form: "", allowed: Self.moderators),
                    Act(path: "\(person)/suspend", form: "", allowed: Self.moderators),
                    Act(path: "\(person)/unsuspend", form: "", allowed: Self.moderators),
                    Act(path: "\(person)/role", form: "role=auditor", allowed: Self.admins),
                    Act(
                        path: "/admin/accounts",
                        form: "name=new&role=member",
                        allowed: Self.admins,
                        done: 200,
                        refused: 404
                    ),
                    Act(path: "/admin/partners", form: "host=a.test&state=approved", allowed: Self.admins),
                    Act(path: "/admin/partners", form: "host=a.test&state=paused", allowed: Self.admins),
                    Act(path: "/admin/partners", form: "host=a.test&state=ended", allowed: Self.admins),
                    Act(path: "/admin/partners", form: "host=a.test&state=blocked", allowed: Self.admins),
                    Act(path: "/admin/queue/retry", form: "", allowed: Self.admins),
                    Act(
                        path: "/admin/school",
                        form: "name=N&audience=school&federation=partners&time-zone=UTC",
                        allowed: Self.admins
                    ),
                    // Of another school, and of one's own rank: a district admin's alone.
                    Act(
                        path: "/admin/partners",
                        form: "host=b.test&state=blocked&school=annex.test",
                        allowed: [.districtAdmin]
                    ),
                    Act(
                        path: "/admin/accounts/\(boss.id)/limit",
                        form: "",
                        allowed: [.districtAdmin],
                        refused: Self.moderators.contains(role) ? 422 : 403
                    ),
                    Act(
                        path: "/admin/accounts/\(eve.id)/suspend",
                        form: "",
                        allowed: [.districtAdmin],
                        refused: role == .member ? 403 : 404
                    ),
                ]
                for act in acts {
                    let before = try await rows(visitor)
                    let answer = try await visitor.send(
                        act.method,
                        act.path,
                        form: "csrf=\(csrf)&\(act.form)",
                        cookie: cookie
                    )
                    let isAllowed = act.allowed.contains(role)
                    #expect(answer.status == (isAllowed ? act.done : act.refused), "\(act.path) \(act.form)")
                    #expect(
                        try await rows(visitor) - before == (isAllowed ? 1 : 0),
                        "\(act.path) \(act.form)"
                    )
                }
            }
        }

        @Test(
            "each act of apps is done for the roles that may, and refused to the others",
            arguments: Role.allCases
        )
        func apps(role: Role) async throws {
            try await Visitor.use { visitor async throws in
                try await visitor.instance.admin.setRole(role, of: visitor.ada, by: "test")
                let token = try await visitor.token("admin:read admin:write")
                let api = "/api/v1/admin"
                let person = "\(api)/accounts/\(visitor.cleo.id)"
                func read(_ path: String, _ allowed: Set<Role>) -> Act {
                    Act(path: path, form: "", allowed: allowed, done: 200, method: .get)
                }
                func write(_ path: String, _ form: String, _ allowed: Set<Role>) -> Act {
                    Act(path: path, form: form, allowed: allowed, done: 200)
                }
                let acts = [
                    read("\(api)/accounts", Self.moderators.union([.auditor])),
                    read("/api/v2/admin/accounts", Self.moderators.union([.auditor])),
                    read(person, Self.moderators.union([.auditor])),
                    read("\(api)/reports", Self.moderators.union([.auditor])),
                    read("\(api)/domain_allows", Self.readers), read("\(api)/domain_blocks", Self.readers),
                    write("\(person)/action", "type=silence", Self.moderators),
                    write("\(person)/unsilence", "", Self.moderators),
                    write("\(person)/action", "type=suspend", Self.moderators),
                    write("\(person)/unsuspend", "", Self.moderators),
                    write("\(api)/domain_allows", "domain=a.test", Self.admins),
                    write("\(api)/domain_blocks", "domain=b.test", Self.admins),
                ]
                for act in acts {
                    let answer = try await visitor.send(
                        act.method,
                        act.path,
                        form: act.method == .get ? nil : act.form,
                        token: token
                    )
                    let expected = act.allowed.contains(role) ? act.done : act.refused
                    #expect(answer.status == expected, "\(act.path) \(act.form)")
                }
                for path in ["\(api)/domain_allows/a.test", "\(api)/domain_blocks/b.test"] {
                    let answer = try await visitor.send(.delete, path, token: token)
                    #expect(
                        answer.status == (Self.admins.contains(role) ? 200 : role == .auditor ? 404 : 403),
                        "\(path)"
                    )
                }
            }
        }
    }
}

import Domain
import Storage
import Testing

@Suite("Lists for those who run a school")
struct AdminListTests {
    @Test(
        "accounts are found by name, standing, role and place; what LIKE would read as a joker is none",
        arguments: Engine.all
    )
    func accounts(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.write { db in
                let world = World(db)
                let (north, annex) = (try world.school("north.example"), try world.school("annex.example"))
                let ada = try world.person("ada", at: north)
                let bo = try world.person("b_o", at: north)
                let box = try world.person("box", at: north)
                let eve = try world.person("eve", at: annex)
                let ben = try world.peer("ben", at: "far.example")
                try db.members.set(Member(account: ada.id, role: .admin, passwordHash: nil))
                try db.accounts.setLimited(bo.id, at: world.now)
                try db.accounts.setSuspended(box.id, at: world.now)
                func found(_ change: (inout RosterView.Query) -> Void) throws -> [Account.ID] {
                    var query = RosterView.Query(schools: [north.id])
                    change(&query)
                    return try db.roster.page(query).map(\.account.id)
                }
                #expect(try found { _ in } == [box.id, bo.id, ada.id])
                #expect(try found { $0.before = bo.id } == [ada.id])
                #expect(try found { $0.limit = 1 } == [box.id])
                #expect(try found { $0.schools = [north.id, annex.id] }.contains(eve.id))
                #expect(try found { $0.includesRemote = true }.contains(ben.id))
                #expect(
                    try found { query in (query.includesRemote, query.isRemoteOnly) = (true, true) } == [
                        ben.id
                    ]
                )
                #expect(try found { $0.standing = .active } == [ada.id])
                #expect(try found { $0.standing = .limited } == [bo.id])
                #expect(try found { $0.standing = .suspended } == [box.id])
                #expect(try found { $0.roles = [.admin] } == [ada.id])
                #expect(try found { $0.text = "B_O" } == [bo.id])
                #expect(try found { $0.text = "%" } == [])
                #expect(try found { $0.text = "!" } == [])
                #expect(try found { $0.text = "' OR 1=1 --" } == [])
                #expect(try db.roster.find(ada.id)?.role == .admin)
                #expect(try db.roster.find(eve.id)?.role == .member)
                #expect(try db.roster.find(ben.id)?.role == nil)
                try db.buryAccount(box.id, at: world.now)
                #expect(try db.roster.find(box.id) == nil)
            }
        }
    }

    @Test("the audit log is searched by who, what and whom, page by page", arguments: Engine.all)
    func audit(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.write { db in
                let world = World(db)
                let (north, annex) = (try world.school("north.example"), try world.school("annex.example"))
                for (school, by, action, subject) in [
                    (north.id as School.ID?, "ada@north.example", "partner.approved", "far.example"),
                    (north.id, "ada@north.example", "account.limit", "Bo_b@north.example"),
                    (annex.id, "eve@annex.example", "partner.blocked", "evil.example"),
                    (nil, "command line", "queue.retry", "all hosts"),
                ] {
                    try db.audit.insert(
                        AuditEntry(
                            id: world.id(),
                            school: school,
                            by: by,
                            action: action,
                            subject: subject,
                            at: world.now
                        )
                    )
                }
                func found(_ text: String, of school: School.ID? = nil) throws -> [String] {
                    try db.audit.page(AuditStore.Query(school: school, text: text)).map(\.action)
                }
                #expect(try found("").count == 4)
                #expect(try found("", of: north.id) == ["account.limit", "partner.approved"])
                #expect(try found("PARTNER") == ["partner.blocked", "partner.approved"])
                #expect(try found("ada@") == ["account.limit", "partner.approved"])
                #expect(try found("bo_b") == ["account.limit"])
                #expect(try found("b%b") == [])
                let first = try db.audit.page(AuditStore.Query(school: nil, limit: 3))
                let rest = try db.audit.page(AuditStore.Query(school: nil, before: first.last?.id, limit: 3))
                #expect(first.count == 3 && rest.map(\.action) == ["partner.approved"])
            }
        }
    }

    @Test(
        "a host is proposed once, not when there is an agreement or a block, and no more than so many",
        arguments: Engine.all
    )
    func proposals(engine: Engine) async throws {
        try await engine.withDatabase { database in
            try await database.write { db in
                let world = World(db)
                let (north, annex) = (try world.school("north.example"), try world.school("annex.example"))
                func propose(_ host: String, at school: School = north) throws -> Bool {
                    try db.partners.propose(try Host(host), at: school.id, at: world.now)
                }
                try world.partner(north, "good.example", .approved)
                try world.partner(north, "gone.example", .ended)
                try world.partner(north, "evil.example", .blocked)
                for host in [
                    "good.example", "gone.example", "evil.example", "below.evil.example", "annex.example",
                ] {
                    #expect(try propose(host) == false, "\(host)")
                }
                #expect(try propose("new.example"))
                #expect(try propose("new.example") == false)
                #expect(try db.partners.find(north.id, try Host("new.example"))?.state == .proposed)
                #expect(try db.partners.admission(of: try Host("new.example"), at: north) == .refused)
                for number in 1..<PartnerStore.mostProposals { #expect(try propose("h\(number).example")) }
                #expect(try propose("more.example") == false)
                #expect(try propose("more.example", at: annex))
                try world.partner(north, "h1.example", .ended)
                #expect(try propose("more.example"))
            }
        }
    }
}

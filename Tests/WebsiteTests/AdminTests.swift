import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Running a school on pages and in the client API")
    struct AdminTests {
        private func promote(_ account: Account, _ role: Role, _ visitor: Visitor) async throws {
            try await visitor.instance.admin.setRole(role, of: account, by: "test")
        }

        private func audit(_ visitor: Visitor) async throws -> [String] {
            try await visitor.instance.database.read { try $0.audit.newest(limit: 20).map(\.action) }
        }

        private static let pages = [
            "/admin/accounts", "/admin/partners", "/admin/queue", "/admin/audit", "/admin/reports",
            "/admin/school",
        ]

        @Test("each page is there for the roles that it is for, and for nobody else")
        func roles() async throws {
            try await Visitor.use { visitor async throws in
                let (cookie, _) = try await visitor.signIn()
                for (role, visible) in [
                    (Role.member, []), (.moderator, ["/admin/accounts", "/admin/reports"]),
                    (.auditor, Self.pages), (.admin, Self.pages), (.districtAdmin, Self.pages),
                ] {
                    try await promote(visitor.ada, role, visitor)
                    for path in Self.pages {
                        let answer = try await visitor.send(.get, path, cookie: cookie)
                        #expect(answer.status == (visible.contains(path) ? 200 : 404), "\(role) \(path)")
                    }
                }
                for path in Self.pages { #expect(try await visitor.send(.get, path).status == 404) }
            }
        }

        @Test(
            "accounts are made, limited, suspended and given roles by those who stand above them, each with an audit row"
        )
        func accounts() async throws {
            try await Visitor.use { visitor async throws in
                let (ada, cleo) = (visitor.ada, visitor.cleo)
                try await promote(ada, .admin, visitor)
                let (cookie, csrf) = try await visitor.signIn()
                func post(_ path: String, _ form: String = "", csrf token: String? = nil) async throws
                    -> Visitor.Answer
                {
                    try await visitor.send(
                        .post,
                        "/admin/accounts\(path)",
                        form: "csrf=\(token ?? csrf)&\(form)",
                        cookie: cookie
                    )
                }
                #expect(try await post("/\(cleo.id)/limit", csrf: "no").status == 403)
                #expect(try await post("/\(cleo.id)/limit").status == 303)
                let limited = try await visitor.send(.get, "/admin/accounts?standing=limited", cookie: cookie)
                #expect(
                    limited.text.contains("@<bdi>cleo@school.test") && !limited.text.contains("<bdi>ada@")
                )
                #expect(try await post("/\(cleo.id)/unlimit").status == 303)
                #expect(try await post("/\(cleo.id)/role", "role=moderator").status == 303)
                #expect(try await post("/\(cleo.id)/role", "role=district-admin").status == 403)
                #expect(try await post("/\(cleo.id)/role", "role=party").status == 422)
                #expect(try await post("/\(ada.id)/suspend").status == 422)
                #expect(try await post("/7/suspend").status == 404)
                #expect(try await post("/\(cleo.id)/suspend").status == 303)
                #expect(try await visitor.send(.get, "/@cleo").status == 404)
                let noted = ["account.suspend", "account.role.moderator", "account.unlimit", "account.limit"]
                #expect(try await audit(visitor).prefix(4) == noted[...])
                // A new account, with its first password; the name is checked and nothing of it is markup.
                let form = "name=dan&display-name=%3Cb%3EDan&role=member"
                let made = try await post("", form)
                #expect(made.status == 200 && !made.text.contains("<b>Dan"))
                let password = try #require(
                    made.text.firstMatch(of: #/Password: <code>([a-z0-9-]+)</#)?.output.1
                )
                let signIn = try await visitor.send(.post, "/sign-in", form: "name=dan&password=\(password)")
                #expect(signIn.status == 303)
                #expect(try await post("", form).status == 422)
                #expect(try await post("", "name=a+b&role=member").status == 422)
                #expect(try await post("", "name=eli&role=district-admin").status == 403)
            }
        }

        @Test(
            "an admin approves who asks, adds, pauses and blocks; a proposal's name cannot be markup; an auditor only reads"
        )
        func partners() async throws {
            try await Visitor.use { visitor async throws in
                try await promote(visitor.ada, .admin, visitor)
                let (cookie, csrf) = try await visitor.signIn()
                let (south, school) = (try Host("south.test"), visitor.school)
                let now = visitor.instance.clock.now()
                try await visitor.instance.database.write { db in
                    try db.partners.propose(south, at: school.id, at: now)
                }
                func page() async throws -> String {
                    try await visitor.send(.get, "/admin/partners", cookie: cookie).text
                }
                func set(_ host: String, _ state: String, csrf token: String? = nil) async throws -> Int {
                    try await visitor.send(
                        .post,
                        "/admin/partners",
                        form: "csrf=\(token ?? csrf)&host=\(host)&state=\(state)",
                        cookie: cookie
                    ).status
                }
                func state(_ host: Host) async throws -> Partner.State? {
                    try await visitor.instance.database.read { try $0.partners.find(school.id, host)?.state }
                }
                #expect(try await page().contains("They ask"))
                #expect(try await set("south.test", "approved", csrf: "no") == 403)
                #expect(try await set("south.test", "approved") == 303)
                #expect(try await state(south) == .approved)
                let approved = try await page()
                #expect(!approved.contains("They ask") && approved.contains("Never heard from"))
                for (text, word) in [
                    ("paused", Partner.State.paused), ("ended", .ended), ("blocked", .blocked),
                ] {
                    #expect(try await set("south.test", text) == 303)
                    #expect(try await state(south) == word)
                }
                #expect(try await set("south.test", "proposed") == 422)
                #expect(try await set("%3Cscript%3E", "approved") == 422)
                #expect(try await set("school.test", "approved") == 422)
                #expect(try await set("new.test", "approved") == 303)
                #expect(try await audit(visitor).first == "partner.approved")
                try await promote(visitor.ada, .auditor, visitor)
                #expect(try await set("new.test", "ended") == 403)
                #expect(try await !page().contains("action=\"/admin/partners\""))
                try await promote(visitor.ada, .member, visitor)
                #expect(try await set("new.test", "ended") == 403)
                #expect(try await state(try Host("new.test")) == .approved)
            }
        }

        @Test(
            "the queue shows what a school's own people sent, and an admin has it tried again; another school's is not there"
        )
        func queue() async throws {
            try await Visitor.use { visitor async throws in
                let (instance, school) = (visitor.instance, visitor.school)
                let annex = try await instance.addSchool("https://annex.test")
                let eve = try await instance.addPerson("eve", at: annex)
                let ben = try await instance.addPeer("ben", at: "south.test")
                let wim = try await instance.addPeer("wim", at: "west.test")
                for (peer, author, home) in [(ben, visitor.ada, school), (wim, eve, annex)] {
                    try await instance.admin.setPartner(peer.account.host, .approved, at: home, by: "test")
                    try await instance.addFollow(of: author, by: peer.account)
                    _ = try await instance.publisher.publish(PostDraft(text: "hello"), as: author.id)
                }
                try await promote(visitor.ada, .admin, visitor)
                let (cookie, csrf) = try await visitor.signIn()
                let shown = try await visitor.send(.get, "/admin/queue", cookie: cookie).text
                #expect(shown.contains("south.test") && !shown.contains("west.test"))
                #expect(shown.contains("1 waiting"))
                func due(_ host: String) async throws -> Timestamp? {
                    try await instance.database.read { db in
                        try db.queue.deliveries(.waiting, host: try Host(host)).first?.dueAt
                    }
                }
                instance.clock.advance(by: .hours(1))
                let before = try await due("west.test")
                func retry(_ form: String) async throws -> Int {
                    try await visitor.send(
                        .post,
                        "/admin/queue/retry",
                        form: "csrf=\(csrf)\(form)",
                        cookie: cookie
                    ).status
                }
                #expect(try await retry("") == 303)
                #expect(try await due("south.test") == instance.clock.now())
                #expect(try await due("west.test") == before)
                // Another school's queue is a district admin's alone.
                #expect(
                    try await visitor.send(.get, "/admin/queue?school=annex.test", cookie: cookie).status
                        == 404
                )
                #expect(try await retry("&school=annex.test") == 403)
                try await promote(visitor.ada, .districtAdmin, visitor)
                let other = try await visitor.send(.get, "/admin/queue?school=annex.test", cookie: cookie)
                #expect(other.text.contains("west.test") && !other.text.contains("south.test"))
                #expect(try await retry("&school=annex.test") == 303)
                #expect(try await due("west.test") == instance.clock.now())
            }
        }

        @Test("the audit log is searched on its page, and shows what was done at the school alone")
        func log() async throws {
            try await Visitor.use { visitor async throws in
                let annex = try await visitor.instance.addSchool("https://annex.test")
                try await visitor.instance.admin.setPartner(try Host("a.test"), .approved, at: annex, by: "x")
                try await visitor.instance.admin.setPartner(
                    try Host("b.test"),
                    .approved,
                    at: visitor.school,
                    by: "<b>boss"
                )
                try await promote(visitor.ada, .auditor, visitor)
                let (cookie, _) = try await visitor.signIn()
                let all = try await visitor.send(.get, "/admin/audit", cookie: cookie).text
                #expect(all.contains("b.test") && !all.contains("a.test</bdi>") && !all.contains("<b>boss"))
                let found = try await visitor.send(.get, "/admin/audit?q=BOSS", cookie: cookie).text
                #expect(found.contains("partner.approved") && !found.contains("account.role"))
                let none = try await visitor.send(.get, "/admin/audit?q=%25", cookie: cookie).text
                #expect(none.contains("There is no entry like that"))
            }
        }

        @Test(
            "a moderator's app lists accounts in both versions, and limits and suspends those below; others are refused"
        )
        func accountsOfAPI() async throws {
            try await Visitor.use { visitor async throws in
                let (ada, cleo) = (visitor.ada, visitor.cleo)
                _ = try await visitor.instance.addPeer("ben", at: "south.test")
                let (first, second) = ("/api/v1/admin/accounts", "/api/v2/admin/accounts")
                let token = try await visitor.token("admin:read:accounts admin:write:accounts")
                for path in [first, second, "\(first)/\(cleo.id)"] {
                    #expect(try await visitor.send(.get, path, token: token).status == 403, "\(path)")
                }
                try await promote(ada, .moderator, visitor)
                func names(_ path: String) async throws -> Set<String> {
                    let list = try await visitor.send(.get, path, token: token).json?.asList ?? []
                    return Set(list.compactMap { $0.object?["username"]?.string })
                }
                #expect(try await names(first) == ["ada", "cleo", "ben"])
                #expect(try await names("\(first)?local=true") == ["ada", "cleo"])
                #expect(try await names("\(second)?origin=remote") == ["ben"])
                #expect(try await names("\(second)?by_domain=south.test") == ["ben"])
                #expect(try await names("\(second)?permissions=staff") == ["ada"])
                #expect(try await names("\(second)?username=CLE") == ["cleo"])
                for query in ["pending=true", "email=x", "ip=192.0.2.1"] {
                    #expect(try await names("\(first)?\(query)") == [], "\(query)")
                }
                for query in ["origin=x", "status=x", "by_domain=%20"] {
                    #expect(try await visitor.send(.get, "\(second)?\(query)", token: token).status == 422)
                }
                func act(_ id: String, _ form: String) async throws -> Int {
                    try await visitor.send(.post, "\(first)/\(id)/action", form: form, token: token).status
                }
                #expect(try await act("\(cleo.id)", "type=party") == 422)
                #expect(try await act("7", "type=suspend") == 404)
                #expect(try await act("\(cleo.id)", "type=silence") == 200)
                #expect(try await names("\(second)?status=silenced") == ["cleo"])
                let lifted = try await visitor.send(.post, "\(first)/\(cleo.id)/unsilence", token: token)
                #expect(lifted.json?.object?["silenced"] == false)
                let reporter = try await visitor.instance.addPerson("dan", at: visitor.school)
                let report = try await visitor.instance.publisher.report(
                    ReportDraft(about: cleo.id),
                    as: reporter.id
                )
                #expect(try await act("\(reporter.id)", "type=suspend&report_id=\(report.id)") == 422)
                #expect(try await act("\(cleo.id)", "type=suspend&text=Enough&report_id=\(report.id)") == 200)
                let file = try await visitor.instance.publisher.cases.find(report.id, as: .account(ada.id))
                #expect(file.report.outcome == .suspended && file.notes.map(\.text) == ["Enough"])
                let back = try await visitor.send(.post, "\(first)/\(cleo.id)/unsuspend", token: token)
                #expect(back.json?.object?["suspended"] == false)
                try await promote(cleo, .admin, visitor)
                #expect(try await act("\(cleo.id)", "type=silence") == 403)
                let reading = try await visitor.token("admin:read read write")
                let refused = try await visitor.send(
                    .post,
                    "\(first)/\(reporter.id)/action",
                    form: "type=silence",
                    token: reading
                )
                #expect(refused.status == 403)
            }
        }

        @Test(
            "an admin's app lists, adds and removes allowed and blocked domains; a milder block is refused; others may not"
        )
        func domains() async throws {
            try await Visitor.use { visitor async throws in
                let token = try await visitor.token("admin:read admin:write")
                let (allows, blocks) = ("/api/v1/admin/domain_allows", "/api/v1/admin/domain_blocks")
                for (role, status) in [(Role.member, 403), (.moderator, 403), (.auditor, 200)] {
                    try await promote(visitor.ada, role, visitor)
                    #expect(try await visitor.send(.get, allows, token: token).status == status)
                    let form = "domain=south.test"
                    #expect(try await visitor.send(.post, allows, form: form, token: token).status == 403)
                }
                try await promote(visitor.ada, .admin, visitor)
                let added = try await visitor.send(.post, allows, form: "domain=South.test", token: token)
                #expect(added.status == 200 && added.json?.object?["domain"] == "south.test")
                #expect(try await visitor.send(.get, allows, token: token).json?.asList.count == 1)
                #expect(try await visitor.send(.get, "\(allows)/south.test", token: token).status == 200)
                #expect(try await visitor.send(.get, "\(allows)/west.test", token: token).status == 404)
                #expect(try await visitor.send(.get, blocks, token: token).json == [])
                let mild = "domain=evil.test&severity=silence"
                #expect(try await visitor.send(.post, blocks, form: mild, token: token).status == 422)
                #expect(try await visitor.send(.post, blocks, form: "domain=%20", token: token).status == 422)
                let block = try await visitor.send(.post, blocks, form: "domain=evil.test", token: token)
                #expect(block.json?.object?["severity"] == "suspend")
                let digest = "9834f30f8b807769d8d40e882f51d93a6db8b3f785357b3b7086326fbd575a53"
                #expect(block.json?.object?["digest"]?.string == digest)
                #expect(block.json?.object?["public_comment"] == .some(.null))
                #expect(try await visitor.send(.delete, "\(blocks)/evil.test", token: token).status == 200)
                #expect(try await visitor.send(.delete, "\(blocks)/evil.test", token: token).status == 404)
                #expect(try await visitor.send(.delete, "\(allows)/south.test", token: token).status == 200)
                let state = try await visitor.instance.database.read { db in
                    try db.partners.find(visitor.school.id, try Host("south.test"))?.state
                }
                #expect(state == .ended)
            }
        }
    }
}

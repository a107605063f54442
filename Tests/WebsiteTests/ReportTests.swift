import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("Reports in the client API and on pages")
    struct ReportTests {
        private func promote(_ account: Account, _ role: Role, _ visitor: Visitor) async throws {
            try await visitor.instance.admin.setRole(role, of: account, by: "test")
        }

        @Test(
            "an app reports a post with a comment; wrong ids, categories, rules, lengths and scopes are refused"
        )
        func filing() async throws {
            try await Visitor.use { visitor async throws in
                let post = try await visitor.instance.publisher.publish(
                    PostDraft(text: "rude"),
                    as: visitor.cleo.id
                )
                let token = try await visitor.token("write:reports")
                let base = "account_id=\(visitor.cleo.id)"
                let good =
                    "\(base)&status_ids[]=\(post.id)&comment=Please+look&category=violation&forward=true"
                let answer = try await visitor.send(.post, "/api/v1/reports", form: good, token: token)
                let entity = try #require(answer.json?.object)
                #expect(answer.status == 200)
                #expect(entity["comment"] == "Please look" && entity["category"] == "violation")
                #expect(entity["status_ids"] == [.string(post.id.description)])
                #expect(entity["target_account"]?.object?["id"] == .string(visitor.cleo.id.description))
                // Of the reporter's own school: there is nobody to forward it to.
                #expect(entity["action_taken"] == false && entity["forwarded"] == false)
                for (form, status) in [
                    ("", 422), ("account_id=7", 404), ("account_id=x", 400), ("\(base)&status_ids[]=7", 404),
                    ("\(base)&status_ids[]=x", 404), ("\(base)&category=party", 422),
                    ("\(base)&rule_ids[]=1", 422), ("account_id=\(visitor.ada.id)", 422),
                    ("\(base)&comment=\(String(repeating: "x", count: 1_001))", 422),
                ] {
                    let refused = try await visitor.send(.post, "/api/v1/reports", form: form, token: token)
                    #expect(refused.status == status, "\(form.prefix(60))")
                    #expect(refused.json?.object?["error"]?.string != nil)
                }
                let reading = try await visitor.token("read")
                #expect(
                    try await visitor.send(.post, "/api/v1/reports", form: good, token: reading).status == 403
                )
                #expect(try await visitor.send(.post, "/api/v1/reports", form: good).status == 401)
                for _ in 1..<ReportLimits.byAccountAnHour {
                    _ = try await visitor.send(.post, "/api/v1/reports", form: base, token: token)
                }
                #expect(
                    try await visitor.send(.post, "/api/v1/reports", form: base, token: token).status == 429
                )
            }
        }

        @Test(
            "PRV-11: a moderator's app lists, takes, returns, closes and reopens a case; others' tokens are refused"
        )
        func handling() async throws {
            try await Visitor.use { visitor async throws in
                let dan = try await visitor.instance.addPerson("dan", at: visitor.school)
                let hidden = try await visitor.instance.publisher.publish(
                    PostDraft(text: "@ada rosebud", audience: .direct),
                    as: visitor.cleo.id
                )
                let report = try await visitor.instance.publisher.report(
                    ReportDraft(about: visitor.cleo.id, posts: [hidden.id]),
                    as: visitor.ada.id
                )
                let path = "/api/v1/admin/reports"
                let scopes = "admin:read admin:write:reports read"
                let token = try await visitor.token(scopes, for: dan)
                #expect(try await visitor.send(.get, path, token: token).status == 403)
                #expect(try await visitor.send(.get, "\(path)/\(report.id)", token: token).status == 404)
                try await promote(dan, .moderator, visitor)
                let plain = try await visitor.token("read write", for: dan)
                #expect(try await visitor.send(.get, path, token: plain).status == 403)
                let list = try await visitor.send(.get, path, token: token).json?.asList
                let entity = try #require(list?.first?.object)
                #expect(list?.count == 1 && entity["id"] == .string(report.id.description))
                #expect(entity["account"]?.object?["username"] == "ada")
                #expect(entity["target_account"]?.object?["account"]?.object?["acct"] == "cleo")
                // The reporter has shown the moderators what was written to her; elsewhere they do not see it.
                #expect(entity["statuses"]?.asList.count == 1)
                #expect(
                    try await visitor.send(.get, "/api/v1/statuses/\(hidden.id)", token: token).status == 404
                )
                func act(_ verb: String, _ form: String = "") async throws -> Visitor.Answer {
                    try await visitor.send(.post, "\(path)/\(report.id)/\(verb)", form: form, token: token)
                }
                let taken = try await act("assign_to_self").json?.object
                #expect(taken?["assigned_account"]?.object?["username"] == "dan")
                #expect(try await act("unassign").json?.object?["assigned_account"] == .null)
                #expect(try await act("reopen").status == 422)
                #expect(try await act("resolve", "outcome=party").status == 422)
                let closed = try await act("resolve", "outcome=limited").json?.object
                #expect(closed?["action_taken"] == true && closed?["staffroom_outcome"] == "limited")
                #expect(closed?["action_taken_by_account"]?.object?["username"] == "dan")
                #expect(closed?["target_account"]?.object?["silenced"] == true)
                #expect(try await visitor.send(.get, path, token: token).json == [])
                let resolved = try await visitor.send(.get, "\(path)?resolved=true", token: token)
                #expect(resolved.json?.asList.count == 1)
                let none = try await visitor.send(.get, "\(path)?resolved=true&account_id=7", token: token)
                #expect(none.json == [])
                #expect(try await act("reopen").json?.object?["action_taken"] == false)
                #expect(try await visitor.send(.get, "\(path)/7", token: token).status == 404)
                #expect(try await visitor.send(.get, "\(path)/x", token: token).status == 404)
            }
        }

        @Test(
            "a report from filing to closing on pages, without a script; to whom it is about it is not there"
        )
        func pages() async throws {
            try await Visitor.use { visitor async throws in
                let post = try await visitor.instance.publisher.publish(
                    PostDraft(text: "rude"),
                    as: visitor.cleo.id
                )
                let (cookie, csrf) = try await visitor.signIn()
                let shown = try await visitor.send(.get, "/posts/\(post.id)", cookie: cookie)
                #expect(shown.text.contains("/posts/\(post.id)/report"))
                let form = try await visitor.send(.get, "/posts/\(post.id)/report", cookie: cookie)
                #expect(form.status == 200 && form.text.contains("name=\"comment\""))
                // Of a colleague here: there is no other server to tell.
                #expect(!form.text.contains("name=\"forward\""))
                let long = String(repeating: "x", count: 1_001)
                let kept = try await visitor.send(
                    .post,
                    "/posts/\(post.id)/report",
                    form: "csrf=\(csrf)&category=spam&comment=\(long)",
                    cookie: cookie
                )
                #expect(
                    kept.status == 422 && kept.text.contains(long) && kept.text.contains("role=\"alert\"")
                )
                #expect(kept.text.contains("value=\"spam\" selected"))
                let words = "comment=%3Cscript%3Ealert(1)%3C%2Fscript%3E"
                let unsigned = try await visitor.send(
                    .post,
                    "/posts/\(post.id)/report",
                    form: "csrf=no&\(words)",
                    cookie: cookie
                )
                #expect(unsigned.status == 403)
                let sent = try await visitor.send(
                    .post,
                    "/posts/\(post.id)/report",
                    form: "csrf=\(csrf)&category=violation&\(words)",
                    cookie: cookie
                )
                #expect(sent.status == 303 && sent.headers[.location] == "/reports/sent")
                #expect(try await visitor.send(.get, "/reports/sent", cookie: cookie).status == 200)
                let ada = visitor.ada
                let report = try #require(
                    try await visitor.instance.database.read { try $0.reports.page(.init(school: nil)).first }
                )
                let path = "/admin/reports/\(report.id)"
                // A member: no link, no list, no case.
                #expect(
                    !(try await visitor.send(.get, "/home", cookie: cookie)).text.contains("/admin/reports")
                )
                #expect(try await visitor.send(.get, "/admin/reports", cookie: cookie).status == 404)
                #expect(try await visitor.send(.get, path, cookie: cookie).status == 404)
                #expect(try await visitor.send(.get, path).status == 404)
                try await promote(ada, .moderator, visitor)
                #expect(try await visitor.send(.get, "/home", cookie: cookie).text.contains("/admin/reports"))
                let list = try await visitor.send(.get, "/admin/reports", cookie: cookie)
                #expect(list.text.contains(path) && list.text.contains("breaks our rules"))
                let page = try await visitor.send(.get, path, cookie: cookie)
                #expect(page.text.contains("&lt;script>") || page.text.contains("&lt;script&gt;"))
                #expect(!page.text.contains("<script"))
                func act(_ verb: String, _ fields: String = "") async throws -> Visitor.Answer {
                    try await visitor.send(
                        .post,
                        "\(path)/\(verb)",
                        form: "csrf=\(csrf)&\(fields)",
                        cookie: cookie
                    )
                }
                #expect(try await act("assign").status == 303)
                #expect(try await act("note", "text=Spoke+with+her").status == 303)
                #expect(try await act("note", "text=").status == 422)
                #expect(try await act("resolve", "outcome=party").status == 422)
                #expect(try await act("resolve", "outcome=warned").headers[.location] == path)
                let closed = try await visitor.send(.get, path, cookie: cookie).text
                #expect(
                    closed.contains("Spoke with her")
                        && closed.contains("closed: the account was spoken with")
                )
                #expect(try await act("assign").status == 422)
                let old = try await visitor.send(.get, "/admin/reports?state=resolved", cookie: cookie)
                #expect(old.text.contains(path))
                #expect(try await act("reopen").status == 303)
                // Cleo, a moderator too by now, sees and changes nothing of it, and is told nothing.
                try await promote(visitor.cleo, .moderator, visitor)
                let (hers, token) = try await visitor.signIn(as: "cleo")
                #expect(!(try await visitor.send(.get, "/admin/reports", cookie: hers)).text.contains(path))
                #expect(try await visitor.send(.get, path, cookie: hers).status == 404)
                let own = try await visitor.send(.post, "\(path)/reopen", form: "csrf=\(token)", cookie: hers)
                #expect(own.status == 404)
                #expect(
                    try await visitor.send(.get, "/notifications", cookie: hers).text.contains("Nothing yet.")
                )
                // An auditor reads and has no forms.
                try await promote(ada, .auditor, visitor)
                let read = try await visitor.send(.get, path, cookie: cookie)
                #expect(read.status == 200 && !read.text.contains("\(path)/resolve"))
                #expect(try await act("resolve", "outcome=warned").status == 403)
            }
        }

        @Test("a person of another server is reported with the wish to tell it; an unseen post has no form")
        func people() async throws {
            try await Visitor.use { visitor async throws in
                let ben = try await visitor.instance.addPeer("ben", at: "south.test").account
                try await visitor.instance.admin.setPartner(
                    ben.host,
                    .approved,
                    at: visitor.school,
                    by: "test"
                )
                let secret = try await visitor.instance.publisher.publish(
                    PostDraft(text: "rosebud", audience: .direct),
                    as: visitor.cleo.id
                )
                let (cookie, csrf) = try await visitor.signIn()
                for path in ["/posts/\(secret.id)/report", "/posts/7/report", "/people/7/report"] {
                    #expect(try await visitor.send(.get, path, cookie: cookie).status == 404)
                    let form = "csrf=\(csrf)&comment=x"
                    #expect(try await visitor.send(.post, path, form: form, cookie: cookie).status == 404)
                }
                let path = "/people/\(ben.id)/report"
                #expect(try await visitor.send(.get, path).headers[.location] == "/sign-in")
                let page = try await visitor.send(.get, path, cookie: cookie)
                #expect(page.text.contains("name=\"forward\"") && page.text.contains("south.test"))
                #expect(
                    try await visitor.send(.get, "/people/\(ben.id)", cookie: cookie).text.contains(path)
                )
                let form = "csrf=\(csrf)&comment=x&forward=yes"
                #expect(try await visitor.send(.post, path, form: form, cookie: cookie).status == 303)
                let types = try await visitor.instance.database.read {
                    try $0.queue.deliveries(nil, host: nil).map(\.type)
                }
                #expect(types == ["Flag"])
            }
        }
    }
}

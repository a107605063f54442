import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Website

extension WebsiteTests {
    @Suite("The pictures of the queue and of a partner")
    struct QueuePageTests {
        /// Finds what a hostile server might make the doctor repeat.
        private struct Echo: PartnerDoctor {
            func examine(_ host: Host, for school: School) async -> [PartnerFinding] {
                [
                    PartnerFinding(
                        "partner",
                        .fine,
                        "\(school.name) exchanges activities with \(host)",
                        advice: nil
                    ),
                    PartnerFinding(
                        "NodeInfo",
                        .bad,
                        "<script>alert(1)</script>",
                        advice: "ask <b>its</b> admin"
                    ),
                ]
            }
        }

        private func setOut(_ visitor: Visitor) async throws {
            let instance = visitor.instance
            for host in ["south.test", "west.test"] {
                let peer = try await instance.addPeer("p", at: host)
                try await instance.admin.setPartner(try Host(host), .approved, at: visitor.school, by: "test")
                try await instance.addFollow(of: visitor.ada, by: peer.account)
            }
            for text in ["one", "two"] {
                _ = try await instance.publisher.publish(PostDraft(text: text), as: visitor.ada.id)
            }
            instance.clock.advance(by: .minutes(90))
            let now = instance.clock.now()
            try await instance.database.write { db in
                for row in try db.run("SELECT id FROM delivery WHERE host = 'south.test' ORDER BY id") {
                    try db.deliveries.markDelivered(try row["id"], status: 202, at: now)
                }
            }
            try await instance.admin.setRole(.admin, of: visitor.ada, by: "test")
        }

        @Test(
            "the queue has a picture of what waits by age, of what arrived by hour and of the slowest servers, in words too"
        )
        func queue() async throws {
            try await Visitor.use { visitor async throws in
                try await setOut(visitor)
                let (cookie, _) = try await visitor.signIn()
                let text = try await visitor.send(.get, "/admin/queue", cookie: cookie).text
                #expect(text.contains("aria-label=\"Waiting by age: 1–6 h 2\""))
                #expect(text.contains("in the last 24 hours: 2 delivered\""))
                #expect(
                    text.contains("Slowest servers, on the average of the last 24 hours: south.test 90 min")
                )
                #expect(text.ranges(of: "<svg class=\"chart\"").count == 3)
                #expect(
                    text.contains(
                        "data-head=\"Age\">1–6 h</td><td role=\"cell\" data-head=\"Waiting\">2</td></tr>"
                    )
                )
                // Nothing that the pages' policy would not let a browser apply.
                #expect(!text.contains("style=") && !text.contains("<style") && !text.contains("<script"))
            }
        }

        @Test(
            "a partner has a page with its health and its hours; the doctor's words are text, and need the form's token"
        )
        func partner() async throws {
            try await Visitor.use(doctor: Echo()) { visitor async throws in
                try await setOut(visitor)
                let (cookie, csrf) = try await visitor.signIn()
                let list = try await visitor.send(.get, "/admin/partners", cookie: cookie).text
                #expect(list.contains("<a href=\"/admin/partners/south.test\">"))
                #expect(list.contains("2 delivered in the last 24 hours"))
                let path = "/admin/partners/south.test"
                let page = try await visitor.send(.get, path, cookie: cookie)
                #expect(page.status == 200 && page.text.contains("in the last 48 hours: 2 delivered\""))
                #expect(page.text.contains("Look into it now"))
                for other in ["/admin/partners/east.test", "/admin/partners/%3Cb%3E"] {
                    #expect(try await visitor.send(.get, other, cookie: cookie).status == 404, "\(other)")
                }
                func examine(_ path: String, _ token: String) async throws -> Visitor.Answer {
                    try await visitor.send(.post, "\(path)/examine", form: "csrf=\(token)", cookie: cookie)
                }
                #expect(try await examine(path, "no").status == 403)
                #expect(try await examine("/admin/partners/east.test", csrf).status == 404)
                let found = try await examine(path, csrf)
                #expect(found.status == 200 && found.text.contains("exchanges activities with south.test"))
                #expect(found.text.contains("&lt;script&gt;alert(1)") && !found.text.contains("<script"))
                #expect(found.text.contains("What to do: ask &lt;b&gt;its"))
                for (role, status) in [(Role.auditor, 200), (.moderator, 404), (.member, 404)] {
                    try await visitor.instance.admin.setRole(role, of: visitor.ada, by: "test")
                    #expect(try await visitor.send(.get, path, cookie: cookie).status == status, "\(role)")
                    #expect(try await examine(path, csrf).status == status, "\(role)")
                }
            }
        }

        @Test("without a doctor nothing is offered and nothing examined")
        func noDoctor() async throws {
            try await Visitor.use { visitor async throws in
                try await setOut(visitor)
                let (cookie, csrf) = try await visitor.signIn()
                let path = "/admin/partners/south.test"
                let page = try await visitor.send(.get, path, cookie: cookie)
                #expect(page.status == 200 && !page.text.contains("Look into it now"))
                let answer = try await visitor.send(
                    .post,
                    "\(path)/examine",
                    form: "csrf=\(csrf)",
                    cookie: cookie
                )
                #expect(answer.status == 404)
            }
        }
    }
}

import Domain
import HTTPTypes
import Outbox
import Storage
import TestKit
import Testing
import Vocabulary

extension WebsiteTests {
    @Suite("A school's settings")
    struct SchoolPageTests {
        private static let path = "/admin/school"
        private static let whole = """
            name=North++High&color=%230B5C8A&rules=Be+kind%0D%0A%3Cb%3ENo+names&audience=school&audience=partners\
            &descriptions=yes&federation=partners&time-zone=Europe%2FBerlin
            """

        private func school(_ visitor: Visitor) async throws -> School {
            try await visitor.instance.database.read { try #require(try $0.schools.find(visitor.school.id)) }
        }

        @Test(
            "an admin sets name, colour, rules, audiences, descriptions and federation; an auditor reads them; others do not"
        )
        func saving() async throws {
            try await Visitor.use { visitor async throws in
                let (cookie, csrf) = try await visitor.signIn()
                func promote(_ role: Role) async throws {
                    try await visitor.instance.admin.setRole(role, of: visitor.ada, by: "test")
                }
                func save(_ form: String, _ token: String) async throws -> Visitor.Answer {
                    try await visitor.send(.post, Self.path, form: "csrf=\(token)&\(form)", cookie: cookie)
                }
                let before = try await school(visitor)
                for (role, reads) in [(Role.member, 404), (.moderator, 404), (.auditor, 200)] {
                    try await promote(role)
                    #expect(
                        try await visitor.send(.get, Self.path, cookie: cookie).status == reads,
                        "\(role)"
                    )
                    #expect(try await save(Self.whole, csrf).status == 403, "\(role)")
                    #expect(try await save("name=", csrf).status == 403, "\(role)")
                }
                #expect(
                    try await visitor.send(.get, Self.path, cookie: cookie).text.contains(
                        "<fieldset class=\"plain\" disabled>"
                    )
                )
                try await promote(.admin)
                #expect(try await save(Self.whole, "no").status == 403)
                #expect(try await school(visitor) == before)
                #expect(try await save(Self.whole, csrf).status == 303)
                let saved = try await school(visitor)
                #expect(
                    saved.name == "North High" && saved.timeZone.description == "Europe/Berlin"
                        && saved.color?.description == "#0b5c8a"
                )
                #expect(saved.rules == "Be kind\n<b>No names" && saved.audiences == [.school, .partners])
                #expect(
                    saved.requiresDescriptions && !saved.requiresSignedReads && saved.federation == .partners
                )
                let page = try await visitor.send(.get, "\(Self.path)?saved", cookie: cookie).text
                #expect(page.contains("value=\"North High\"") && page.contains("&lt;b&gt;No names"))
                #expect(page.contains("Saved.") && page.contains("href=\"/assets/school.css?0b5c8a\""))
                let style = try await visitor.send(.get, "/assets/school.css")
                #expect(style.text.contains("--accent: #0b5c8a; --on-accent: #ffffff"))
                let about = try await visitor.send(.get, "/about").text
                #expect(about.contains("&lt;b&gt;No names") && !about.contains("<b>No names"))
                #expect(about.contains("ada@school.test") && about.contains("With nobody outside yet"))
                #expect(
                    try await visitor.instance.database.read { try $0.audit.newest(limit: 1).first?.action }
                        == "school.set"
                )
            }
        }

        @Test("what is wrong is said at its field, what was typed stays, and nothing is saved")
        func refusals() async throws {
            try await Visitor.use { visitor async throws in
                try await visitor.instance.admin.setRole(.admin, of: visitor.ada, by: "test")
                let (cookie, csrf) = try await visitor.signIn()
                let before = try await school(visitor)
                let fine = [
                    ("name", "N"), ("color", ""), ("rules", "r"), ("audience", "school"),
                    ("federation", "open"),
                    ("time-zone", "UTC"),
                ]
                for (field, value, id) in [
                    ("name", "+", "name"), ("name", String(repeating: "n", count: 101), "name"),
                    ("color", "red%22%3E", "color"), ("rules", String(repeating: "r", count: 5_001), "rules"),
                    ("audience", "direct", "audiences"), ("federation", "x", "federation"),
                    ("time-zone", "Mars", "time-zone"),
                ] {
                    let form = fine.map { "\($0.0)=\($0.0 == field ? value : $0.1)" }.joined(separator: "&")
                    let answer = try await visitor.send(
                        .post,
                        Self.path,
                        form: "csrf=\(csrf)&\(form)",
                        cookie: cookie
                    )
                    #expect(answer.status == 422, "\(field)")
                    #expect(answer.text.contains("id=\"\(id)-problem\""), "\(field)")
                    #expect(
                        answer.text.contains("value=\"\(field == "name" ? "" : "N")")
                            && !answer.text.contains("red\">")
                    )
                }
                #expect(try await school(visitor) == before)
                let form = fine.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
                let answer = try await visitor.send(
                    .post,
                    Self.path,
                    form: "csrf=\(csrf)&\(form)",
                    cookie: cookie
                )
                #expect(answer.status == 303)
                #expect(try await school(visitor).federation == .open)
            }
        }

        @Test(
            "people write for the audiences that their school allows, on the page and in apps, and what they wrote before stays"
        )
        func audiences() async throws {
            try await Visitor.use { visitor async throws in
                let old = try await visitor.instance.publisher.publish(
                    PostDraft(text: "old"),
                    as: visitor.ada.id
                )
                var school = visitor.school
                school.audiences = [.school, .direct]
                try await visitor.instance.admin.update(school, by: "test")
                let (cookie, csrf) = try await visitor.signIn()
                let home = try await visitor.send(.get, "/home", cookie: cookie).text
                #expect(home.contains("value=\"school\"") && !home.contains("value=\"public\""))
                let token = try await visitor.token("write:statuses")
                func app(_ visibility: String) async throws -> Int {
                    let form = "status=Hi&visibility=\(visibility)"
                    return try await visitor.send(.post, "/api/v1/statuses", form: form, token: token).status
                }
                #expect(try await app("public") == 403)
                #expect(try await app("private") == 403)
                #expect(try await app("direct") == 200)
                func page(_ audience: String) async throws -> Visitor.Answer {
                    let form = "csrf=\(csrf)&text=Hi&audience=\(audience)"
                    return try await visitor.send(.post, "/posts", form: form, cookie: cookie)
                }
                let refused = try await page("partners")
                #expect(
                    refused.status == 422
                        && refused.text.contains("does not let its people post for the school and its")
                )
                #expect(try await page("school").status == 303)
                #expect(try await visitor.send(.get, "/posts/\(old.id)").status == 200)
                let edit = try await visitor.send(
                    .post,
                    "/posts/\(old.id)/edit",
                    form: "csrf=\(csrf)&text=new",
                    cookie: cookie
                )
                #expect(edit.status == 303)
            }
        }
    }
}

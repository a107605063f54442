import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage

/// What the pages for those who run a school share: who is looking, at which school.
struct AdminDesk: Sendable {
    let desk: WebDesk

    var school: SchoolDesk { desk.publisher.school }

    /// Somebody who looks after a school, and which one they look at.
    struct Look: Sendable {
        let visit: Visit
        let person: Sessions.SignedIn
        /// The school: their own, or for a district admin the one that `school` in the address names.
        let school: School
        /// All that they look after.
        let schools: [School]
        let fields: FormFields

        var id: Account.ID { person.account.id }

        /// What an address needs to stay at the school.
        var query: String { school.id == visit.school.id ? "" : "school=\(school.host)" }

        /// The same as a hidden field of a form.
        var field: String {
            query.isEmpty
                ? ""
                : "<input type=\"hidden\" name=\"school\" value=\"\(HTMLEscape.attribute(school.host.description))\">"
        }
    }

    /// Who looks at a page; to anybody whose role does not reach for it, it is not there.
    func look(
        _ request: Request,
        _ context: ServerContext,
        _ mayLook: (Role) -> Bool
    ) async throws -> Look {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person, mayLook(person.role) else { throw Problem(.notFound) }
        let fields = FormFields(request.uri.query ?? "")
        let schools = try await school.schools(of: person.account.id)
        let host = try Self.host(fields)
        guard let chosen = schools.first(where: { host == nil || $0.host == host }) else {
            throw Problem(.notFound)
        }
        return Look(visit: visit, person: person, school: chosen, schools: schools, fields: fields)
    }

    /// The school that a form or an address names; nil for one's own.
    static func host(_ fields: FormFields) throws -> Host? {
        guard let text = fields["school"], !text.isEmpty else { return nil }
        guard let host = try? Host(text) else { throw Problem(.notFound) }
        return host
    }

    /// Runs what a form asks for, and sends its sender on.
    func post(
        _ router: RouterGroup<ServerContext>,
        _ path: RouterPath,
        _ body:
            @escaping @Sendable (SchoolDesk, Sessions.SignedIn, FormFields, ServerContext) async throws ->
            String
    ) {
        router.post(path) { request, context in
            let (person, _, fields) = try await desk.form(request, context)
            let host = try Self.host(fields)
            let next = try await body(school, person, fields, context)
            return Page.redirect(host.map { "\(next)?school=\($0)" } ?? next)
        }
    }
}

/// What the pages for those who run a school have in common.
enum AdminHTML {
    /// A page with the ways to the others on top.
    static func page(_ look: AdminDesk.Look, title: String, at path: String) -> Page {
        var page = Page(look.visit, title: title)
        page.isWide = true
        let role = look.person.role
        var links = [("/admin/reports", "Reports"), ("/admin/accounts", "Accounts")]
        if role.readsSchool {
            links += [
                ("/admin/partners", "Partners"), ("/admin/queue", "Queue"), ("/admin/audit", "Audit log"),
                ("/admin/school", "School"),
            ]
        }
        let suffix = look.query.isEmpty ? "" : "?\(look.query)"
        let items = links.map { target, name in
            "<a href=\"\(target)\(suffix)\"\(target == path ? " aria-current=\"page\"" : "")>\(name)</a>"
        }
        page.body =
            "<nav class=\"tabs\" aria-label=\"Running the school\">\(items.joined(separator: " "))</nav>"
        if look.schools.count > 1 {
            let schools = look.schools.map { school in
                let here = school.id == look.school.id ? " aria-current=\"true\"" : ""
                return
                    "<a href=\"\(path)?school=\(school.host)\"\(here)><bdi>\(HTMLEscape.text(school.name))</bdi></a>"
            }
            page.body += "<nav class=\"tabs\" aria-label=\"Schools\">\(schools.joined(separator: " "))</nav>"
        }
        return page
    }

    /// A table with a caption that is read out, and heads for its columns; the cells are HTML.
    static func table(_ caption: String, _ heads: [String], _ rows: [[String]]) -> String {
        let head = heads.map { "<th scope=\"col\" role=\"columnheader\">\($0)</th>" }.joined()
        // On a narrow page each row is a block with the head before each cell: the roles say that it is a table still.
        let body = rows.map { row in
            let cells = zip(heads, row).map { head, cell in
                "<td role=\"cell\" data-head=\"\(HTMLEscape.attribute(head))\">\(cell)</td>"
            }
            return "<tr role=\"row\">\(cells.joined())</tr>"
        }
        return """
            <div class="table" role="region" aria-label="\(HTMLEscape.attribute(caption))" tabindex="0"><table role="table">\
            <caption class="invisible">\(HTMLEscape.text(caption))</caption>
            <thead role="rowgroup"><tr role="row">\(head)</tr></thead><tbody role="rowgroup">\(body.joined())</tbody></table></div>
            """
    }

    /// A form of one button, with the hidden fields of the page.
    ///
    /// `subject`: what it is done to, for whoever hears the buttons one by one.
    static func button(
        _ look: AdminDesk.Look,
        _ action: String,
        _ label: String,
        of subject: String? = nil,
        _ fields: String = ""
    ) -> String {
        let whom = subject.map { "<span class=\"invisible\"> \(HTMLEscape.text($0))</span>" } ?? ""
        return """
            <form method="post" action="\(HTMLEscape.attribute(action))">\(Page.csrf(look.visit))\(look.field)\(fields)\
            <button>\(HTMLEscape.text(label))\(whom)</button></form>
            """
    }

    static func hidden(_ name: String, _ value: String) -> String {
        "<input type=\"hidden\" name=\"\(name)\" value=\"\(HTMLEscape.attribute(value))\">"
    }

    /// A time by the clock of the school that is looked at.
    static func time(_ time: Timestamp, _ look: AdminDesk.Look) -> String {
        PostHTML.time(time, at: look.school)
    }

    static func host(_ host: Host) -> String { "<bdi>\(HTMLEscape.text(host.description))</bdi>" }
}

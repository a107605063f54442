import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage

/// The servers that a school exchanges activities with, those that ask for it, and those that it does not.
struct PartnerPages: Sendable {
    let admin: AdminDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("admin/partners") { try await list($0, $1) }
        admin.post(router, "admin/partners") { school, person, fields, _ in
            guard let state = fields["state"].flatMap({ Partner.State(rawValue: $0) }), state != .proposed
            else {
                throw Problem(.unprocessableContent, detail: "Choose what becomes of it.")
            }
            let text = (fields["host"] ?? "").filter { !$0.isWhitespace }
            guard let host = try? Host(text) else {
                throw Problem(
                    .unprocessableContent,
                    detail: "Write the server's name as in its addresses, such as staff.south.example."
                )
            }
            let own = try AdminDesk.host(fields)
            try await school.setPartner(host, state, at: own, as: person.account.id)
            return "/admin/partners"
        }
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let look = try await admin.look(request, context) { $0.readsSchool }
        let partners = try await admin.school.partners(of: look.school.host, as: look.id)
        let school = look.school.id
        let now = admin.desk.clock.now()
        let health = try await admin.desk.database.read { db in
            try PartnerHealth.read(partners.map(\.host), of: school, now: now, in: db)
        }
        let html = PartnerHTML(look: look, health: health)
        var page = AdminHTML.page(look, title: "Partners", at: "/admin/partners")
        if look.school.federation == .open {
            page.body += "<p>This school is open to every server but those that are blocked.</p>"
        }
        let proposed = partners.filter { $0.state == .proposed }
        if !proposed.isEmpty {
            page.body += """
                <section><h2>They ask</h2><p>Somebody at these servers asked to follow one of yours, and was refused. \
                Nobody has proved that the request came from there: look into it before you say yes, and ask their admin \
                to name this school too.</p>\(proposed.map(html.line).joined())</section>
                """
        }
        for (title, states) in PartnerHTML.sections {
            let part = partners.filter { states.contains($0.state) }
            guard !part.isEmpty else { continue }
            page.body += "<section><h2>\(title)</h2>\(part.map(html.line).joined())</section>"
        }
        if partners.isEmpty {
            page.body += "<p class=\"empty\">None yet. Add the server of a school that you know.</p>"
        }
        if look.person.role.changesSchool { page.body += html.addition }
        return page.response()
    }
}

/// Writes partners as HTML.
struct PartnerHTML {
    let look: AdminDesk.Look
    let health: PartnerHealth

    static let sections: [(String, [Partner.State])] = [
        ("Partners", [.approved, .paused]), ("No partners any more", [.ended]), ("Blocked", [.blocked]),
    ]

    func line(_ partner: Partner) -> String {
        """
        <article><h3><a href="/admin/partners/\(partner.host)\(look.query.isEmpty ? "" : "?\(look.query)")">\
        \(AdminHTML.host(partner.host))</a></h3><p class="counts">\(partner.state.shown), since \
        \(AdminHTML.time(partner.changedAt, look))</p>\(condition(partner))\(spark(partner))\(acts(partner))</article>
        """
    }

    private func spark(_ partner: Partner) -> String {
        guard let hours = health.hours[partner.host] else { return "" }
        return "<p>\(ChartHTML.spark(hours, now: health.now, look))</p>"
    }

    /// How a partner is: when it was heard, what waits for it, and whether it fails.
    func condition(_ partner: Partner) -> String {
        guard partner.state == .approved || partner.state == .paused else { return "" }
        let last =
            health.heard[partner.host].map { "Last heard from \(AdminHTML.time($0, look))." }
            ?? "Never heard from."
        guard let line = health.lines[partner.host] else { return "<p>\(last) Nothing waits for it.</p>" }
        var html = "<p>\(last) \(Words.count(line.waiting, "delivery", "deliveries")) waiting, "
        html += "\(line.undelivered) not delivered.</p>"
        if line.failures > 0 {
            let reason = line.lastReason.map { ": \(HTMLEscape.text($0))" } ?? ""
            html += "<p class=\"error\">\(Words.count(line.failures, "failure")) in a row\(reason)"
            html += line.isOpen ? ". It is tried now and then until it answers.</p>" : ".</p>"
        }
        return html
    }

    /// What may be done about it, for whoever may.
    func acts(_ partner: Partner) -> String {
        guard look.person.role.changesSchool else { return "" }
        let choices: [(Partner.State, String)] =
            switch partner.state {
            case .proposed: [(.approved, "Approve"), (.ended, "Decline"), (.blocked, "Block")]
            case .approved: [(.paused, "Pause"), (.ended, "End"), (.blocked, "Block")]
            case .paused: [(.approved, "Go on"), (.ended, "End"), (.blocked, "Block")]
            case .ended: [(.approved, "Approve again"), (.blocked, "Block")]
            case .blocked: [(.ended, "Lift the block")]
            }
        let buttons = choices.map { state, label in
            AdminHTML.button(
                look,
                "/admin/partners",
                label,
                of: partner.host.description,
                AdminHTML.hidden("host", partner.host.description)
                    + AdminHTML.hidden("state", state.rawValue)
            )
        }
        return "<div class=\"actions\">\(buttons.joined())</div>"
    }

    var addition: String {
        """
        <form class="card" method="post" action="/admin/partners">\(Page.csrf(look.visit))\(look.field)
        <h2>Add a server</h2><label for="host">Its name, as in its addresses</label>
        <input id="host" name="host" type="text" placeholder="staff.south.example" autocapitalize="none" required>
        <label for="state">What becomes of it</label><select id="state" name="state">\
        <option value="approved">a partner</option><option value="blocked">blocked, with all below it</option></select>
        <p class="hint">Both sides have to agree: ask their admin to name <strong>\
        \(AdminHTML.host(look.school.host))</strong>.</p>
        <button class="primary">Add</button></form>
        """
    }
}

extension Partner.State {
    /// What people call it.
    var shown: String {
        switch self {
        case .proposed: "Asks to be a partner"
        case .approved: "Partner"
        case .paused: "Paused: what is for it waits"
        case .ended: "No partner any more"
        case .blocked: "Blocked, with all hosts below it"
        }
    }
}

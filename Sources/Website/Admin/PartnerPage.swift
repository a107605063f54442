import Content
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage

/// One server that a school has to do with: how it is, what arrived there by hour, and what the doctor finds.
struct PartnerPage: Sendable {
    let admin: AdminDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("admin/partners/:host") { request, context in
            let (look, partner) = try await find(request, context)
            return try await page(look, partner, nil).response()
        }
        router.post("admin/partners/:host/examine") { request, context in
            // Only for hosts in the list: this is no way to look around in the network.
            let (look, partner) = try await find(request, context)
            _ = try await admin.desk.form(request, context)
            guard let doctor = admin.desk.doctor else { throw Problem(.notFound) }
            let findings = await doctor.examine(partner.host, for: look.school)
            return try await page(look, partner, findings).response()
        }
    }

    private func find(_ request: Request, _ context: ServerContext) async throws -> (AdminDesk.Look, Partner)
    {
        let look = try await admin.look(request, context) { $0.readsSchool }
        guard let host = context.parameters.get("host").flatMap({ try? Host($0) }),
            let partner = try await admin.school.partners(of: look.school.host, as: look.id)
                .first(where: { $0.host == host })
        else { throw Problem(.notFound) }
        return (look, partner)
    }

    private func page(_ look: AdminDesk.Look, _ partner: Partner, _ findings: [PartnerFinding]?) async throws
        -> Page
    {
        let (host, school, now) = (partner.host, look.school.id, admin.desk.clock.now())
        let (health, lane, hours) = try await admin.desk.database.read { db in
            (
                try PartnerHealth.read([host], of: school, now: now, in: db), try db.lanes.find(host),
                try db.queueCharts.hours(.init(school: school, host: host), last: 48, now: now)
            )
        }
        let html = PartnerHTML(look: look, health: health)
        var page = AdminHTML.page(look, title: host.description, at: "/admin/partners")
        page.body += "<div class=\"card\"><p>\(HTMLEscape.text(partner.state.shown)), since "
        page.body += "\(AdminHTML.time(partner.changedAt, look)).</p>\(html.condition(partner))"
        if let last = lane?.lastSuccessAt {
            page.body += "<p>Last delivery: \(AdminHTML.time(last, look)).</p>"
        }
        page.body += html.acts(partner) + "</div>"
        page.body += ChartHTML.hours(hours, now: now, look)
        if admin.desk.doctor != nil { page.body += examination(look, partner, findings) }
        return page
    }

    private func examination(_ look: AdminDesk.Look, _ partner: Partner, _ findings: [PartnerFinding]?)
        -> String
    {
        let query = look.query.isEmpty ? "" : "?\(look.query)"
        let form = AdminHTML.button(
            look,
            "/admin/partners/\(partner.host)/examine\(query)",
            findings == nil ? "Look into it now" : "Look again"
        )
        guard let findings else {
            return """
                <section class="card"><h2>Is something in the way?</h2><p>The server's name, connection, certificate, clock and \
                accounts are looked at, step by step. It takes up to a minute.</p>\(form)</section>
                """
        }
        let items = findings.map { finding in
            let (kind, word) =
                switch finding.verdict {
                case .fine: ("fine", "Good")
                case .note: ("note", "To know")
                case .bad: ("bad", "Wrong")
                }
            let advice =
                finding.advice.map { "<p class=\"hint\">What to do: \(HTMLEscape.text($0))</p>" } ?? ""
            return """
                <li class="\(kind)"><span class="verdict">\(word)</span> · \(HTMLEscape.text(finding.name)): \
                <span dir="auto">\(HTMLEscape.text(finding.text))</span>\(advice)</li>
                """
        }
        return """
            <section class="card"><h2>What was found</h2><ul class="findings">\(items.joined())</ul>\(form)</section>
            """
    }
}

/// How servers are, for lists of them.
struct PartnerHealth: Sendable {
    let lines: [Host: QueueView.HostLine]
    let heard: [Host: Timestamp]
    let hours: [Host: [QueueChartsView.Hour]]
    let now: Timestamp

    static func read(_ hosts: [Host], of school: School.ID, now: Timestamp, in db: any SQLConnection) throws
        -> PartnerHealth
    {
        PartnerHealth(
            lines: Dictionary(try db.queue.hosts(of: school, limit: 1_000).map { ($0.host, $0) }) { $1 },
            heard: try db.peers.lastHeard(among: hosts),
            hours: try db.queueCharts.hoursByHost(.init(school: school), last: 24, now: now),
            now: now
        )
    }
}

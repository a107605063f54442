import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage

/// What waits to be delivered for a school, by host, and the newest that was not.
struct QueuePages: Sendable {
    let admin: AdminDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("admin/queue") { try await show($0, $1) }
        admin.post(router, "admin/queue/retry") { school, person, fields, _ in
            let host = try fields["host"].map { text in
                guard let host = try? Host(text) else { throw Problem(.badRequest) }
                return host
            }
            let own = try AdminDesk.host(fields)
            _ = try await school.retry(to: host, at: own, as: person.account.id)
            return "/admin/queue"
        }
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let look = try await admin.look(request, context) { $0.readsSchool }
        let id = look.school.id
        let host = look.fields["host"].flatMap { try? Host($0) }
        let now = admin.desk.clock.now()
        let scope = QueueChartsView.Scope(school: id)
        let (counts, hosts, failed) = try await admin.desk.database.read { db in
            (
                try db.queue.counts(of: id), try db.queue.hosts(of: id),
                try db.queue.deliveries(.undelivered, host: host, school: id, limit: 50)
            )
        }
        let charts = try await admin.desk.database.read { db in
            (
                waiting: try db.queueCharts.waiting(scope, by: ChartHTML.ages.map(\.limit), now: now),
                hours: try db.queueCharts.hours(scope, last: 24, now: now),
                slowest: try db.queueCharts.slowest(id, since: now - .days(1), limit: 8)
            )
        }
        var page = AdminHTML.page(look, title: "Queue", at: "/admin/queue")
        page.body += """
            <p>\(counts[.waiting] ?? 0) waiting, \(counts[.delivered] ?? 0) delivered in the last 30 days, \
            \(counts[.undelivered] ?? 0) not delivered.</p>
            """
        page.body += "<div class=\"figures\">\(ChartHTML.waiting(charts.waiting))"
        page.body +=
            ChartHTML.hours(charts.hours, now: now, look) + ChartHTML.slowest(charts.slowest) + "</div>"
        page.body += "<h2>Servers</h2>" + self.hosts(hosts, look)
        if !failed.isEmpty {
            let rows = failed.map { line in
                [
                    HTMLEscape.text(line.type), AdminHTML.host(line.inbox.host), "\(line.attempts)",
                    HTMLEscape.text(line.reason ?? ""),
                ]
            }
            page.body += "<h2>Not delivered</h2>"
            page.body += AdminHTML.table(
                "Deliveries that were given up",
                ["What", "To", "Tried", "Why"],
                rows
            )
        }
        return page.response()
    }

    private func hosts(_ hosts: [QueueView.HostLine], _ look: AdminDesk.Look) -> String {
        if hosts.isEmpty { return "<p class=\"empty\">Nothing waits: all that was sent has arrived.</p>" }
        let now = admin.desk.clock.now()
        let mayChange = look.person.role.changesSchool
        let rows = hosts.map { line in
            let next =
                line.waiting == 0 ? "" : line.dueAt.map { $0 <= now ? "now" : AdminHTML.time($0, look) } ?? ""
            let cells = [
                AdminHTML.host(line.host), "\(line.waiting)",
                line.oldest.map { AdminHTML.time($0, look) } ?? "",
                "\(line.undelivered)", next, HTMLEscape.text(line.lastReason ?? ""),
            ]
            guard mayChange else { return cells }
            let field = AdminHTML.hidden("host", line.host.description)
            return cells + [
                AdminHTML.button(look, "/admin/queue/retry", "Try now", of: line.host.description, field)
            ]
        }
        let heads = ["Server", "Waiting", "Oldest", "Not delivered", "Next attempt", "Last reason"]
        let all = mayChange ? AdminHTML.button(look, "/admin/queue/retry", "Try all now") : ""
        return AdminHTML.table("Servers with something to deliver", heads + (mayChange ? ["Act"] : []), rows)
            + "<div class=\"actions\">\(all)</div>"
    }
}

/// What admins and moderators did, with a search.
struct AuditPages: Sendable {
    let admin: AdminDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("admin/audit") { try await show($0, $1) }
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let look = try await admin.look(request, context) { $0.readsSchool }
        let text = look.fields["q"] ?? ""
        let query = AuditStore.Query(
            school: look.school.id,
            text: text,
            before: look.fields["before"].flatMap { AuditEntry.ID($0) }
        )
        let entries = try await admin.desk.database.read { try $0.audit.page(query) }
        var page = AdminHTML.page(look, title: "Audit log", at: "/admin/audit")
        page.body += """
            <form class="card filters" method="get" action="/admin/audit">\(look.field)<div class="wide-field">\
            <label for="q">What, to whom, or by whom</label>
            <input id="q" name="q" type="text" value="\(HTMLEscape.attribute(text))"></div><button>Find</button></form>
            """
        if entries.isEmpty {
            page.body += "<p class=\"empty\">There is no entry like that.</p>"
        } else {
            let rows = entries.map { entry in
                [
                    AdminHTML.time(entry.at, look), "<bdi>\(HTMLEscape.text(entry.by))</bdi>",
                    "<code>\(HTMLEscape.text(entry.action))</code>",
                    "<bdi>\(HTMLEscape.text(entry.subject))</bdi>",
                ]
            }
            page.body += AdminHTML.table("What was done", ["When", "By", "What", "To"], rows)
        }
        if let last = entries.last, entries.count == query.limit {
            let form = """
                \(look.field)\(AdminHTML.hidden("q", text))\(AdminHTML.hidden("before", last.id.description))
                """
            page.body += """
                <form method="get" action="/admin/audit">\(form)<button>Older entries</button></form>
                """
        }
        return page.response()
    }
}

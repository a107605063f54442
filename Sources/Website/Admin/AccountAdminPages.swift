import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage

/// Accounts of a school: who they are, what they may do, and what may be done about them.
struct AccountAdminPages: Sendable {
    let admin: AdminDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("admin/accounts") { try await list($0, $1) }
        router.post("admin/accounts") { try await invite($0, $1) }
        for (verb, act) in [
            ("limit", AccountAct.limit), ("unlimit", .unlimit), ("suspend", .suspend),
            ("unsuspend", .unsuspend),
        ] {
            admin.post(router, RouterPath("admin/accounts/:id/\(verb)")) { school, person, _, context in
                let id = try Self.account(context)
                _ = try await school.account(id, as: person.account.id)
                try await admin.desk.publisher.cases.act(act, on: id, as: .account(person.account.id))
                return "/admin/accounts"
            }
        }
        admin.post(router, "admin/accounts/:id/role") { school, person, fields, context in
            try await school.setRole(
                try Self.role(fields),
                of: try Self.account(context),
                as: person.account.id
            )
            return "/admin/accounts"
        }
    }

    private static func account(_ context: ServerContext) throws -> Account.ID {
        guard let id = context.parameters.get("id").flatMap({ Account.ID($0) }) else {
            throw Problem(.notFound)
        }
        return id
    }

    private static func role(_ fields: FormFields) throws -> Role {
        guard let role = fields["role"].flatMap({ Role(rawValue: $0) }) else {
            throw Problem(.unprocessableContent, detail: "Choose what the account may do.")
        }
        return role
    }

    private func list(_ request: Request, _ context: ServerContext) async throws -> Response {
        let look = try await admin.look(request, context) { $0.readsReports }
        return try await page(look).response()
    }

    private func page(_ look: AdminDesk.Look) async throws -> Page {
        let isRemote = look.fields["where"] == "elsewhere"
        var query = RosterView.Query(
            schools: [look.school.id],
            includesRemote: isRemote,
            before: look.fields["before"].flatMap { Account.ID($0) }
        )
        query.isRemoteOnly = isRemote
        query.standing = look.fields["standing"].flatMap { RosterView.Standing(rawValue: $0) }
        query.text = look.fields["q"] ?? ""
        let lines = try await admin.school.accounts(query, as: look.id)
        let seesRemote = try await admin.school.seesRemote(look.id)
        let html = AccountAdminHTML(look: look)
        var page = AdminHTML.page(look, title: "Accounts", at: "/admin/accounts")
        page.body += html.search(query, seesRemote: seesRemote, isRemote: isRemote)
        page.body +=
            lines.isEmpty ? "<p class=\"empty\">There are none like that.</p>" : lines.map(html.line).joined()
        if let last = lines.last, lines.count == query.limit {
            page.body += html.older(query, isRemote: isRemote, before: last.account.id)
        }
        if look.person.role.changesSchool, look.school.id == look.person.school.id, !isRemote {
            page.body += html.invitation
        }
        return page
    }

    /// Makes an account and shows its first password, once.
    private func invite(_ request: Request, _ context: ServerContext) async throws -> Response {
        let look = try await admin.look(request, context) { $0.changesSchool }
        let (person, _, fields) = try await admin.desk.form(request, context)
        let password = Sessions.firstPassword()
        let hash = try await admin.desk.sessions.hash(password)
        let account: Account
        do {
            account = try await admin.school.invite(
                fields["name"] ?? "",
                displayName: PlainText.limit(fields["display-name"] ?? "", characters: 100),
                role: try Self.role(fields),
                passwordHash: hash,
                as: person.account.id
            )
        } catch let error as NameError {
            throw Problem(.unprocessableContent, detail: "That cannot be a name: \(error).")
        } catch let error as RegistrarError {
            throw Problem(.unprocessableContent, detail: "\(error).")
        }
        var page = AdminHTML.page(look, title: "An account for \(account.shownName)", at: "")
        page.body += """
            <div class="card"><p>Tell \(PostHTML(visit: look.visit).person(account)) the name and the first password, by a \
            way that you trust. It is shown this once.</p>
            <p>Name: <code>\(HTMLEscape.text(account.handle.name))</code></p>
            <p>Password: <code>\(HTMLEscape.text(password))</code></p>
            <p><a href="/admin/accounts">Back to the accounts</a></p></div>
            """
        return page.response()
    }
}

/// Writes lists of accounts as HTML.
struct AccountAdminHTML {
    let look: AdminDesk.Look

    func search(_ query: RosterView.Query, seesRemote: Bool, isRemote: Bool) -> String {
        let standings: [(String, String)] = [
            ("", "in any way"), ("active", "active"), ("limited", "limited"), ("suspended", "suspended"),
        ]
        let options = standings.map { value, name in
            let isChosen = (query.standing?.rawValue ?? "") == value
            return "<option value=\"\(value)\"\(isChosen ? " selected" : "")>\(name)</option>"
        }
        let places =
            seesRemote
            ? """
            <div><label for="where">Where</label><select id="where" name="where"><option value="">at this school</option>\
            <option value="elsewhere"\(isRemote ? " selected" : "")>on other servers</option></select></div>
            """ : ""
        return """
            <form class="card filters" method="get" action="/admin/accounts">\(look.field)<div class="wide-field"><label for="q">Name</label>
            <input id="q" name="q" type="text" value="\(HTMLEscape.attribute(query.text))"></div>
            <div><label for="standing">Standing</label><select id="standing" name="standing">\(options.joined())</select></div>
            \(places)<button>Find</button></form>
            """
    }

    func older(_ query: RosterView.Query, isRemote: Bool, before: Account.ID) -> String {
        var fields = look.field + AdminHTML.hidden("q", query.text)
        fields += AdminHTML.hidden("before", before.description)
        if let standing = query.standing { fields += AdminHTML.hidden("standing", standing.rawValue) }
        if isRemote { fields += AdminHTML.hidden("where", "elsewhere") }
        return "<form method=\"get\" action=\"/admin/accounts\">\(fields)<button>Older ones</button></form>"
    }

    func line(_ line: RosterView.Line) -> String {
        let account = line.account
        let state = account.suspendedAt != nil ? "Suspended" : account.isLimited ? "Limited" : "Active"
        let role = line.role.map { ", \($0.shown)" } ?? ""
        return """
            <article><p>\(PostHTML(visit: look.visit).person(account))</p><p class="counts">\(state)\(role), since \
            \(AdminHTML.time(account.createdAt, look))</p>\(acts(line))</article>
            """
    }

    private func acts(_ line: RosterView.Line) -> String {
        let (own, account) = (look.person.role, line.account)
        guard own.handlesReports, own.isAbove(line.role ?? .member), account.id != look.id else { return "" }
        let (path, name) = ("/admin/accounts/\(account.id)", account.handle.description)
        var html = "<div class=\"actions\">"
        if account.suspendedAt != nil {
            html += AdminHTML.button(look, path + "/unsuspend", "Let back in", of: name)
        } else {
            html +=
                account.isLimited
                ? AdminHTML.button(look, path + "/unlimit", "Lift the limit", of: name)
                : AdminHTML.button(look, path + "/limit", "Limit", of: name)
            html += AdminHTML.button(look, path + "/suspend", "Suspend", of: name)
        }
        if let role = line.role, own.changesSchool {
            html += """
                <form method="post" action="\(path)/role">\(Page.csrf(look.visit))\(look.field)\(roles(role, of: account))\
                <button>Set<span class="invisible"> for \(HTMLEscape.text(name))</span></button></form>
                """
        }
        return html + "</div>"
    }

    private func roles(_ chosen: Role, of account: Account?) -> String {
        let id = account.map { "role-\($0.id)" } ?? "role"
        let label = account.map { "What \($0.handle.name) may do" } ?? "What it may do"
        let options = Role.allCases.filter(look.person.role.mayGive).map { role in
            "<option value=\"\(role.rawValue)\"\(role == chosen ? " selected" : "")>\(role.shown)</option>"
        }
        let isHidden = account == nil ? "" : " class=\"invisible\""
        return """
            <label\(isHidden) for="\(id)">\(HTMLEscape.text(label))</label><select id="\(id)" name="role">\
            \(options.joined())</select>
            """
    }

    var invitation: String {
        """
        <form class="card" method="post" action="/admin/accounts">\(Page.csrf(look.visit))<h2>Add somebody</h2>
        <label for="name">Name, for signing in and for mentions</label>
        <input id="name" name="name" type="text" autocapitalize="none" autocomplete="off" required>
        <label for="display-name">The name that people see</label>
        <input id="display-name" name="display-name" type="text" autocomplete="off">
        \(roles(.member, of: nil))<p><button class="primary">Make the account</button></p></form>
        """
    }
}

extension Role {
    /// What people call it.
    var shown: String {
        switch self {
        case .member: "member"
        case .auditor: "auditor: reads"
        case .moderator: "moderator"
        case .admin: "admin"
        case .districtAdmin: "district admin"
        }
    }
}

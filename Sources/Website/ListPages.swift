import Access
import Content
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage

/// Lists: all of one's own, the posts of one, and its name, members and rules.
struct ListPages: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("lists") { try await all($0, $1) }
        router.post("lists") { request, context in
            let (person, _, fields) = try await desk.form(request, context)
            let list = try await desk.publisher.addList(fields["title"] ?? "", as: person.account.id)
            return Page.redirect("/lists/\(list.id)/edit")
        }
        router.get("lists/:id") { try await show($0, $1) }
        router.get("lists/:id/edit") { try await edit($0, $1) }
        change(router, "edit") { list, fields, account in
            _ = try await desk.publisher.changeList(
                list,
                title: fields["title"],
                fields["replies"].flatMap { AccountList.RepliesPolicy(rawValue: $0) },
                isExclusive: fields["exclusive"] != nil,
                as: account
            )
        }
        change(router, "add") { list, fields, account in
            let member = try await self.account(fields["who"] ?? "", of: account)
            try await desk.publisher.add([member], to: list, as: account)
        }
        change(router, "remove") { list, fields, account in
            guard let member = fields["member"].flatMap({ Account.ID($0) }) else { throw Problem(.notFound) }
            try await desk.publisher.remove([member], from: list, as: account)
        }
        router.post("lists/:id/delete") { request, context in
            let (person, _, _) = try await desk.form(request, context)
            try await desk.publisher.removeList(try context.listID(), as: person.account.id)
            return Page.redirect("/lists")
        }
    }

    private func all(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        let lists = try await desk.database.read { db in
            try db.accountLists.all(of: person.account.id).map {
                ($0, try db.accountLists.countMembers(of: $0.id))
            }
        }
        var page = Page(visit, title: "Lists")
        page.body = PersonalNav.html("/lists") + lists.map(ListHTML(visit: visit).line).joined()
        if lists.isEmpty {
            page.body +=
                "<p class=\"empty\">A list has some of those whom you follow, to read them on their own.</p>"
        }
        page.body += ListHTML(visit: visit).beginning
        return page.response()
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        let list = try await own(context, person.account.id)
        let posts = try await desk.posts(visit, in: .home, before: request.before) {
            try $0.listTimelines.page(of: list, school: visit.school.id, $1)
        }
        var page = Page(visit, title: list.title)
        page.body =
            "<p><a href=\"/lists/\(list.id)/edit\">Members and name</a> · <a href=\"/lists\">All lists</a></p>"
        page.body += PostHTML(visit: visit, place: .home)
            .list(posts, empty: "Its members have not posted anything yet.", at: "/lists/\(list.id)")
        return page.response()
    }

    private func edit(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        let list = try await own(context, person.account.id)
        let members = try await desk.database.read { try $0.accountLists.members(of: list.id) }
        var page = Page(visit, title: list.title)
        page.body = ListHTML(visit: visit).form(list, members)
        return page.response()
    }

    private func own(_ context: ServerContext, _ account: Account.ID) async throws -> AccountList {
        let id = try context.listID()
        guard let list = try await desk.database.read({ try $0.accountLists.find(id, of: account) }) else {
            throw Problem(.notFound)
        }
        return list
    }

    /// The account that a name stands for: a colleague's alone, or with the host.
    private func account(_ name: String, of reader: Account.ID) async throws -> Account.ID {
        let bare = String(name.drop { $0 == "@" || $0 == " " })
        let found = try await desk.database.read { db -> Account? in
            guard let host = try db.accounts.find(reader)?.handle.host,
                let handle = try? Handle(bare.contains("@") ? bare : "\(bare)@\(host)")
            else { return nil }
            return try db.accounts.find(handle)
        }
        guard let found else { throw OutboxError.noSuchAccount }
        return found.id
    }

    /// A form on the page of a list's members and name, which is shown again.
    private func change(
        _ router: RouterGroup<ServerContext>,
        _ verb: String,
        _ body: @escaping @Sendable (AccountList.ID, FormFields, Account.ID) async throws -> Void
    ) {
        router.post("lists/:id/\(verb)") { request, context in
            let (person, _, fields) = try await desk.form(request, context)
            let list = try context.listID()
            try await body(list, fields, person.account.id)
            return Page.redirect(verb == "edit" ? "/lists/\(list)" : "/lists/\(list)/edit")
        }
    }
}

/// Writes lists for their owner.
struct ListHTML {
    let visit: Visit

    func line(_ list: AccountList, _ members: Int) -> String {
        let note = list.isExclusive ? "; left out of the home timeline" : ""
        return """
            <div class="card"><p><a href="/lists/\(list.id)"><bdi>\(HTMLEscape.text(list.title))</bdi></a></p>
            <p class="hint">\(Words.count(members, "member"))\(note). <a href="/lists/\(list.id)/edit">Members and name</a></p></div>
            """
    }

    var beginning: String {
        """
        <form class="card" method="post" action="/lists">\(Page.csrf(visit))<label for="title">A new list</label>
        <input id="title" name="title" type="text" maxlength="256" required><button>Make it</button></form>
        """
    }

    func form(_ list: AccountList, _ members: [Account]) -> String {
        let path = "/lists/\(list.id)"
        let policies = AccountList.RepliesPolicy.allCases.map { ($0.rawValue, $0.shown) }
        return """
            <form class="card" method="post" action="\(path)/edit">\(Page.csrf(visit))
            <label for="title">Name</label>
            <input id="title" name="title" type="text" maxlength="256" required value="\(HTMLEscape.attribute(list.title))">
            <label for="replies">Answers in it</label> \(ComposeForm.select("replies", policies, list.replies.rawValue))
            \(ComposeForm.checkbox("exclusive", "Leave its members out of my home timeline", list.isExclusive))
            <button class="primary">Save</button></form>
            <h2>Members</h2>
            \(members.map { line($0, path) }.joined())\(members.isEmpty ? "<p class=\"empty\">Nobody yet.</p>" : "")
            <form class="card" method="post" action="\(path)/add">\(Page.csrf(visit))
            <label for="who">Add somebody whom you follow</label>
            <input id="who" name="who" type="text" required placeholder="name@staff.school.example"><button>Add</button></form>
            <div class="actions"><a href="\(path)">Read it</a>\(PostHTML(visit: visit).button(path + "/delete", "Delete the list"))</div>
            """
    }

    private func line(_ member: Account, _ path: String) -> String {
        """
        <form class="card row" method="post" action="\(path)/remove">\(Page.csrf(visit))\(PostHTML(visit: visit).person(member))
        <button name="member" value="\(member.id)">Take out</button></form>
        """
    }
}

extension AccountList.RepliesPolicy {
    /// The name that people see.
    var shown: String {
        switch self {
        case .followed: "To anybody whom I follow"
        case .list: "To members of the list"
        case .none: "No others than to themselves and to me"
        }
    }
}

extension ServerContext {
    /// The list's id in the path.
    ///
    /// - Throws: `Problem` with status 404.
    fileprivate func listID() throws -> AccountList.ID {
        guard let id = parameters.get("id").flatMap({ AccountList.ID($0) }) else { throw Problem(.notFound) }
        return id
    }
}

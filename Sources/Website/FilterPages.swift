import Access
import Domain
import HTTPTypes
import Hummingbird
import Outbox
import Server
import Storage

/// Filters: all of one's own, and the form to make and change one.
struct FilterPages: Sendable {
    let desk: WebDesk

    func add(to router: RouterGroup<ServerContext>) {
        router.get("filters") { try await all($0, $1) }
        router.post("filters") { request, context in
            let (person, _, fields) = try await desk.form(request, context)
            let form = FilterForm.Reading(fields)
            _ = try await desk.publisher.addFilter(
                form.title,
                in: form.contexts,
                form.action,
                ends: form.end ?? .never,
                keywords: form.added,
                as: person.account.id
            )
            return Page.redirect("/filters")
        }
        router.get("filters/:id") { request, context in
            let visit = try await desk.visit(request, context)
            guard let person = visit.person else { return Page.redirect("/sign-in") }
            let filter = try await own(context, person.account.id)
            var page = Page(visit, title: "A filter")
            page.body = FilterForm(visit: visit, now: desk.clock.now(), filter: filter).html
            return page.response()
        }
        router.post("filters/:id") { try await change($0, $1) }
        router.post("filters/:id/delete") { request, context in
            let (person, _, _) = try await desk.form(request, context)
            let filter = try await own(context, person.account.id)
            try await desk.publisher.removeFilter(filter.id, as: person.account.id)
            return Page.redirect("/filters")
        }
        router.post("filters/:id/release") { request, context in
            let (person, _, fields) = try await desk.form(request, context)
            guard let entry = fields["entry"].flatMap({ PostFilter.Entry.ID($0) }) else {
                throw Problem(.notFound)
            }
            try await desk.publisher.removeEntry(entry, as: person.account.id)
            return Page.redirect("/filters")
        }
    }

    private func all(_ request: Request, _ context: ServerContext) async throws -> Response {
        let visit = try await desk.visit(request, context)
        guard let person = visit.person else { return Page.redirect("/sign-in") }
        let filters = try await desk.database.read { try $0.filters.all(of: person.account.id) }
        let now = desk.clock.now()
        var page = Page(visit, title: "Filters")
        page.body = PersonalNav.html("/filters")
        page.body += filters.map { FilterForm(visit: visit, now: now, filter: $0).card }.joined()
        if filters.isEmpty {
            page.body +=
                "<p class=\"empty\">A filter covers posts with words that you do not want to come across.</p>"
        }
        page.body += "<h2>A new filter</h2>" + FilterForm(visit: visit, now: now, filter: nil).html
        return page.response()
    }

    private func change(_ request: Request, _ context: ServerContext) async throws -> Response {
        let (person, _, fields) = try await desk.form(request, context)
        let filter = try await own(context, person.account.id)
        let form = FilterForm.Reading(fields)
        _ = try await desk.publisher.changeFilter(
            filter.id,
            title: form.title,
            in: form.contexts,
            form.action,
            ends: form.end ?? .unchanged,
            keywords: form.changed(filter.keywords) + form.added,
            as: person.account.id
        )
        return Page.redirect("/filters")
    }

    private func own(_ context: ServerContext, _ account: Account.ID) async throws -> PostFilter {
        guard let id = context.parameters.get("id").flatMap({ PostFilter.ID($0) }),
            let filter = try await desk.database.read({ try $0.filters.find(id, of: account) })
        else { throw Problem(.notFound) }
        return filter
    }
}

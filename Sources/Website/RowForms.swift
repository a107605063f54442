import Access
import Domain
import Hummingbird
import Server

/// A form that its own page sent and that is about a row, whose id is in the path.
struct RowForm<Of>: Sendable {
    /// The row's id.
    let id: ID<Of>
    /// Who sent it.
    let account: Account.ID
    /// What it says.
    let fields: FormFields
}

extension WebDesk {
    /// Adds the target of a form about the row that the path names; afterwards its sender is led to a page.
    ///
    /// `path`: with `:id`. `page`: that page, by the row's id.
    func act<Of>(
        _ router: RouterGroup<ServerContext>,
        _ path: RouterPath,
        to page: @escaping @Sendable (ID<Of>) -> String,
        _ body: @escaping @Sendable (RowForm<Of>) async throws -> Void
    ) {
        router.post(path) { request, context in
            let (person, _, fields) = try await form(request, context)
            guard let id = context.parameters.get("id").flatMap({ ID<Of>($0) }) else {
                throw Problem(.notFound)
            }
            try await body(RowForm(id: id, account: person.account.id, fields: fields))
            return Page.redirect(page(id))
        }
    }
}
